-- last_number :one name:str
SELECT n FROM counter WHERE name = :name;

-- add_numbers :exec name:str n:int
INSERT INTO counter (name, n) VALUES (:name, :n) ON CONFLICT (name) DO UPDATE SET n = counter.n + excluded.n;

-- numbered :one name:str
SELECT n FROM counter WHERE name = :name;

-- number :exec name:str n:int
INSERT INTO counter (name, n) VALUES (:name, :n) ON CONFLICT (name) DO UPDATE SET n = excluded.n;

-- add :exec matter_id:matter_id ref:str casefile_id:casefile_id kind:str channel:str raiser:str category_id:category_id? unit_id:unit_id
-- state:str lang:str subject:str text:str place:str lat:real lon:real wants_public:int has_contact:int receipt_hash:blob source:str
-- source_no:str raised_at:instant answered_at:instant registered_person_id:person_id? shown:int shown_subject:str shown_text:str shown_place:str
INSERT INTO matter (id, ref, casefile_id, kind, channel, raiser, category_id, unit_id, state, lang, subject, text, place, lat, lon,
                    wants_public, shown, shown_subject, shown_text, shown_place, to_show, has_contact, receipt_hash, source, source_no,
                    raised_at, answered_at, registered_person_id)
VALUES (:matter_id, :ref, :casefile_id, :kind, :channel, :raiser, :category_id, :unit_id, :state, :lang, :subject, :text, :place, :lat, :lon,
        :wants_public, :shown, :shown_subject, :shown_text, :shown_place, :wants_public - :shown, :has_contact, :receipt_hash, :source,
        :source_no, :raised_at, :answered_at, :registered_person_id);

-- by_receipt :one receipt_hash:blob
SELECT id FROM matter WHERE receipt_hash = :receipt_hash AND receipt_hash <> x'';

-- by_receipt.pg :one
SELECT matter_id AS id FROM matter_key WHERE kind = 'receipt' AND key = :receipt_hash;

-- by_ref :one ref:str
SELECT id FROM matter WHERE ref = :ref;

-- by_ref.pg :one
SELECT matter_id AS id FROM matter_key WHERE kind = 'ref' AND key = convert_to(:ref, 'UTF8');

-- by_id :one matter_id:matter_id
SELECT id, casefile_id, ref, kind, channel, raiser, state, lang, category_id, unit_id, subject, text, place, lat, lon, wants_public, shown,
       has_contact, shown_subject, shown_text, shown_place, raised_at, answered_at, source, source_no
FROM matter WHERE id = :matter_id;

-- of_casefile :many casefile_id:casefile_id
SELECT id FROM matter WHERE casefile_id = :casefile_id ORDER BY id;

-- show :exec matter_id:matter_id subject:str text:str place:str
UPDATE matter SET shown = 1, to_show = 0, shown_subject = :subject, shown_text = :text, shown_place = :place WHERE id = :matter_id;

-- hide :exec matter_id:matter_id
UPDATE matter SET shown = 0, to_show = 0, shown_subject = '', shown_text = '', shown_place = '' WHERE id = :matter_id;

-- answer_waits :exec casefile_id:casefile_id
UPDATE matter SET to_show = 1 WHERE casefile_id = :casefile_id AND shown = 1;

-- last_answer :one casefile_id:casefile_id
SELECT id FROM answer WHERE casefile_id = :casefile_id ORDER BY id DESC LIMIT 1;

-- show_answer :exec casefile_id:casefile_id answer_id:answer_id shown_text:str
UPDATE answer SET shown_text = :shown_text WHERE casefile_id = :casefile_id AND id = :answer_id;

-- hide_answers :exec casefile_id:casefile_id
UPDATE answer SET shown_text = '' WHERE casefile_id = :casefile_id AND shown_text <> '';

-- shown_answers :many casefile_id:casefile_id
SELECT id, found, done, basis, remedy, shown_text FROM answer WHERE casefile_id = :casefile_id AND shown_text <> '' ORDER BY id;

-- said :exec matter_id:matter_id asked_at:instant
UPDATE matter SET asked_at = :asked_at WHERE id = :matter_id;

-- add_message :exec message_id:message_id matter_id:matter_id person_id:person_id? text:str at:instant
INSERT INTO message (id, matter_id, person_id, text, at) VALUES (:message_id, :matter_id, :person_id, :text, :at);

-- messages :many matter_id:matter_id
SELECT m.person_id, m.text, m.at AS at /* instant */, coalesce(p.name, '') AS person_name /* str */
FROM message m LEFT JOIN person p ON p.id = m.person_id WHERE m.matter_id = :matter_id ORDER BY m.id;
