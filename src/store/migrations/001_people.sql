-- 001_people: units, who works in them, who may sign in.
-- Times are UTC milliseconds (*_at), days are days since 1970-01-01 (*_on). 0 in an end column means "still". Nothing is deleted: it ends.

-- A node of the tree of public bodies and partners. Both parents are kept here; their closures in unit_path.
CREATE TABLE unit (
    id                  INTEGER PRIMARY KEY,
    code                TEXT NOT NULL UNIQUE,             -- the administration's own number, e.g. 990100
    name_en             TEXT NOT NULL,
    name_zh             TEXT NOT NULL,
    kind                TEXT NOT NULL CHECK (kind IN ('root','department','county','bureau','township','village','partner')),
    territory_unit_id   INTEGER REFERENCES unit (id),     -- parent by territory: the town under its county
    line_unit_id        INTEGER REFERENCES unit (id),     -- parent by line: the county bureau under the city bureau
    remit               TEXT NOT NULL DEFAULT '',         -- what it answers for, in words, shown when a matter is sent on
    address             TEXT NOT NULL DEFAULT '',
    phone               TEXT NOT NULL DEFAULT '',
    starts_on           INTEGER NOT NULL,
    ends_on             INTEGER NOT NULL DEFAULT 0,
    successor_unit_id   INTEGER REFERENCES unit (id)      -- of a merged or abolished unit (2022 regulations art. 25)
) STRICT;
CREATE INDEX unit_territory ON unit (territory_unit_id);
CREATE INDEX unit_line ON unit (line_unit_id);
CREATE INDEX unit_successor ON unit (successor_unit_id);

-- Closure: every ancestor of every unit, itself at depth 0, for either kind of parent, with the days on which it held.
CREATE TABLE unit_path (
    line                INTEGER NOT NULL CHECK (line IN (0, 1)),  -- 0 territory, 1 line
    ancestor_unit_id    INTEGER NOT NULL REFERENCES unit (id),
    descendant_unit_id  INTEGER NOT NULL REFERENCES unit (id),
    depth               INTEGER NOT NULL,
    starts_on           INTEGER NOT NULL,
    ends_on             INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (line, ancestor_unit_id, descendant_unit_id, starts_on)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_path_up ON unit_path (line, descendant_unit_id, ends_on, depth, ancestor_unit_id);

-- The room where people work for the unit on letters, visits and the campaign. A unit without one is a coverage gap.
CREATE TABLE office (
    id                  INTEGER PRIMARY KEY,
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    name_en             TEXT NOT NULL,
    name_zh             TEXT NOT NULL,
    address             TEXT NOT NULL DEFAULT '',
    phone               TEXT NOT NULL DEFAULT '',
    hours               TEXT NOT NULL DEFAULT '',
    starts_on           INTEGER NOT NULL,
    ends_on             INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX office_unit ON office (unit_id, ends_on);

-- A person who works here and signs in. The display name is the office title unless the person wants the name shown.
CREATE TABLE person (
    id                  INTEGER PRIMARY KEY,
    login               TEXT NOT NULL UNIQUE,
    name                TEXT NOT NULL,
    password_hash       TEXT NOT NULL DEFAULT '',         -- Argon2id string of libsodium; empty: cannot sign in by password
    lang                TEXT NOT NULL DEFAULT '' CHECK (lang IN ('', 'en', 'zh-CN')),
    created_at          INTEGER NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;

-- People act only through a role in a unit.
CREATE TABLE member (
    id                  INTEGER PRIMARY KEY,
    person_id           INTEGER NOT NULL REFERENCES person (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    role                TEXT NOT NULL CHECK (role IN ('handler','clerk','checker','head','leader','admin')),
    title_en            TEXT NOT NULL DEFAULT '',
    title_zh            TEXT NOT NULL DEFAULT '',
    starts_at           INTEGER NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX member_person ON member (person_id, ended_at);
CREATE INDEX member_unit ON member (unit_id, ended_at, role);

-- A unit's three named people: first person responsible, contact, deputy.
CREATE TABLE post (
    id                  INTEGER PRIMARY KEY,
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    kind                TEXT NOT NULL CHECK (kind IN ('first','contact','deputy')),
    person_id           INTEGER NOT NULL REFERENCES person (id),
    starts_at           INTEGER NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX post_one ON post (unit_id, kind) WHERE ended_at = 0;
CREATE INDEX post_person ON post (person_id, ended_at);

-- While absent, a person's work is also the deputy's. acting: the deputy signs for the first person responsible.
CREATE TABLE absence (
    id                  INTEGER PRIMARY KEY,
    person_id           INTEGER NOT NULL REFERENCES person (id),
    deputy_person_id    INTEGER NOT NULL REFERENCES person (id),
    acting              INTEGER NOT NULL DEFAULT 0 CHECK (acting IN (0, 1)),
    from_at             INTEGER NOT NULL,
    to_at               INTEGER NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX absence_person ON absence (person_id, to_at);
CREATE INDEX absence_deputy ON absence (deputy_person_id, to_at);

-- Signed-in browsers. The cookie's token is stored as a hash; `csrf` is bound to the session and never leaves the server but in forms.
CREATE TABLE session (
    id                  INTEGER PRIMARY KEY,
    token_hash          BLOB NOT NULL UNIQUE,
    before_hash         BLOB NOT NULL DEFAULT x'',        -- the token before the last rotation, good for a minute
    person_id           INTEGER NOT NULL REFERENCES person (id),
    csrf                BLOB NOT NULL,
    created_at          INTEGER NOT NULL,
    seen_at             INTEGER NOT NULL,
    rotated_at          INTEGER NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX session_person ON session (person_id, ended_at);
CREATE INDEX session_before ON session (before_hash);
CREATE INDEX session_seen ON session (seen_at);

CREATE TABLE api_key (
    id                  INTEGER PRIMARY KEY,
    name                TEXT NOT NULL,
    key_hash            BLOB NOT NULL UNIQUE,
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    created_at          INTEGER NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One use of a form: the same token again answers with the first result instead of doing it twice.
CREATE TABLE once (
    token               BLOB PRIMARY KEY,
    result              TEXT NOT NULL,
    created_at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX once_created ON once (created_at);

-- Changes to units, people, categories, calendars: who, when, what. One row in the same transaction as the change.
CREATE TABLE admin_event (
    id                  INTEGER PRIMARY KEY,
    kind                TEXT NOT NULL,
    unit_id             INTEGER REFERENCES unit (id),
    subject_id          INTEGER NOT NULL DEFAULT 0,       -- the row that changed, in the table that kind names
    person_id           INTEGER REFERENCES person (id),   -- who did it; NULL is the command line
    text                TEXT NOT NULL DEFAULT '',
    salt                BLOB NOT NULL,
    hash                BLOB NOT NULL,
    at                  INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    name                TEXT PRIMARY KEY,
    value               TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Working-day calendar: days that differ from Monday to Friday.
CREATE TABLE holiday (
    id                  INTEGER PRIMARY KEY,
    on_on               INTEGER NOT NULL,
    working             INTEGER NOT NULL CHECK (working IN (0, 1)),  -- 1: a make-up working day
    name_en             TEXT NOT NULL,
    name_zh             TEXT NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX holiday_day ON holiday (on_on) WHERE ended_at = 0;
