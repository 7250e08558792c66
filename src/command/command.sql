-- What the command line lists and checks.

-- users :many
SELECT p.id, p.login, p.name, m.role, u.code AS unit_code
FROM person p JOIN member m ON m.person_id = p.id JOIN unit u ON u.id = m.unit_id
WHERE p.ended_at = 0 AND m.ended_at = 0 ORDER BY p.login, m.id;

-- keys :many
SELECT k.id, k.name, k.ended_at, u.code AS unit_code FROM api_key k JOIN unit u ON u.id = k.unit_id ORDER BY k.id;

-- key_end :exec now_at:instant name:str
UPDATE api_key SET ended_at = :now_at WHERE name = :name AND ended_at = 0;

-- ownerless :one
SELECT count(*) AS n /* int */ FROM casefile WHERE owner_person_id IS NULL AND state IN ('registered', 'accepted', 'handling');

-- astray :one
SELECT count(*) AS n /* int */ FROM matter m JOIN casefile c ON c.id = m.casefile_id
WHERE m.unit_id <> c.unit_id OR m.state <> c.state;

-- uneventful :one
SELECT count(*) AS n /* int */ FROM casefile c WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.casefile_id = c.id);

-- unsaid :one
SELECT count(*) AS n /* int */ FROM casefile c WHERE c.state IN ('solved', 'partly')
AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.casefile_id = c.id AND o.said = c.state);

-- self_said :one
SELECT count(*) AS n /* int */ FROM outcome o JOIN answer a ON a.casefile_id = o.casefile_id
WHERE o.said IN ('solved', 'partly') AND o.person_id = a.person_id AND a.at <= o.at;

-- stray_rows :one
SELECT (SELECT count(*) FROM contact c WHERE NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = c.matter_id))
     + (SELECT count(*) FROM message g WHERE NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = g.matter_id))
     + (SELECT count(*) FROM outcome o WHERE NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = o.matter_id))
     + (SELECT count(*) FROM event e WHERE e.matter_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = e.matter_id))
     + (SELECT count(*) FROM answer a WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.casefile_id = a.casefile_id AND e.id = a.event_id))
     + (SELECT count(*) FROM outcome o WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.casefile_id = o.casefile_id AND e.id = o.event_id))
       AS n /* int */;

-- homeless_units :one
SELECT count(*) AS n /* int */ FROM unit u WHERE u.ends_on = 0 AND u.kind <> 'partner'
AND NOT EXISTS (SELECT 1 FROM office o WHERE o.unit_id = u.id AND o.ends_on = 0);

-- miscounted_units :one
SELECT count(*) AS n /* int */ FROM unit u
LEFT JOIN (SELECT p.ancestor_unit_id AS id, count(*) AS units, sum(CASE WHEN EXISTS (SELECT 1 FROM office o
               WHERE o.unit_id = p.descendant_unit_id AND o.ends_on = 0) THEN 1 ELSE 0 END) AS offices
           FROM unit_path p WHERE p.line = 0 AND p.ends_on = 0 GROUP BY p.ancestor_unit_id) AS f ON f.id = u.id
LEFT JOIN unit_cover c ON c.unit_id = u.id
WHERE coalesce(c.units, 0) <> coalesce(f.units, 0) OR coalesce(c.offices, 0) <> coalesce(f.offices, 0);

-- pathless_units :one
SELECT count(*) AS n /* int */ FROM unit u WHERE u.ends_on = 0 AND NOT EXISTS
(SELECT 1 FROM unit_path p WHERE p.line = 0 AND p.ancestor_unit_id = u.id AND p.descendant_unit_id = u.id AND p.ends_on = 0);

-- leaking_notes :one
SELECT count(*) AS n /* int */ FROM event e WHERE e.shown = 1 AND e.kind IN ('noted', 'identity_read');

-- totals :one
SELECT (SELECT count(*) FROM unit WHERE ends_on = 0) AS units /* int */, (SELECT count(*) FROM person WHERE ended_at = 0) AS people /* int */,
       (SELECT count(*) FROM matter) AS matters /* int */, (SELECT count(*) FROM event) AS events /* int */;
