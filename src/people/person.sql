-- Accounts and the roles people hold.

-- get :one
SELECT id, login, name, lang, ended_at FROM person WHERE id = :person_id;

-- by_login :one login:str
SELECT id, login, name, lang, password_hash, ended_at FROM person WHERE login = :login;

-- list :many pattern:str after_login:str limit:int
SELECT id, login, name, lang FROM person
WHERE login > :after_login AND ended_at = 0 AND (login LIKE :pattern ESCAPE '\' OR lower(name) LIKE :pattern ESCAPE '\')
ORDER BY login LIMIT :limit;

-- insert :exec person_id:person_id login:str name:str password_hash:str lang:str created_at:instant
INSERT INTO person (id, login, name, password_hash, lang, created_at)
VALUES (:person_id, :login, :name, :password_hash, :lang, :created_at);

-- rename :exec person_id:person_id name:str
UPDATE person SET name = :name WHERE id = :person_id AND ended_at = 0;

-- set_password :exec person_id:person_id password_hash:str
UPDATE person SET password_hash = :password_hash WHERE id = :person_id AND ended_at = 0;

-- set_lang :exec person_id:person_id lang:str
UPDATE person SET lang = :lang WHERE id = :person_id AND ended_at = 0;

-- end :exec person_id:person_id now_at:instant
UPDATE person SET ended_at = :now_at, password_hash = '' WHERE id = :person_id AND ended_at = 0;

-- member_get :one
SELECT id, person_id, unit_id, role, ended_at FROM member WHERE id = :member_id;

-- members_of_unit :many
SELECT m.id, m.person_id, m.unit_id, m.role, m.title_en, m.title_zh, h.name, h.login
FROM member m JOIN person h ON h.id = m.person_id
WHERE m.unit_id = :unit_id AND m.ended_at = 0 ORDER BY m.id;

-- members_of_person :many
SELECT m.id, m.person_id, m.unit_id, m.role, m.title_en, m.title_zh, h.name, h.login
FROM member m JOIN person h ON h.id = m.person_id
WHERE m.person_id = :person_id AND m.ended_at = 0 ORDER BY m.id;

-- admins :one
SELECT count(*) AS n /* int */ FROM member m JOIN unit u ON u.id = m.unit_id
WHERE m.ended_at = 0 AND m.role = 'admin' AND u.kind = 'root' AND u.ends_on = 0;

-- member_insert :exec member_id:member_id person_id:person_id unit_id:unit_id role:str title_en:str title_zh:str starts_at:instant
INSERT INTO member (id, person_id, unit_id, role, title_en, title_zh, starts_at)
VALUES (:member_id, :person_id, :unit_id, :role, :title_en, :title_zh, :starts_at);

-- member_end :exec member_id:member_id now_at:instant
UPDATE member SET ended_at = :now_at WHERE id = :member_id AND ended_at = 0;

-- member_end_of :exec person_id:person_id now_at:instant
UPDATE member SET ended_at = :now_at WHERE person_id = :person_id AND ended_at = 0;

-- member_end_all :exec unit_id:unit_id now_at:instant
UPDATE member SET ended_at = :now_at WHERE unit_id = :unit_id AND ended_at = 0;
