-- What the demo campaign links to duties: matters of a unit that have come so far.

-- matters :many unit_id:unit_id state:str limit:int
SELECT m.ref, c.changed_at FROM casefile c JOIN matter m ON m.casefile_id = c.id
WHERE c.unit_id = :unit_id AND c.state = :state ORDER BY c.due_on, c.id, m.id LIMIT :limit;
