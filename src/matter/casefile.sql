-- The state of a casefile is changed by two statements: `move`, which cannot end it by word, and `close_by_word`, which only casefile.c
-- names, once. It begins as registered, or as answered when it comes from elsewhere with its answer: as nothing else.

-- add :exec casefile_id:casefile_id root_unit_id:unit_id state:str unit_id:unit_id owner:person_id category_id:category_id? raised_at:instant
-- answered_at:instant changed_at:instant due_on:day ask_on:day version:int
INSERT INTO casefile (id, root_unit_id, state, unit_id, owner_person_id, category_id, raised_at, answered_at, changed_at, due_on, ask_on,
                      version)
VALUES (:casefile_id, :root_unit_id, CASE WHEN :state = 'answered' THEN 'answered' ELSE 'registered' END, :unit_id, :owner, :category_id,
        :raised_at, :answered_at, :changed_at, :due_on, :ask_on, :version);

-- by_id :one casefile_id:casefile_id
SELECT id, state, unit_id, owner_person_id, handler_person_id, category_id, raised_at, accepted_at, answered_at, ended_at, changed_at,
       due_on, ask_on, reopened, version
FROM casefile WHERE id = :casefile_id;

-- move :exec casefile_id:casefile_id version:int state:str unit_id:unit_id owner:person_id handler:person_id? category_id:category_id?
-- accepted_at:instant answered_at:instant changed_at:instant due_on:day ask_on:day reopened:int
UPDATE casefile SET state = :state, unit_id = :unit_id, owner_person_id = :owner, handler_person_id = :handler, category_id = :category_id,
       accepted_at = :accepted_at, answered_at = :answered_at, ended_at = 0, changed_at = :changed_at, due_on = :due_on, ask_on = :ask_on,
       reopened = :reopened, version = version + 1
WHERE id = :casefile_id AND version = :version AND :state NOT IN ('solved', 'partly');

-- close_by_word :exec casefile_id:casefile_id version:int said:str ended_at:instant
UPDATE casefile SET state = :said, ended_at = :ended_at, changed_at = :ended_at, due_on = 0, ask_on = 0, version = version + 1
WHERE id = :casefile_id AND version = :version AND state = 'answered' AND :said IN ('solved', 'partly');

-- follow :exec casefile_id:casefile_id state:str unit_id:unit_id category_id:category_id? answered_at:instant
UPDATE matter SET state = :state, unit_id = :unit_id, category_id = :category_id, answered_at = :answered_at WHERE casefile_id = :casefile_id;

-- anyone :one root_unit_id:unit_id
SELECT m.person_id FROM member m JOIN person p ON p.id = m.person_id
WHERE m.unit_id = :root_unit_id AND m.ended_at = 0 AND p.ended_at = 0
ORDER BY CASE m.role WHEN 'head' THEN 1 WHEN 'clerk' THEN 2 WHEN 'admin' THEN 3 ELSE 4 END, m.id LIMIT 1;

-- works_in :one person_id:person_id unit_id:unit_id
SELECT 1 AS found /* int */ FROM member m JOIN person p ON p.id = m.person_id
WHERE m.person_id = :person_id AND m.unit_id = :unit_id AND m.ended_at = 0 AND p.ended_at = 0 AND m.role IN ('handler', 'head') LIMIT 1;

-- add_answer :exec answer_id:answer_id casefile_id:casefile_id event_id:event_id person_id:person_id? unit_id:unit_id asked:str found:str
-- done:str basis:str remedy:str shown_text:str at:instant
INSERT INTO answer (id, casefile_id, event_id, person_id, unit_id, asked, found, done, basis, remedy, shown_text, at)
VALUES (:answer_id, :casefile_id, :event_id, :person_id, :unit_id, :asked, :found, :done, :basis, :remedy, :shown_text, :at);

-- answers :many casefile_id:casefile_id
SELECT a.id, a.asked, a.found, a.done, a.basis, a.remedy, a.shown_text, a.at AS at /* instant */, coalesce(p.name, '') AS person_name /* str */,
       u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */
FROM answer a JOIN unit u ON u.id = a.unit_id LEFT JOIN person p ON p.id = a.person_id
WHERE a.casefile_id = :casefile_id ORDER BY a.id DESC;

-- answered_by :one casefile_id:casefile_id person_id:person_id
SELECT 1 AS found /* int */ FROM answer WHERE casefile_id = :casefile_id AND person_id = :person_id LIMIT 1;

-- answer_count :one casefile_id:casefile_id
SELECT count(*) AS n /* int */ FROM answer WHERE casefile_id = :casefile_id;

-- add_note :exec note_id:note_id casefile_id:casefile_id person_id:person_id unit_id:unit_id text:str at:instant
INSERT INTO note (id, casefile_id, person_id, unit_id, text, at) VALUES (:note_id, :casefile_id, :person_id, :unit_id, :text, :at);

-- notes :many casefile_id:casefile_id
SELECT n.text, n.at AS at /* instant */, p.name AS person_name /* str */ FROM note n JOIN person p ON p.id = n.person_id
WHERE n.casefile_id = :casefile_id ORDER BY n.id DESC;

-- add_outcome :exec outcome_id:outcome_id casefile_id:casefile_id matter_id:matter_id event_id:event_id said:str person_id:person_id? words:str
-- at:instant
INSERT INTO outcome (id, casefile_id, matter_id, event_id, said, person_id, words, at)
VALUES (:outcome_id, :casefile_id, :matter_id, :event_id, :said, :person_id, :words, :at);

-- open_of_unit :many unit_id:unit_id
SELECT id FROM casefile WHERE unit_id = :unit_id AND state IN ('registered', 'accepted', 'handling') ORDER BY id;

-- open_of_person :many person_id:person_id
SELECT id FROM casefile WHERE owner_person_id = :person_id AND due_on > 0 AND state IN ('registered', 'accepted', 'handling') ORDER BY due_on, id;
