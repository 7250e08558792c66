-- The identity of a raiser, sealed. Nothing here is ever joined with anything else.

-- add :exec contact_id:contact_id matter_id:matter_id wrapped_key:blob sealed:blob created_at:instant
INSERT INTO contact (id, matter_id, wrapped_key, sealed, created_at) VALUES (:contact_id, :matter_id, :wrapped_key, :sealed, :created_at);

-- of :one matter_id:matter_id
SELECT wrapped_key, sealed FROM contact WHERE matter_id = :matter_id AND erased_at = 0;

-- erase :exec matter_id:matter_id erased_at:instant
UPDATE contact SET wrapped_key = x'', sealed = x'', erased_at = :erased_at WHERE matter_id = :matter_id AND erased_at = 0;

-- unmark :exec matter_id:matter_id
UPDATE matter SET has_contact = 0 WHERE id = :matter_id;
