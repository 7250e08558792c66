-- One matter a request through the API. SPDX-License-Identifier: Apache-2.0
local n = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("LUOSHI_KEY")
local body = '{"kind":"help","subject":"三月以来五六楼自来水没有水压 %d","text":"我们小区五楼、六楼从三月起就没有水压，早晚做饭都接不到水。物业说是市政管网的问题，水务说是小区二次供水的问题，两边都不管。","place":"临江区和平街道 %d 号","public":true}'
request = function()
  n = n + 1
  return wrk.format(nil, "/api/v1/matters", nil, string.format(body, n, n % 300))
end
response = function(status)
  if status ~= 201 then io.write("status " .. status .. "\n") end
end
