-- Who does what next. Times are the asking node's.

-- register :exec name:str due_at:instant
INSERT INTO job (name, due_at) VALUES (:name, :due_at) ON CONFLICT (name) DO NOTHING;

-- list :many
SELECT name, due_at, claim_id, claimed_by, claimed_at, lease_at, last_end_at, last_status, runs, failed FROM job ORDER BY name;

-- claim :exec name:str now_at:instant claim:int node:int lease_at:instant
UPDATE job SET claim_id = :claim, claimed_by = :node, claimed_at = :now_at, lease_at = :lease_at
WHERE name = :name AND due_at <= :now_at AND lease_at <= :now_at;

-- claim.pg :exec
UPDATE job SET claim_id = :claim, claimed_by = :node, claimed_at = :now_at, lease_at = :lease_at
WHERE name = (SELECT j.name FROM job j WHERE j.name = :name AND j.due_at <= :now_at AND j.lease_at <= :now_at FOR UPDATE SKIP LOCKED);

-- renew :exec name:str claim:int lease_at:instant
UPDATE job SET lease_at = :lease_at WHERE name = :name AND claim_id = :claim;

-- mark :exec name:str claim:int due_at:instant ended_at:instant last_status:str failed:int
UPDATE job SET due_at = :due_at, claim_id = 0, lease_at = 0, last_end_at = :ended_at, last_status = :last_status,
runs = runs + 1, failed = failed + :failed WHERE name = :name AND claim_id = :claim;

-- give_back :exec name:str claim:int
UPDATE job SET claim_id = 0, lease_at = 0 WHERE name = :name AND claim_id = :claim;
