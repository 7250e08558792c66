-- Units and offices at and below each unit. A change at a unit is a change at all above it, which its path names.

-- of :one
SELECT units, offices FROM unit_cover WHERE unit_id = :unit_id;

-- has_office :one
SELECT count(*) AS n /* int */ FROM (SELECT o.id FROM office o WHERE o.unit_id = :unit_id AND o.ends_on = 0 LIMIT 1) AS hit;

-- add :exec unit_id:unit_id from_depth:int units:int offices:int
INSERT INTO unit_cover (unit_id, units, offices)
SELECT p.ancestor_unit_id, :units, :offices FROM unit_path p
WHERE p.line = 0 AND p.descendant_unit_id = :unit_id AND p.ends_on = 0 AND p.depth >= :from_depth
ON CONFLICT (unit_id) DO UPDATE SET units = unit_cover.units + excluded.units, offices = unit_cover.offices + excluded.offices;
