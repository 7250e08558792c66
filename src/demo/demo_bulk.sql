-- Whole lives, read as the rules made them and written again as others: every column of every table that a matter touches.
-- All lists are in the order of casefiles, which is the order in which they were raised.

-- lives :many
SELECT c.id AS casefile_id /* casefile_id */, c.root_unit_id, c.state, c.unit_id, c.owner_person_id, c.handler_person_id, c.category_id, c.raised_at,
       c.accepted_at, c.answered_at, c.ended_at, c.changed_at, c.due_on, c.ask_on, c.reopened, c.version,
       m.id AS matter_id /* matter_id */, m.kind, m.channel, m.raiser, m.lang, m.subject, m.text, m.place, m.lat, m.lon, m.wants_public, m.shown,
       m.shown_subject, m.shown_text, m.shown_place, m.to_show, m.has_contact, m.asked_at, m.registered_person_id
FROM casefile c JOIN matter m ON m.casefile_id = c.id ORDER BY c.id;

-- contacts :many
SELECT m.casefile_id, k.wrapped_key, k.sealed, k.created_at, k.erased_at FROM contact k JOIN matter m ON m.id = k.matter_id ORDER BY m.casefile_id;

-- clocks :many
SELECT casefile_id, pack, rule, starts_at, due_on, stopped_at FROM clock ORDER BY casefile_id, id;

-- events :many
SELECT casefile_id, id, matter_id, kind, person_id, unit_id, to_unit_id, to_person_id, words, shown, at AS at /* instant */
FROM event ORDER BY casefile_id, id;

-- answers :many
SELECT casefile_id, event_id, person_id, unit_id, asked, found, done, basis, remedy, shown_text, at AS at /* instant */
FROM answer ORDER BY casefile_id, id;

-- notes :many
SELECT casefile_id, person_id, unit_id, text, at AS at /* instant */ FROM note ORDER BY casefile_id, id;

-- messages :many
SELECT m.casefile_id, w.person_id, w.text, w.at AS at /* instant */ FROM message w JOIN matter m ON m.id = w.matter_id ORDER BY m.casefile_id, w.id;

-- outcomes :many
SELECT casefile_id, event_id, said, person_id, words, at AS at /* instant */ FROM outcome ORDER BY casefile_id, id;

-- units :many
SELECT id, kind, territory_unit_id, line_unit_id, ends_on FROM unit ORDER BY id;

-- staff :many
SELECT m.unit_id, m.person_id, m.role FROM member m WHERE m.ended_at = 0 AND m.role IN ('head', 'handler', 'clerk')
ORDER BY m.unit_id, m.role DESC, m.id;

-- add_casefile :exec casefile_id:casefile_id root_unit_id:unit_id state:str unit_id:unit_id owner:person_id? handler:person_id?
-- category_id:category_id? raised_at:instant accepted_at:instant answered_at:instant ended_at:instant changed_at:instant due_on:day ask_on:day
-- reopened:int version:int
INSERT INTO casefile (id, root_unit_id, state, unit_id, owner_person_id, handler_person_id, category_id, raised_at, accepted_at, answered_at,
                      ended_at, changed_at, due_on, ask_on, reopened, version)
VALUES (:casefile_id, :root_unit_id, :state, :unit_id, :owner, :handler, :category_id, :raised_at, :accepted_at, :answered_at,
        :ended_at, :changed_at, :due_on, :ask_on, :reopened, :version);

-- add_matter :exec matter_id:matter_id ref:str casefile_id:casefile_id kind:str channel:str raiser:str category_id:category_id? unit_id:unit_id
-- state:str lang:str subject:str text:str place:str lat:real lon:real wants_public:int shown:int shown_subject:str shown_text:str
-- shown_place:str to_show:int has_contact:int receipt_hash:blob raised_at:instant answered_at:instant asked_at:instant
-- registered_person_id:person_id?
INSERT INTO matter (id, ref, casefile_id, kind, channel, raiser, category_id, unit_id, state, lang, subject, text, place, lat, lon,
                    wants_public, shown, shown_subject, shown_text, shown_place, to_show, has_contact, receipt_hash, raised_at, answered_at,
                    asked_at, registered_person_id)
VALUES (:matter_id, :ref, :casefile_id, :kind, :channel, :raiser, :category_id, :unit_id, :state, :lang, :subject, :text, :place, :lat, :lon,
        :wants_public, :shown, :shown_subject, :shown_text, :shown_place, :to_show, :has_contact, :receipt_hash, :raised_at, :answered_at,
        :asked_at, :registered_person_id);

-- add_contact :exec contact_id:contact_id matter_id:matter_id wrapped_key:blob sealed:blob created_at:instant erased_at:instant
INSERT INTO contact (id, matter_id, wrapped_key, sealed, created_at, erased_at)
VALUES (:contact_id, :matter_id, :wrapped_key, :sealed, :created_at, :erased_at);

-- add_clock :exec clock_id:clock_id casefile_id:casefile_id pack:str rule:str starts_at:instant due_on:day stopped_at:instant
INSERT INTO clock (id, casefile_id, pack, rule, starts_at, due_on, stopped_at)
VALUES (:clock_id, :casefile_id, :pack, :rule, :starts_at, :due_on, :stopped_at);

-- add_answer :exec answer_id:answer_id casefile_id:casefile_id event_id:event_id person_id:person_id? unit_id:unit_id asked:str found:str
-- done:str basis:str remedy:str shown_text:str at:instant
INSERT INTO answer (id, casefile_id, event_id, person_id, unit_id, asked, found, done, basis, remedy, shown_text, at)
VALUES (:answer_id, :casefile_id, :event_id, :person_id, :unit_id, :asked, :found, :done, :basis, :remedy, :shown_text, :at);

-- count_to :exec name:str n:int
INSERT INTO counter (name, n) VALUES (:name, :n) ON CONFLICT (name) DO UPDATE SET n = excluded.n;
