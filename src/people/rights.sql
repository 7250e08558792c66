-- Who is asking: roles held and absences covered at a moment.

-- person :one
SELECT id, name FROM person WHERE id = :person_id AND ended_at = 0;

-- roles :many person_id:person_id now_at:instant
SELECT m.role, m.unit_id, m.title_en, m.title_zh FROM member m JOIN unit u ON u.id = m.unit_id
WHERE m.person_id = :person_id AND m.ended_at = 0 AND m.starts_at <= :now_at AND u.ends_on = 0
ORDER BY m.id LIMIT 8;

-- stands_for :many person_id:person_id now_at:instant
SELECT person_id, acting FROM absence
WHERE deputy_person_id = :person_id AND to_at > :now_at AND from_at <= :now_at AND ended_at = 0
ORDER BY id LIMIT 8;
