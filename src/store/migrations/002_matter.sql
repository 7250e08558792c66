-- 002_matter: what people raise, the work on it, and everything counted from it.

CREATE TABLE category (
    id                  INTEGER PRIMARY KEY,
    code                TEXT NOT NULL UNIQUE,
    parent_category_id  INTEGER REFERENCES category (id),
    level               INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3),
    name_en             TEXT NOT NULL,
    name_zh             TEXT NOT NULL,
    unit_id             INTEGER REFERENCES unit (id),     -- who usually answers; a suggestion for the clerk, never automatic
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX category_parent ON category (parent_category_id);

-- The work that solves one or more joined matters. Exactly one unit and, once assigned, one accountable person.
-- state: registered, accepted, handling, answered, solved, partly, declined (not within remit), forwarded is a move, not a state.
-- A list of more than two in a CHECK is a table that SQLite makes anew for each row that is written: these are compared one by one.
CREATE TABLE casefile (
    id                  INTEGER PRIMARY KEY,
    root_unit_id        INTEGER NOT NULL REFERENCES unit (id),
    state               TEXT NOT NULL CHECK (state = 'registered' OR state = 'accepted' OR state = 'handling'
                            OR state = 'answered' OR state = 'solved'
                            OR state = 'partly' OR state = 'declined'),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    owner_person_id     INTEGER REFERENCES person (id),
    handler_person_id   INTEGER REFERENCES person (id),   -- who wrote the last answer: may not make the return visit
    category_id         INTEGER REFERENCES category (id),
    raised_at           INTEGER NOT NULL,                 -- the first date; never moves, not by forwarding or reopening
    accepted_at         INTEGER NOT NULL DEFAULT 0,
    answered_at         INTEGER NOT NULL DEFAULT 0,
    ended_at            INTEGER NOT NULL DEFAULT 0,       -- solved or partly by the raiser's word or an independent re-check
    changed_at          INTEGER NOT NULL,
    due_on              INTEGER NOT NULL DEFAULT 0,       -- the nearest running clock's day; 0: none runs
    ask_on              INTEGER NOT NULL DEFAULT 0,       -- answered: the day until which the raiser's word is awaited
    reopened            INTEGER NOT NULL DEFAULT 0,
    version             INTEGER NOT NULL DEFAULT 1        -- two editors: the second sees the conflict
) STRICT;
CREATE INDEX casefile_owner ON casefile (owner_person_id, due_on, id) WHERE due_on > 0;
CREATE INDEX casefile_unit_due ON casefile (unit_id, due_on, id) WHERE due_on > 0;
CREATE INDEX casefile_unit_state ON casefile (unit_id, state, due_on, id);
CREATE INDEX casefile_due ON casefile (due_on, id) WHERE due_on > 0;
CREATE INDEX casefile_state ON casefile (state, due_on, id);
CREATE INDEX casefile_category ON casefile (category_id, id);

-- What one person said, once, through one channel. subject, text and place never change (a trigger says so).
-- What lists filter by (unit, state, category) is kept here beside the casefile by the same transaction, so that a list is one index.
CREATE TABLE matter (
    id                  INTEGER PRIMARY KEY,
    ref                 TEXT NOT NULL UNIQUE,
    casefile_id         INTEGER NOT NULL REFERENCES casefile (id),
    kind                TEXT NOT NULL CHECK (kind = 'enquiry' OR kind = 'help' OR kind = 'complaint' OR kind = 'report'
                            OR kind = 'suggestion' OR kind = 'claim'),
    channel             TEXT NOT NULL CHECK (channel = 'web' OR channel = 'phone' OR channel = 'counter'
                            OR channel = 'letter' OR channel = 'visit'
                            OR channel = 'mail' OR channel = 'sms'
                            OR channel = 'api' OR channel = 'import'),
    raiser              TEXT NOT NULL DEFAULT 'resident' CHECK (raiser = 'resident' OR raiser = 'enterprise' OR raiser = 'visit'),
    category_id         INTEGER REFERENCES category (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    state               TEXT NOT NULL,
    lang                TEXT NOT NULL DEFAULT '',
    subject             TEXT NOT NULL,
    text                TEXT NOT NULL,
    place               TEXT NOT NULL DEFAULT '',
    lat                 REAL NOT NULL DEFAULT 0,          -- WGS 84 degrees; 0,0 means no point
    lon                 REAL NOT NULL DEFAULT 0,
    wants_public        INTEGER NOT NULL CHECK (wants_public IN (0, 1)),
    shown               INTEGER NOT NULL DEFAULT 0 CHECK (shown IN (0, 1)),   -- 1: a clerk has let it through
    shown_subject       TEXT NOT NULL DEFAULT '',         -- with personal data struck out
    shown_text          TEXT NOT NULL DEFAULT '',
    shown_place         TEXT NOT NULL DEFAULT '',
    to_show             INTEGER NOT NULL DEFAULT 0 CHECK (to_show IN (0, 1)), -- 1: a clerk decides: the matter or a new answer is not let through yet
    has_contact         INTEGER NOT NULL DEFAULT 0,
    receipt_hash        BLOB NOT NULL,                    -- keyed hash of the 16 digits; empty for imported matters
    source              TEXT NOT NULL DEFAULT '',         -- where an imported matter comes from
    source_no           TEXT NOT NULL DEFAULT '',
    raised_at           INTEGER NOT NULL,
    answered_at         INTEGER NOT NULL DEFAULT 0,
    asked_at            INTEGER NOT NULL DEFAULT 0,       -- last time the raiser or a checker was asked or said something
    registered_person_id INTEGER REFERENCES person (id)
) STRICT;
CREATE INDEX matter_casefile ON matter (casefile_id);
CREATE UNIQUE INDEX matter_receipt ON matter (receipt_hash) WHERE receipt_hash <> x'';
CREATE UNIQUE INDEX matter_source ON matter (source, source_no) WHERE source_no <> '';
CREATE INDEX matter_category ON matter (category_id);
-- The columns behind `id` are there so that a filter by them is answered from the index.
CREATE INDEX matter_unit ON matter (unit_id, raised_at, id, state, to_show, category_id);
CREATE INDEX matter_raised ON matter (raised_at, id, kind, channel);
CREATE INDEX matter_shown ON matter (raised_at, id, kind, channel) WHERE shown = 1;
CREATE INDEX matter_shown_category ON matter (category_id, raised_at, id) WHERE shown = 1;
CREATE INDEX matter_shown_unit ON matter (unit_id, raised_at, id) WHERE shown = 1;
CREATE INDEX matter_state ON matter (state, raised_at, id, shown);
CREATE INDEX matter_answered ON matter (answered_at, id, shown) WHERE answered_at > 0;
CREATE INDEX matter_to_show ON matter (raised_at, id) WHERE to_show = 1;
CREATE TRIGGER matter_words_never_change BEFORE UPDATE OF subject, text, place, raised_at, channel, kind, ref ON matter
BEGIN SELECT RAISE(ABORT, 'the words of a matter never change'); END;

-- Who raised it, sealed under a key of its own, itself wrapped by the key file. Erasing destroys `wrapped_key`.
CREATE TABLE contact (
    id                  INTEGER PRIMARY KEY,
    matter_id           INTEGER NOT NULL UNIQUE REFERENCES matter (id),
    wrapped_key         BLOB NOT NULL,
    sealed              BLOB NOT NULL,
    created_at          INTEGER NOT NULL,
    erased_at           INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One legal or promised time limit on a casefile. `rule` names a row of the rule pack the casefile is under.
CREATE TABLE clock (
    id                  INTEGER PRIMARY KEY,
    casefile_id         INTEGER NOT NULL REFERENCES casefile (id),
    pack                TEXT NOT NULL,
    rule                TEXT NOT NULL,
    starts_at           INTEGER NOT NULL,
    due_on              INTEGER NOT NULL,
    stopped_at          INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX clock_casefile ON clock (casefile_id, id);

-- Everything that ever happened to a casefile, in order. data: JSON with no personal data; words: free text shown in the timeline.
-- shown: 1 when the raiser and, for a shown matter, the public may read it.
CREATE TABLE event (
    id                  INTEGER PRIMARY KEY,
    casefile_id         INTEGER NOT NULL REFERENCES casefile (id),
    matter_id           INTEGER REFERENCES matter (id),
    kind                TEXT NOT NULL,
    person_id           INTEGER REFERENCES person (id),   -- NULL: the raiser, or the system
    unit_id             INTEGER REFERENCES unit (id),     -- in whose name
    to_unit_id          INTEGER REFERENCES unit (id),
    to_person_id        INTEGER REFERENCES person (id),
    words               TEXT NOT NULL DEFAULT '',
    shown               INTEGER NOT NULL CHECK (shown IN (0, 1)),
    at                  INTEGER NOT NULL,
    salt                BLOB NOT NULL,
    hash                BLOB NOT NULL
) STRICT;
CREATE INDEX event_casefile ON event (casefile_id, id);

-- A written answer: what was asked, found, done, the legal basis, the next remedy (2022 regulations art. 32).
CREATE TABLE answer (
    id                  INTEGER PRIMARY KEY,
    casefile_id         INTEGER NOT NULL REFERENCES casefile (id),
    event_id            INTEGER NOT NULL REFERENCES event (id),
    person_id           INTEGER REFERENCES person (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    asked               TEXT NOT NULL,
    found               TEXT NOT NULL,
    done                TEXT NOT NULL,
    basis               TEXT NOT NULL,
    remedy              TEXT NOT NULL,
    shown_text          TEXT NOT NULL DEFAULT '',         -- with personal data struck out, once let through
    at                  INTEGER NOT NULL
) STRICT;
CREATE INDEX answer_casefile ON answer (casefile_id, id);

-- Internal words: never in any public output.
CREATE TABLE note (
    id                  INTEGER PRIMARY KEY,
    casefile_id         INTEGER NOT NULL REFERENCES casefile (id),
    person_id           INTEGER NOT NULL REFERENCES person (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    text                TEXT NOT NULL,
    at                  INTEGER NOT NULL
) STRICT;
CREATE INDEX note_casefile ON note (casefile_id, id);

-- Words between the raiser (by receipt code) and the unit, for one matter.
CREATE TABLE message (
    id                  INTEGER PRIMARY KEY,
    matter_id           INTEGER NOT NULL REFERENCES matter (id),
    person_id           INTEGER REFERENCES person (id),   -- NULL: from the raiser
    text                TEXT NOT NULL,
    at                  INTEGER NOT NULL
) STRICT;
CREATE INDEX message_matter ON message (matter_id, id);

-- What came of asking: by the raiser with the code, or by a person who is not the handler.
CREATE TABLE outcome (
    id                  INTEGER PRIMARY KEY,
    casefile_id         INTEGER NOT NULL REFERENCES casefile (id),
    matter_id           INTEGER NOT NULL REFERENCES matter (id),
    event_id            INTEGER NOT NULL REFERENCES event (id),   -- the raiser's own words stay here, never in the event
    said                TEXT NOT NULL CHECK (said IN ('solved','partly','not_solved','no_answer')),
    person_id           INTEGER REFERENCES person (id),   -- NULL: the raiser by code
    words               TEXT NOT NULL DEFAULT '',
    at                  INTEGER NOT NULL
) STRICT;
CREATE INDEX outcome_casefile ON outcome (casefile_id, id);
CREATE UNIQUE INDEX outcome_event ON outcome (event_id);

-- Reply templates and text modules of a unit (P11).
CREATE TABLE phrase (
    id                  INTEGER PRIMARY KEY,
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    name                TEXT NOT NULL,
    text                TEXT NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX phrase_unit ON phrase (unit_id, ended_at);

-- Running numbers: HT-26-000001.
CREATE TABLE counter (
    name                TEXT PRIMARY KEY,
    n                   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Counts kept by the transaction that changes them, so that an overview reads a few rows at any size; doctor recounts.
-- For a unit and all its territory ancestors (scope 1) and for the unit alone (scope 0).
CREATE TABLE tally (
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    scope               INTEGER NOT NULL CHECK (scope IN (0, 1)),
    what                TEXT NOT NULL,                    -- a state, or 'reopened' (open again now), 'not_solved' (words said)
    n                   INTEGER NOT NULL,
    PRIMARY KEY (unit_id, scope, what)
) STRICT, WITHOUT ROWID;

-- Days that matter, by day. 'due': open casefiles by the day their nearest clock ends; overdue is the sum before today, due
-- soon the sum of the next days. 'ask': answered casefiles by the day until which the raiser's word is awaited.
CREATE TABLE tally_due (
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    scope               INTEGER NOT NULL CHECK (scope IN (0, 1)),
    what                TEXT NOT NULL CHECK (what IN ('due','ask')),
    due_on              INTEGER NOT NULL,
    n                   INTEGER NOT NULL,
    PRIMARY KEY (unit_id, scope, what, due_on)
) STRICT, WITHOUT ROWID;

-- By day, for the root unit: raised, answered, answered in time, solved; the home page sums a year of it.
CREATE TABLE tally_day (
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    what                TEXT NOT NULL CHECK (what IN ('raised','answered','in_time','solved','partly','not_solved')),
    on_on               INTEGER NOT NULL,
    n                   INTEGER NOT NULL,
    PRIMARY KEY (unit_id, what, on_on)
) STRICT, WITHOUT ROWID;

-- Search: tokens made by us (matter/search.c). One document per text; a document is never changed, only ended.
CREATE TABLE search_doc (
    id                  INTEGER PRIMARY KEY,              -- also the rowid in search_index
    matter_id           INTEGER NOT NULL REFERENCES matter (id),
    audience            TEXT NOT NULL CHECK (audience IN ('staff','public')),
    part                TEXT NOT NULL CHECK (part IN ('matter','answer')),
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX search_doc_matter ON search_doc (matter_id, audience, part);
CREATE VIRTUAL TABLE search_staff USING fts5 (tokens, content = '', tokenize = 'ascii', columnsize = 1);
CREATE VIRTUAL TABLE search_public USING fts5 (tokens, content = '', tokenize = 'ascii', columnsize = 1);
