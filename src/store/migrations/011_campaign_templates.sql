-- 011_campaign_templates: plans kept to begin from, as data; aims, goals and units that go first hold between versions, as stages and actions do.

-- A plan to begin from that a unit keeps. Its rows hold structure alone: no people, no units, no dates, only days after the first.
CREATE TABLE plan_template (
    id                  INTEGER PRIMARY KEY,
    root_unit_id        INTEGER NOT NULL REFERENCES unit (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),        -- whose it is: the units below may begin from it too
    version             INTEGER NOT NULL DEFAULT 0,       -- the one offered
    ended_at            INTEGER NOT NULL DEFAULT 0        -- no longer offered; it is not deleted
) STRICT;
CREATE INDEX plan_template_unit ON plan_template (unit_id, id);

-- Every change is a version; a version never changes. body_version: whose rows are its structure (a new name leaves them as they are).
CREATE TABLE plan_template_version (
    plan_template_id    INTEGER NOT NULL REFERENCES plan_template (id),
    version             INTEGER NOT NULL,
    what                TEXT NOT NULL CHECK (what IN ('kept','changed','renamed','ended')),
    body_version        INTEGER NOT NULL,
    campaign_id         INTEGER REFERENCES campaign (id), -- whose structure it took; NULL: a version that only names or ends it
    name                TEXT NOT NULL,
    theme               TEXT NOT NULL,
    kinds               TEXT NOT NULL,                    -- scope: kinds of units, with spaces between
    sign_days           INTEGER NOT NULL,
    ask_cap             INTEGER NOT NULL,
    text                TEXT NOT NULL,                    -- Markdown
    person_id           INTEGER REFERENCES person (id),
    at                  INTEGER NOT NULL,
    PRIMARY KEY (plan_template_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_template_stage (
    plan_template_id    INTEGER NOT NULL REFERENCES plan_template (id),
    version             INTEGER NOT NULL,
    no                  INTEGER NOT NULL,
    name                TEXT NOT NULL,
    from_n              INTEGER NOT NULL,                 -- days after the campaign's first
    to_n                INTEGER NOT NULL,                 -- the same; -1: open end
    consolidates        INTEGER NOT NULL,
    PRIMARY KEY (plan_template_id, version, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_template_aim (
    plan_template_id    INTEGER NOT NULL REFERENCES plan_template (id),
    version             INTEGER NOT NULL,
    no                  INTEGER NOT NULL,
    line                TEXT NOT NULL,
    name                TEXT NOT NULL,
    PRIMARY KEY (plan_template_id, version, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_template_goal (
    plan_template_id    INTEGER NOT NULL REFERENCES plan_template (id),
    version             INTEGER NOT NULL,
    no                  INTEGER NOT NULL,
    aim_no              INTEGER NOT NULL,
    name                TEXT NOT NULL,
    indicator           TEXT NOT NULL,
    PRIMARY KEY (plan_template_id, version, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_template_action (
    plan_template_id    INTEGER NOT NULL REFERENCES plan_template (id),
    version             INTEGER NOT NULL,
    no                  INTEGER NOT NULL,
    stage_no            INTEGER NOT NULL,                 -- 0: the whole campaign
    aim_no              INTEGER NOT NULL,                 -- 0: none yet
    name                TEXT NOT NULL,
    criteria            TEXT NOT NULL,
    criterion           TEXT NOT NULL,
    criterion_n         INTEGER NOT NULL,
    evidence            TEXT NOT NULL,
    due_n               INTEGER NOT NULL,                 -- days after the campaign's first; -1: no day yet
    locked              INTEGER NOT NULL,
    may_adapt           INTEGER NOT NULL,
    may_waive           INTEGER NOT NULL,
    PRIMARY KEY (plan_template_id, version, no)
) STRICT, WITHOUT ROWID;

-- Rows of a plan hold in the versions [since, until), until 0: still.
ALTER TABLE aim ADD COLUMN since_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE aim ADD COLUMN until_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE goal ADD COLUMN since_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE goal ADD COLUMN until_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaign_part ADD COLUMN until_version INTEGER NOT NULL DEFAULT 0;
CREATE INDEX action_aim ON action (aim_id);

-- The version that was last opened for opinions: an amendment is, when this is the version being written.
ALTER TABLE campaign ADD COLUMN discussed_version INTEGER NOT NULL DEFAULT 0;

-- The earlier campaign's action whose structure it took, where from_action_id names the superior's that it carries.
ALTER TABLE action ADD COLUMN cloned_action_id INTEGER REFERENCES action (id);
