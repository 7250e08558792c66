-- What units are asked.

-- of :many unit_id:unit_id month:int
SELECT a.by_unit_id AS unit_id /* unit_id */, u.code, u.name_en, u.name_zh,
       coalesce(sum(CASE WHEN a.kind = 'duty' THEN a.n END), 0) AS duty /* int */,
       coalesce(sum(CASE WHEN a.kind = 'notice' THEN a.n END), 0) AS notice /* int */,
       coalesce(sum(CASE WHEN a.kind = 'data' THEN a.n END), 0) AS data /* int */,
       coalesce(sum(CASE WHEN a.kind = 'meeting' THEN a.n END), 0) AS meeting /* int */,
       coalesce(sum(CASE WHEN a.kind = 'visit' THEN a.n END), 0) AS visit /* int */,
       sum(a.n) AS total /* int */
FROM ask a JOIN unit u ON u.id = a.by_unit_id WHERE a.unit_id = :unit_id AND a.month = :month
GROUP BY a.by_unit_id, u.code, u.name_en, u.name_zh ORDER BY u.code;

-- below :many unit_id:unit_id month:int after_code:str limit:int
SELECT u.id AS unit_id /* unit_id */, u.code, u.name_en, u.name_zh,
       coalesce(sum(CASE WHEN a.kind = 'duty' THEN a.n END), 0) AS duty /* int */,
       coalesce(sum(CASE WHEN a.kind = 'notice' THEN a.n END), 0) AS notice /* int */,
       coalesce(sum(CASE WHEN a.kind = 'data' THEN a.n END), 0) AS data /* int */,
       coalesce(sum(CASE WHEN a.kind = 'meeting' THEN a.n END), 0) AS meeting /* int */,
       coalesce(sum(CASE WHEN a.kind = 'visit' THEN a.n END), 0) AS visit /* int */,
       coalesce(sum(a.n), 0) AS total /* int */
FROM unit u LEFT JOIN ask a ON a.unit_id = u.id AND a.month = :month
WHERE u.territory_unit_id = :unit_id AND u.ends_on = 0 AND u.code > :after_code
GROUP BY u.id, u.code, u.name_en, u.name_zh ORDER BY u.code LIMIT :limit;

-- caps :many unit_id:unit_id month:int
SELECT c.id AS campaign_id /* campaign_id */, c.ref, c.name, c.ask_cap, sum(a.n) AS asked /* int */
FROM ask a JOIN campaign c ON c.id = a.campaign_id WHERE a.unit_id = :unit_id AND a.month = :month
GROUP BY c.id, c.ref, c.name, c.ask_cap ORDER BY c.ref;

-- requests :many unit_id:unit_id limit:int
SELECT r.id, r.fact, r.what, r.purpose, r.ends_on, r.answer, r.notice_id, r.at AS at /* instant */ FROM data_request r WHERE r.unit_id = :unit_id ORDER BY r.id DESC LIMIT :limit;

-- add :exec unit_id:unit_id month:int by_unit_id:unit_id campaign_id:int kind:str n:int
INSERT INTO ask (unit_id, month, by_unit_id, campaign_id, kind, n) VALUES (:unit_id, :month, :by_unit_id, :campaign_id, :kind, :n)
ON CONFLICT (unit_id, month, by_unit_id, campaign_id, kind) DO UPDATE SET n = ask.n + excluded.n;

-- add_request :exec data_request_id:data_request_id campaign_id:campaign_id? unit_id:unit_id fact:str what:str purpose:str ends_on:day answer:str
-- notice_id:notice_id? person_id:person_id at:instant
INSERT INTO data_request (id, campaign_id, unit_id, fact, what, purpose, ends_on, answer, notice_id, person_id, at)
VALUES (:data_request_id, :campaign_id, :unit_id, :fact, :what, :purpose, :ends_on, :answer, :notice_id, :person_id, :at);
