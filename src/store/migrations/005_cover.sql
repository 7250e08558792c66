-- 005_cover: trees of any size are read page by page, and nobody counts them.

-- Children of a unit in the order of their numbers, and the root without looking at fifty thousand units.
DROP INDEX unit_territory;
DROP INDEX unit_line;
CREATE INDEX unit_territory ON unit (territory_unit_id, ends_on, code);
CREATE INDEX unit_line ON unit (line_unit_id, ends_on, code);
CREATE INDEX unit_root ON unit (kind, ends_on, id) WHERE kind = 'root';

-- How many units stand at and below each by territory, and how many of them name an office.
CREATE TABLE unit_cover (
    unit_id             INTEGER PRIMARY KEY REFERENCES unit (id),
    units               INTEGER NOT NULL,
    offices             INTEGER NOT NULL
) STRICT;
INSERT INTO unit_cover (unit_id, units, offices)
SELECT p.ancestor_unit_id, count(*), sum(CASE WHEN EXISTS (SELECT 1 FROM office o WHERE o.unit_id = p.descendant_unit_id AND o.ends_on = 0)
                                              THEN 1 ELSE 0 END)
FROM unit_path p WHERE p.line = 0 AND p.ends_on = 0 GROUP BY p.ancestor_unit_id;
