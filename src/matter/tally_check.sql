-- counts :many
WITH above AS (SELECT DISTINCT p.ancestor_unit_id, p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
               WHERE p.line = 0 AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))),
     open_again AS (SELECT unit_id FROM casefile WHERE reopened > 0 AND state IN ('registered', 'accepted', 'handling')),
     fact AS (SELECT unit_id, state AS what, count(*) AS n FROM casefile GROUP BY unit_id, state
              UNION ALL SELECT unit_id, 'reopened', count(*) FROM open_again GROUP BY unit_id
              UNION ALL SELECT unit_id, 'not_solved', count(*) FROM event WHERE kind = 'reopened' GROUP BY unit_id),
     difference AS (SELECT unit_id, 0 AS scope, what, n AS fact, 0 AS kept FROM fact
                    UNION ALL SELECT p.ancestor_unit_id, 1, f.what, f.n, 0 FROM fact f JOIN above p ON p.descendant_unit_id = f.unit_id
                    UNION ALL SELECT unit_id, scope, what, 0, n FROM tally)
SELECT unit_id AS unit_id /* unit_id */, scope AS scope /* int */, what AS what /* str */, sum(fact) AS fact /* int */,
       sum(kept) AS kept /* int */
FROM difference GROUP BY unit_id, scope, what HAVING sum(fact) <> sum(kept)
ORDER BY unit_id, scope, what;

-- days :many
WITH above AS (SELECT DISTINCT p.ancestor_unit_id, p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
               WHERE p.line = 0 AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))),
     fact AS (SELECT unit_id, 'due' AS what, due_on, count(*) AS n FROM casefile WHERE due_on > 0 GROUP BY unit_id, due_on
              UNION ALL SELECT unit_id, 'ask', ask_on, count(*) FROM casefile WHERE ask_on > 0 GROUP BY unit_id, ask_on),
     difference AS (SELECT unit_id, 0 AS scope, what, due_on, n AS fact, 0 AS kept FROM fact
                    UNION ALL SELECT p.ancestor_unit_id, 1, f.what, f.due_on, f.n, 0 FROM fact f JOIN above p ON p.descendant_unit_id = f.unit_id
                    UNION ALL SELECT unit_id, scope, what, due_on, 0, n FROM tally_due)
SELECT unit_id AS unit_id /* unit_id */, scope AS scope /* int */, what AS what /* str */, due_on AS due_on /* day */,
       sum(fact) AS fact /* int */, sum(kept) AS kept /* int */
FROM difference GROUP BY unit_id, scope, what, due_on HAVING sum(fact) <> sum(kept)
ORDER BY unit_id, scope, what, due_on;

-- span :one
SELECT coalesce(min(at), 0) AS first_at /* instant */, coalesce(max(at), 0) AS last_at /* instant */
FROM (SELECT min(raised_at) AS at FROM casefile UNION ALL SELECT max(raised_at) FROM casefile
      UNION ALL SELECT min(at) FROM answer UNION ALL SELECT max(at) FROM answer
      UNION ALL SELECT min(at) FROM outcome UNION ALL SELECT max(at) FROM outcome) AS ends;

-- moments :each
SELECT 'raised' AS what /* str */, raised_at AS at /* instant */, 0 AS due_on /* day */ FROM casefile
UNION ALL
SELECT 'answered', a.at, coalesce((SELECT min(k.due_on) FROM clock k WHERE k.casefile_id = a.casefile_id AND k.rule = 'handle'), 0)
FROM answer a WHERE NOT EXISTS (SELECT 1 FROM answer b WHERE b.casefile_id = a.casefile_id AND b.id < a.id)
UNION ALL
SELECT said, at, 0 FROM outcome WHERE said <> 'no_answer';

-- kept_days :many root_unit_id:unit_id
SELECT what, on_on, n FROM tally_day WHERE unit_id = :root_unit_id;

-- kept_months :many root_unit_id:unit_id
SELECT what, month_on, n FROM tally_month WHERE unit_id = :root_unit_id;

-- clear :exec
DELETE FROM tally;

-- clear_due :exec
DELETE FROM tally_due;

-- clear_day :exec
DELETE FROM tally_day;

-- clear_month :exec
DELETE FROM tally_month;

-- fill :exec
WITH above AS (SELECT DISTINCT p.ancestor_unit_id, p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
               WHERE p.line = 0 AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))),
     open_again AS (SELECT unit_id FROM casefile WHERE reopened > 0 AND state IN ('registered', 'accepted', 'handling')),
     fact AS (SELECT unit_id, state AS what, count(*) AS n FROM casefile GROUP BY unit_id, state
              UNION ALL SELECT unit_id, 'reopened', count(*) FROM open_again GROUP BY unit_id
              UNION ALL SELECT unit_id, 'not_solved', count(*) FROM event WHERE kind = 'reopened' GROUP BY unit_id)
INSERT INTO tally (unit_id, scope, what, n)
SELECT unit_id, 0, what, n FROM fact
UNION ALL SELECT p.ancestor_unit_id, 1, f.what, sum(f.n) FROM fact f JOIN above p ON p.descendant_unit_id = f.unit_id GROUP BY p.ancestor_unit_id, f.what;

-- fill_due :exec
WITH above AS (SELECT DISTINCT p.ancestor_unit_id, p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
               WHERE p.line = 0 AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))),
     fact AS (SELECT unit_id, 'due' AS what, due_on, count(*) AS n FROM casefile WHERE due_on > 0 GROUP BY unit_id, due_on
              UNION ALL SELECT unit_id, 'ask', ask_on, count(*) FROM casefile WHERE ask_on > 0 GROUP BY unit_id, ask_on)
INSERT INTO tally_due (unit_id, scope, what, due_on, n)
SELECT unit_id, 0, what, due_on, n FROM fact
UNION ALL SELECT p.ancestor_unit_id, 1, f.what, f.due_on, sum(f.n) FROM fact f JOIN above p ON p.descendant_unit_id = f.unit_id GROUP BY p.ancestor_unit_id, f.what, f.due_on;
