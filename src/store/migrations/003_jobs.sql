-- 003_jobs: what the serving nodes of an installation share beside its records: work that one of them does from time to time, and
-- wrong guesses at secrets, which all of them count together.

-- One row a name of jobs/jobs_list.c. A node that claims a job writes a fresh number into claim_id; only who holds that number may change
-- the row or anything else in the job's name. A lease that is over may be taken by any node: the one before has died or stood still.
CREATE TABLE job (
    name                TEXT PRIMARY KEY,
    due_at              INTEGER NOT NULL,
    claim_id            INTEGER NOT NULL DEFAULT 0,       -- 0: nobody runs it
    claimed_by          INTEGER NOT NULL DEFAULT 0,       -- number of the node that runs it, or ran it last
    claimed_at          INTEGER NOT NULL DEFAULT 0,
    lease_at            INTEGER NOT NULL DEFAULT 0,       -- claimed until; pushed on with each change of the run
    last_end_at         INTEGER NOT NULL DEFAULT 0,
    last_status         TEXT NOT NULL DEFAULT '',         -- 'ok', or the name of another status; empty before the first end
    runs                INTEGER NOT NULL DEFAULT 0,
    failed              INTEGER NOT NULL DEFAULT 0        -- of the runs
) STRICT, WITHOUT ROWID;

-- Wrong passwords and receipt codes. who: keyed hash of what was guessed and from where, or of where alone; the address itself stands
-- nowhere. A row is forgotten some minutes after its wait is over.
CREATE TABLE guess (
    who                 BLOB PRIMARY KEY,
    failures            INTEGER NOT NULL,
    until_at            INTEGER NOT NULL                  -- no further guess counts before
) STRICT, WITHOUT ROWID;
CREATE INDEX guess_until ON guess (until_at);
