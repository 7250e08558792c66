-- Duties that are looked at again by lot.

-- draws :many campaign_id:campaign_id
SELECT r.id, r.seed, r.of_n, r.at AS at /* instant */, p.name AS person_name /* str */,
       (SELECT count(*) FROM recheck_item i WHERE i.recheck_id = r.id) AS n /* int */,
       (SELECT count(*) FROM recheck_item i WHERE i.recheck_id = r.id AND i.found = 'stands') AS stands /* int */,
       (SELECT count(*) FROM recheck_item i WHERE i.recheck_id = r.id AND i.found = 'falls') AS falls /* int */
FROM recheck r JOIN person p ON p.id = r.person_id WHERE r.campaign_id = :campaign_id ORDER BY r.id DESC LIMIT 50;

-- items :many recheck_id:recheck_id
SELECT i.no, i.duty_id, d.unit_id, u.code AS unit_code /* str */, u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, a.name AS name /* str */,
       i.found, i.words, coalesce(p.name, '') AS person_name /* str */, i.at AS at /* instant */
FROM recheck_item i JOIN duty d ON d.id = i.duty_id JOIN action a ON a.id = d.action_id JOIN unit u ON u.id = d.unit_id LEFT JOIN person p ON p.id = i.person_id
WHERE i.recheck_id = :recheck_id ORDER BY i.no;

-- item :one recheck_id:recheck_id no:int
SELECT r.campaign_id, i.duty_id, i.found FROM recheck r JOIN recheck_item i ON i.recheck_id = r.id WHERE r.id = :recheck_id AND i.no = :no;

-- done :each campaign_id:campaign_id unit_id:unit_id
SELECT d.id FROM action a JOIN duty d ON d.action_id = a.id WHERE a.campaign_id = :campaign_id AND d.state = 'done' AND d.unit_id <> :unit_id;

-- add :exec recheck_id:recheck_id root_unit_id:unit_id campaign_id:campaign_id seed:str of_n:int person_id:person_id at:instant
INSERT INTO recheck (id, root_unit_id, campaign_id, seed, of_n, person_id, at) VALUES (:recheck_id, :root_unit_id, :campaign_id, :seed, :of_n, :person_id, :at);

-- add_item :exec recheck_id:recheck_id no:int duty_id:duty_id
INSERT INTO recheck_item (recheck_id, no, duty_id) VALUES (:recheck_id, :no, :duty_id);

-- say :exec recheck_id:recheck_id no:int found:str words:str person_id:person_id at:instant
UPDATE recheck_item SET found = :found, words = :words, person_id = :person_id, at = :at WHERE recheck_id = :recheck_id AND no = :no AND found = '';

-- end_links :exec duty_id:duty_id ended_at:instant
UPDATE duty_link SET ended_at = :ended_at WHERE duty_id = :duty_id AND ended_at = 0;
