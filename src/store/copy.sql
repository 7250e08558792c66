-- A copy of a whole installation (copy.c). Until it is finished, the target's settings hold nothing but where it comes from.

-- identity :one
SELECT coalesce(min(id), 0) AS id /* int */ FROM unit;

-- source :one
SELECT value FROM setting WHERE name = 'copy.source';

-- begin :exec source:str
INSERT INTO setting (name, value) VALUES ('copy.source', :source);

-- finish :exec
DELETE FROM setting WHERE name = 'copy.source';

-- ask_rebuild :exec
INSERT INTO setting (name, value) VALUES ('search.rebuild', 'all') ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- span :one
SELECT coalesce(min(id), 0) AS first /* int */, coalesce(max(id), 0) AS last /* int */
FROM (SELECT min(id) AS id FROM casefile UNION ALL SELECT max(id) FROM casefile
      UNION ALL SELECT min(id) FROM matter UNION ALL SELECT max(id) FROM matter) AS ends;
