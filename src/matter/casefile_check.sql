-- What must never be found. Each statement lists the casefiles that break one invariant of the room's README.

-- without_owner :many
SELECT id FROM casefile WHERE state IN ('registered', 'accepted', 'handling') AND owner_person_id IS NULL ORDER BY id;

-- without_clock :many
SELECT id FROM casefile WHERE state IN ('registered', 'accepted', 'handling') AND due_on = 0 ORDER BY id;

-- closed_without_word :many
SELECT c.id FROM casefile c
WHERE c.state IN ('solved', 'partly')
  AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.casefile_id = c.id AND o.said = c.state AND o.at = c.ended_at
                  AND (o.person_id IS NULL OR NOT EXISTS (SELECT 1 FROM answer a WHERE a.casefile_id = c.id AND a.person_id = o.person_id)))
ORDER BY c.id;

-- out_of_step :many
SELECT DISTINCT c.id FROM casefile c JOIN matter m ON m.casefile_id = c.id
WHERE m.state <> c.state OR m.unit_id <> c.unit_id OR m.answered_at <> c.answered_at OR m.category_id IS DISTINCT FROM c.category_id
ORDER BY c.id;

-- without_matter :many
SELECT c.id FROM casefile c WHERE NOT EXISTS (SELECT 1 FROM matter m WHERE m.casefile_id = c.id) ORDER BY c.id;

-- at_partner :many
SELECT c.id FROM casefile c JOIN unit u ON u.id = c.unit_id WHERE u.kind = 'partner' ORDER BY c.id;
