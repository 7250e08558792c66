-- A unit alone is scope 0; with everything below it by territory, scope 1. A unit that has ended counts where it stood when it ended.

-- above :many unit_id:unit_id
SELECT DISTINCT p.ancestor_unit_id AS unit_id /* unit_id */
FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
WHERE p.line = 0 AND p.descendant_unit_id = :unit_id AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on));

-- add :exec unit_id:unit_id scope:int what:str n:int
INSERT INTO tally (unit_id, scope, what, n) VALUES (:unit_id, :scope, :what, :n)
ON CONFLICT (unit_id, scope, what) DO UPDATE SET n = tally.n + excluded.n;

-- add_due :exec unit_id:unit_id scope:int what:str due_on:day n:int
INSERT INTO tally_due (unit_id, scope, what, due_on, n) VALUES (:unit_id, :scope, :what, :due_on, :n)
ON CONFLICT (unit_id, scope, what, due_on) DO UPDATE SET n = tally_due.n + excluded.n;

-- add_day :exec unit_id:unit_id what:str on_on:day n:int
INSERT INTO tally_day (unit_id, what, on_on, n) VALUES (:unit_id, :what, :on_on, :n)
ON CONFLICT (unit_id, what, on_on) DO UPDATE SET n = tally_day.n + excluded.n;

-- add_month :exec unit_id:unit_id what:str month_on:day n:int
INSERT INTO tally_month (unit_id, what, month_on, n) VALUES (:unit_id, :what, :month_on, :n)
ON CONFLICT (unit_id, what, month_on) DO UPDATE SET n = tally_month.n + excluded.n;

-- of :many unit_id:unit_id scope:int
SELECT what, n FROM tally WHERE unit_id = :unit_id AND scope = :scope;

-- days_of :one unit_id:unit_id scope:int today:day soon:day
SELECT coalesce(sum(CASE WHEN what = 'due' AND due_on < :today THEN n END), 0) AS overdue /* int */,
       coalesce(sum(CASE WHEN what = 'due' AND due_on >= :today AND due_on <= :soon THEN n END), 0) AS due_soon /* int */,
       coalesce(sum(CASE WHEN what = 'ask' AND due_on < :today THEN n END), 0) AS unconfirmed /* int */
FROM tally_due WHERE unit_id = :unit_id AND scope = :scope AND what IN ('due', 'ask') AND due_on <= :soon;

-- children :many parent_unit_id:unit_id after_code:str limit:int
SELECT u.id AS unit_id /* unit_id */, u.name_en, u.name_zh, u.code, u.kind,
       EXISTS (SELECT 1 FROM unit c WHERE c.territory_unit_id = u.id AND c.ends_on = 0) AS has_children /* int */
FROM unit u WHERE u.territory_unit_id = :parent_unit_id AND u.ends_on = 0 AND u.code > :after_code ORDER BY u.code LIMIT :limit;

-- The same two for several units with all below them; ids is a JSON list of numbers.

-- of_each :many dialect ids:str
SELECT t.unit_id, t.what, t.n FROM json_each(:ids) j CROSS JOIN tally t WHERE t.unit_id = j.value AND t.scope = 1;

-- of_each.pg :many
SELECT t.unit_id, t.what, t.n FROM json_array_elements_text(CAST(:ids AS json)) AS j (value)
JOIN tally t ON t.unit_id = CAST(j.value AS bigint) WHERE t.scope = 1;

-- days_of_each :many dialect ids:str today:day soon:day
SELECT t.unit_id, coalesce(sum(CASE WHEN t.what = 'due' AND t.due_on < :today THEN t.n END), 0) AS overdue /* int */,
       coalesce(sum(CASE WHEN t.what = 'due' AND t.due_on >= :today THEN t.n END), 0) AS due_soon /* int */,
       coalesce(sum(CASE WHEN t.what = 'ask' AND t.due_on < :today THEN t.n END), 0) AS unconfirmed /* int */
FROM json_each(:ids) j CROSS JOIN tally_due t
WHERE t.unit_id = j.value AND t.scope = 1 AND t.what IN ('due', 'ask') AND t.due_on <= :soon GROUP BY t.unit_id;

-- days_of_each.pg :many
SELECT t.unit_id, coalesce(sum(CASE WHEN t.what = 'due' AND t.due_on < :today THEN t.n END), 0) AS overdue /* int */,
       coalesce(sum(CASE WHEN t.what = 'due' AND t.due_on >= :today THEN t.n END), 0) AS due_soon /* int */,
       coalesce(sum(CASE WHEN t.what = 'ask' AND t.due_on < :today THEN t.n END), 0) AS unconfirmed /* int */
FROM json_array_elements_text(CAST(:ids AS json)) AS j (value) JOIN tally_due t ON t.unit_id = CAST(j.value AS bigint)
WHERE t.scope = 1 AND t.what IN ('due', 'ask') AND t.due_on <= :soon GROUP BY t.unit_id;

-- unit :one unit_id:unit_id
SELECT u.id AS unit_id /* unit_id */, u.name_en, u.name_zh, u.code, u.kind,
       EXISTS (SELECT 1 FROM unit c WHERE c.territory_unit_id = u.id AND c.ends_on = 0) AS has_children /* int */
FROM unit u WHERE u.id = :unit_id;

-- year :many unit_id:unit_id from_on:day to_on:day
SELECT what, month_on, n FROM tally_month WHERE unit_id = :unit_id AND month_on >= :from_on AND month_on <= :to_on;
