-- 002_matter for PostgreSQL: the same tables, columns and rules as 002_matter.sql, which says what each is for.
--
-- What grows without end is partitioned by month: matter by its key; event, answer, note and outcome by the key of their casefile, so that
-- all rows of one casefile stand together in the month in which it began; message by its matter. A key holds its time: milliseconds since
-- 2000-01-01T00:00Z, shifted by 22 bits (base/id.h). A primary key here begins with what its table is partitioned by.
--
-- One column alone cannot be unique over partitions, so what is unique of a matter stands in matter_key.
--
-- Rows of partitioned tables are referred to without a foreign key: its check asks all partitions (0.3 ms a row with twenty years of months,
-- as much as the row itself), and `luoshi doctor` counts what refers to nothing. Rows are never deleted.

CREATE TABLE category (
    id                  BIGINT PRIMARY KEY,
    code                TEXT COLLATE "C" NOT NULL UNIQUE,
    parent_category_id  BIGINT REFERENCES category (id),
    level               BIGINT NOT NULL CHECK (level BETWEEN 1 AND 3),
    name_en             TEXT COLLATE "C" NOT NULL,
    name_zh             TEXT COLLATE "C" NOT NULL,
    unit_id             BIGINT REFERENCES unit (id),
    ended_at            BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX category_parent ON category (parent_category_id);

-- The work that solves one or more joined matters. Exactly one unit and, once assigned, one accountable person.
-- state: registered, accepted, handling, answered, solved, partly, declined (not within remit), forwarded is a move, not a state.
CREATE TABLE casefile (
    id                  BIGINT PRIMARY KEY,
    root_unit_id        BIGINT NOT NULL REFERENCES unit (id),
    state               TEXT COLLATE "C" NOT NULL CHECK (state IN ('registered','accepted','handling','answered','solved','partly','declined')),
    unit_id             BIGINT NOT NULL REFERENCES unit (id),
    owner_person_id     BIGINT REFERENCES person (id),
    handler_person_id   BIGINT REFERENCES person (id),
    category_id         BIGINT REFERENCES category (id),
    raised_at           BIGINT NOT NULL,
    accepted_at         BIGINT NOT NULL DEFAULT 0,
    answered_at         BIGINT NOT NULL DEFAULT 0,
    ended_at            BIGINT NOT NULL DEFAULT 0,
    changed_at          BIGINT NOT NULL,
    due_on              BIGINT NOT NULL DEFAULT 0,
    ask_on              BIGINT NOT NULL DEFAULT 0,
    reopened            BIGINT NOT NULL DEFAULT 0,
    version             BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX casefile_owner ON casefile (owner_person_id, due_on, id) WHERE due_on > 0;
CREATE INDEX casefile_unit_due ON casefile (unit_id, due_on, id) WHERE due_on > 0;
CREATE INDEX casefile_unit_state ON casefile (unit_id, state, due_on, id);
CREATE INDEX casefile_due ON casefile (due_on, id) WHERE due_on > 0;
CREATE INDEX casefile_state ON casefile (state, due_on, id);
CREATE INDEX casefile_category ON casefile (category_id, id);

-- What one person said, once, through one channel. subject, text and place never change (a trigger says so).
-- What lists filter by (unit, state, category) is kept here beside the casefile by the same transaction, so that a list is one index.
CREATE TABLE matter (
    id                  BIGINT PRIMARY KEY,
    ref                 TEXT COLLATE "C" NOT NULL,
    casefile_id         BIGINT NOT NULL REFERENCES casefile (id),
    kind                TEXT COLLATE "C" NOT NULL CHECK (kind IN ('enquiry','help','complaint','report','suggestion','claim')),
    channel             TEXT COLLATE "C" NOT NULL CHECK (channel IN ('web','phone','counter','letter','visit','mail','sms','api','import')),
    raiser              TEXT COLLATE "C" NOT NULL DEFAULT 'resident' CHECK (raiser IN ('resident','enterprise','visit')),
    category_id         BIGINT REFERENCES category (id),
    unit_id             BIGINT NOT NULL REFERENCES unit (id),
    state               TEXT COLLATE "C" NOT NULL,
    lang                TEXT COLLATE "C" NOT NULL DEFAULT '',
    subject             TEXT COLLATE "C" NOT NULL,
    text                TEXT COLLATE "C" NOT NULL,
    place               TEXT COLLATE "C" NOT NULL DEFAULT '',
    lat                 DOUBLE PRECISION NOT NULL DEFAULT 0,
    lon                 DOUBLE PRECISION NOT NULL DEFAULT 0,
    wants_public        BIGINT NOT NULL CHECK (wants_public IN (0, 1)),
    shown               BIGINT NOT NULL DEFAULT 0 CHECK (shown IN (0, 1)),
    shown_subject       TEXT COLLATE "C" NOT NULL DEFAULT '',
    shown_text          TEXT COLLATE "C" NOT NULL DEFAULT '',
    shown_place         TEXT COLLATE "C" NOT NULL DEFAULT '',
    to_show             BIGINT NOT NULL DEFAULT 0 CHECK (to_show IN (0, 1)),
    has_contact         BIGINT NOT NULL DEFAULT 0,
    receipt_hash        BYTEA NOT NULL,
    source              TEXT COLLATE "C" NOT NULL DEFAULT '',
    source_no           TEXT COLLATE "C" NOT NULL DEFAULT '',
    raised_at           BIGINT NOT NULL,
    answered_at         BIGINT NOT NULL DEFAULT 0,
    asked_at            BIGINT NOT NULL DEFAULT 0,
    registered_person_id BIGINT REFERENCES person (id)
) PARTITION BY RANGE (id);
CREATE TABLE matter_default PARTITION OF matter DEFAULT;
CREATE INDEX matter_casefile ON matter (casefile_id);
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
CREATE FUNCTION matter_words_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the words of a matter never change' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER matter_words_never_change BEFORE UPDATE OF subject, text, place, raised_at, channel, kind, ref ON matter
FOR EACH ROW EXECUTE FUNCTION matter_words_never_change();

-- What no two matters share, written with the matter by a trigger: its reference, the hash of its receipt code, and where an imported
-- matter comes from. No foreign key: both rows are written or neither, and matters are never deleted.
CREATE TABLE matter_key (
    kind                TEXT COLLATE "C" NOT NULL CHECK (kind IN ('ref','receipt','source')),
    key                 BYTEA NOT NULL,
    matter_id           BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
-- Two texts as one key that nothing else gives.
CREATE FUNCTION matter_source_key(source TEXT, source_no TEXT) RETURNS BYTEA LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN convert_to(length(source)::text || ':' || source || source_no, 'UTF8');
CREATE FUNCTION matter_add_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO matter_key (kind, key, matter_id)
    SELECT k.kind, k.key, NEW.id
    FROM (VALUES ('ref', convert_to(NEW.ref, 'UTF8')), ('receipt', NEW.receipt_hash),
                 ('source', CASE WHEN NEW.source_no <> '' THEN matter_source_key(NEW.source, NEW.source_no) ELSE ''::bytea END)) AS k (kind, key)
    WHERE k.kind = 'ref' OR k.key <> ''::bytea;
    RETURN NEW;
END $$;
CREATE TRIGGER matter_add_keys BEFORE INSERT ON matter FOR EACH ROW EXECUTE FUNCTION matter_add_keys();

-- Who raised it, sealed under a key of its own, itself wrapped by the key file. Erasing destroys `wrapped_key`.
CREATE TABLE contact (
    id                  BIGINT PRIMARY KEY,
    matter_id           BIGINT NOT NULL UNIQUE,
    wrapped_key         BYTEA NOT NULL,
    sealed              BYTEA NOT NULL,
    created_at          BIGINT NOT NULL,
    erased_at           BIGINT NOT NULL DEFAULT 0
);

-- One legal or promised time limit on a casefile. `rule` names a row of the rule pack the casefile is under.
CREATE TABLE clock (
    id                  BIGINT PRIMARY KEY,
    casefile_id         BIGINT NOT NULL REFERENCES casefile (id),
    pack                TEXT COLLATE "C" NOT NULL,
    rule                TEXT COLLATE "C" NOT NULL,
    starts_at           BIGINT NOT NULL,
    due_on              BIGINT NOT NULL,
    stopped_at          BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX clock_casefile ON clock (casefile_id, id);

-- Everything that ever happened to a casefile, in order. data: JSON with no personal data; words: free text shown in the timeline.
-- shown: 1 when the raiser and, for a shown matter, the public may read it.
CREATE TABLE event (
    id                  BIGINT NOT NULL,
    casefile_id         BIGINT NOT NULL REFERENCES casefile (id),
    matter_id           BIGINT,
    kind                TEXT COLLATE "C" NOT NULL,
    person_id           BIGINT REFERENCES person (id),
    unit_id             BIGINT REFERENCES unit (id),
    to_unit_id          BIGINT REFERENCES unit (id),
    to_person_id        BIGINT REFERENCES person (id),
    words               TEXT COLLATE "C" NOT NULL DEFAULT '',
    shown               BIGINT NOT NULL CHECK (shown IN (0, 1)),
    at                  BIGINT NOT NULL,
    salt                BYTEA NOT NULL,
    hash                BYTEA NOT NULL,
    PRIMARY KEY (casefile_id, id)
) PARTITION BY RANGE (casefile_id);
CREATE TABLE event_default PARTITION OF event DEFAULT;

-- A written answer: what was asked, found, done, the legal basis, the next remedy (2022 regulations art. 32).
CREATE TABLE answer (
    id                  BIGINT NOT NULL,
    casefile_id         BIGINT NOT NULL REFERENCES casefile (id),
    event_id            BIGINT NOT NULL,
    person_id           BIGINT REFERENCES person (id),
    unit_id             BIGINT NOT NULL REFERENCES unit (id),
    asked               TEXT COLLATE "C" NOT NULL,
    found               TEXT COLLATE "C" NOT NULL,
    done                TEXT COLLATE "C" NOT NULL,
    basis               TEXT COLLATE "C" NOT NULL,
    remedy              TEXT COLLATE "C" NOT NULL,
    shown_text          TEXT COLLATE "C" NOT NULL DEFAULT '',
    at                  BIGINT NOT NULL,
    PRIMARY KEY (casefile_id, id)
) PARTITION BY RANGE (casefile_id);
CREATE TABLE answer_default PARTITION OF answer DEFAULT;

-- Internal words: never in any public output.
CREATE TABLE note (
    id                  BIGINT NOT NULL,
    casefile_id         BIGINT NOT NULL REFERENCES casefile (id),
    person_id           BIGINT NOT NULL REFERENCES person (id),
    unit_id             BIGINT NOT NULL REFERENCES unit (id),
    text                TEXT COLLATE "C" NOT NULL,
    at                  BIGINT NOT NULL,
    PRIMARY KEY (casefile_id, id)
) PARTITION BY RANGE (casefile_id);
CREATE TABLE note_default PARTITION OF note DEFAULT;

-- Words between the raiser (by receipt code) and the unit, for one matter.
CREATE TABLE message (
    id                  BIGINT NOT NULL,
    matter_id           BIGINT NOT NULL,
    person_id           BIGINT REFERENCES person (id),
    text                TEXT COLLATE "C" NOT NULL,
    at                  BIGINT NOT NULL,
    PRIMARY KEY (matter_id, id)
) PARTITION BY RANGE (matter_id);
CREATE TABLE message_default PARTITION OF message DEFAULT;

-- What came of asking: by the raiser with the code, or by a person who is not the handler.
CREATE TABLE outcome (
    id                  BIGINT NOT NULL,
    casefile_id         BIGINT NOT NULL REFERENCES casefile (id),
    matter_id           BIGINT NOT NULL,
    event_id            BIGINT NOT NULL,
    said                TEXT COLLATE "C" NOT NULL CHECK (said IN ('solved','partly','not_solved','no_answer')),
    person_id           BIGINT REFERENCES person (id),
    words               TEXT COLLATE "C" NOT NULL DEFAULT '',
    at                  BIGINT NOT NULL,
    PRIMARY KEY (casefile_id, id)
) PARTITION BY RANGE (casefile_id);
CREATE TABLE outcome_default PARTITION OF outcome DEFAULT;
CREATE UNIQUE INDEX outcome_event ON outcome (casefile_id, event_id);

-- Reply templates and text modules of a unit (P11).
CREATE TABLE phrase (
    id                  BIGINT PRIMARY KEY,
    unit_id             BIGINT NOT NULL REFERENCES unit (id),
    name                TEXT COLLATE "C" NOT NULL,
    text                TEXT COLLATE "C" NOT NULL,
    ended_at            BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX phrase_unit ON phrase (unit_id, ended_at);

-- Running numbers: HT-26-000001.
CREATE TABLE counter (
    name                TEXT COLLATE "C" PRIMARY KEY,
    n                   BIGINT NOT NULL
);

-- Counts kept by the transaction that changes them, so that an overview reads a few rows at any size; doctor recounts.
-- For a unit and all its territory ancestors (scope 1) and for the unit alone (scope 0).
CREATE TABLE tally (
    unit_id             BIGINT NOT NULL REFERENCES unit (id),
    scope               BIGINT NOT NULL CHECK (scope IN (0, 1)),
    what                TEXT COLLATE "C" NOT NULL,
    n                   BIGINT NOT NULL,
    PRIMARY KEY (unit_id, scope, what)
);

-- Days that matter, by day. 'due': open casefiles by the day their nearest clock ends; overdue is the sum before today, due
-- soon the sum of the next days. 'ask': answered casefiles by the day until which the raiser's word is awaited.
CREATE TABLE tally_due (
    unit_id             BIGINT NOT NULL REFERENCES unit (id),
    scope               BIGINT NOT NULL CHECK (scope IN (0, 1)),
    what                TEXT COLLATE "C" NOT NULL CHECK (what IN ('due','ask')),
    due_on              BIGINT NOT NULL,
    n                   BIGINT NOT NULL,
    PRIMARY KEY (unit_id, scope, what, due_on)
);

-- By day, for the root unit: raised, answered, answered in time, solved; the home page sums a year of it.
CREATE TABLE tally_day (
    unit_id             BIGINT NOT NULL REFERENCES unit (id),
    what                TEXT COLLATE "C" NOT NULL CHECK (what IN ('raised','answered','in_time','solved','partly','not_solved')),
    on_on               BIGINT NOT NULL,
    n                   BIGINT NOT NULL,
    PRIMARY KEY (unit_id, what, on_on)
);

-- What is partitioned, and by which key. Later migrations add their own.
CREATE TABLE partitioned (
    name                TEXT COLLATE "C" PRIMARY KEY,
    key                 TEXT COLLATE "C" NOT NULL
);
INSERT INTO partitioned (name, key) VALUES ('matter', 'id'), ('event', 'casefile_id'), ('answer', 'casefile_id'), ('note', 'casefile_id'),
    ('outcome', 'casefile_id'), ('message', 'matter_id');

-- Partitions by month, made before they are needed. Both ends are milliseconds since 1970-01-01T00:00Z; every month that one of them or a
-- moment between falls in has its partitions afterwards. Returns how many were made. Each takes locks until the end of the transaction: a
-- long span is made a year at a time. A month of which rows already stand in a default partition stays there: everything works so, only
-- slower. A partition is attached rather than made in place, so that readers go on.
CREATE FUNCTION partition_make(from_ms BIGINT, to_ms BIGINT) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    epoch_ms CONSTANT BIGINT := 946684800000;  -- 2000-01-01T00:00Z, as in base/id.h
    p partitioned%ROWTYPE;
    month TIMESTAMP;
    last TIMESTAMP;
    low BIGINT;
    high BIGINT;
    part TEXT;
    taken BOOLEAN;
    made BIGINT := 0;
BEGIN
    IF from_ms > to_ms OR from_ms < epoch_ms OR to_ms - from_ms > 36525::BIGINT * 86400000 THEN
        RAISE EXCEPTION 'partition_make: % to % is no span of at most a hundred years since 2000', from_ms, to_ms;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('luoshi partitions'));
    month := date_trunc('month', to_timestamp(from_ms / 1000) AT TIME ZONE 'UTC');
    last := date_trunc('month', to_timestamp(to_ms / 1000) AT TIME ZONE 'UTC');
    WHILE month <= last LOOP
        low := (extract(epoch FROM month)::BIGINT * 1000 - epoch_ms) << 22;
        high := (extract(epoch FROM month + INTERVAL '1 month')::BIGINT * 1000 - epoch_ms) << 22;
        FOR p IN SELECT * FROM partitioned ORDER BY name LOOP
            part := p.name || to_char(month, '_YYYY_MM');
            CONTINUE WHEN to_regclass(part) IS NOT NULL;
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I >= $1 AND %I < $2)', p.name || '_default', p.key, p.key)
            INTO taken USING low, high;
            CONTINUE WHEN taken;
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, p.name);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', p.name, part, low, high);
            made := made + 1;
        END LOOP;
        month := month + INTERVAL '1 month';
    END LOOP;
    RETURN made;
END $$;
