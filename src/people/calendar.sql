-- Days that differ from Monday to Friday.

-- days :many
SELECT id, on_on, working, name_en, name_zh FROM holiday WHERE ended_at = 0 ORDER BY on_on;

-- get :one
SELECT on_on, working, name_en, ended_at FROM holiday WHERE id = :holiday_id;

-- insert :exec holiday_id:holiday_id on_on:day working:int name_en:str name_zh:str
INSERT INTO holiday (id, on_on, working, name_en, name_zh) VALUES (:holiday_id, :on_on, :working, :name_en, :name_zh);

-- end :exec
UPDATE holiday SET ended_at = :now_at WHERE id = :holiday_id AND ended_at = 0;
