-- What one installation is called and how it is set up.

-- setting :one name:str
SELECT value FROM setting WHERE name = :name;

-- put :exec name:str value:str
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
