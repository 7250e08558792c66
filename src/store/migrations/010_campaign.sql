-- 010_campaign: plans and their way down the tree, duties, notices, and everything counted from them.

-- What a public body plans and sends down. state: draft, discussed, matched (against the superior's), approved, issued, closed.
CREATE TABLE campaign (
    id                  INTEGER PRIMARY KEY,
    root_unit_id        INTEGER NOT NULL REFERENCES unit (id),
    ref                 TEXT NOT NULL UNIQUE,             -- C26-01: stands in addresses
    unit_id             INTEGER NOT NULL REFERENCES unit (id),        -- who issues it
    parent_campaign_id  INTEGER REFERENCES campaign (id), -- the superior's campaign that this one carries on
    cloned_campaign_id  INTEGER REFERENCES campaign (id), -- the earlier one whose structure it took
    next_campaign_id    INTEGER REFERENCES campaign (id), -- closed: where open items were carried to
    state               TEXT NOT NULL CHECK (state IN ('draft','discussed','matched','approved','issued','closed')),
    issuer              TEXT NOT NULL DEFAULT '',         -- a body above the root, outside this installation, whose plan this is; nothing is owed by it
    name                TEXT NOT NULL,
    theme               TEXT NOT NULL DEFAULT '',
    owner_person_id     INTEGER REFERENCES person (id),   -- accountable for the whole
    lead_unit_id        INTEGER REFERENCES unit (id),     -- the lead office's unit
    starts_on           INTEGER NOT NULL DEFAULT 0,
    ends_on             INTEGER NOT NULL DEFAULT 0,       -- 0: open
    sign_days           INTEGER NOT NULL DEFAULT 5,       -- working days in which a notice is to be signed for
    ask_cap             INTEGER NOT NULL DEFAULT 30,      -- what one unit may be asked in a month; above it the first person responsible signs
    version             INTEGER NOT NULL DEFAULT 0,       -- of the issued plan; 0: not issued
    edit                INTEGER NOT NULL DEFAULT 1,       -- grows with each change: the second of two editors sees the conflict
    created_at          INTEGER NOT NULL,
    approved_at         INTEGER NOT NULL DEFAULT 0,
    approved_person_id  INTEGER REFERENCES person (id),
    issued_at           INTEGER NOT NULL DEFAULT 0,
    closed_at           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX campaign_unit ON campaign (unit_id, id);
CREATE INDEX campaign_parent ON campaign (parent_campaign_id);

-- Joint members of the campaign office, and units that go first with dates of their own.
CREATE TABLE campaign_part (
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    part                TEXT NOT NULL CHECK (part IN ('member','pilot')),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    starts_on           INTEGER NOT NULL DEFAULT 0,       -- pilot: earlier than the stage
    lessons             TEXT NOT NULL DEFAULT '',         -- pilot: what the others should know
    PRIMARY KEY (campaign_id, part, unit_id)
) STRICT, WITHOUT ROWID;

-- Which kinds of unit below the issuing one owe the prescribed actions.
CREATE TABLE campaign_scope (
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    kind                TEXT NOT NULL,
    since_version       INTEGER NOT NULL DEFAULT 0,       -- of the plan that added it (T14)
    PRIMARY KEY (campaign_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE stage (
    id                  INTEGER PRIMARY KEY,
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    no                  INTEGER NOT NULL,
    name                TEXT NOT NULL,
    starts_on           INTEGER NOT NULL,
    ends_on             INTEGER NOT NULL DEFAULT 0,       -- 0: open
    consolidates        INTEGER NOT NULL DEFAULT 0 CHECK (consolidates IN (0, 1)),  -- opens the closing tools
    since_version       INTEGER NOT NULL DEFAULT 1,       -- first version of the plan that has it
    until_version       INTEGER NOT NULL DEFAULT 0,       -- first version that no longer has it; 0: still
    replaces_stage_id   INTEGER REFERENCES stage (id)     -- amended: the row that stood there before
) STRICT;
CREATE INDEX stage_campaign ON stage (campaign_id, no);

CREATE TABLE aim (
    id                  INTEGER PRIMARY KEY,
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    no                  INTEGER NOT NULL,
    line                TEXT NOT NULL CHECK (line IN ('work','development','livelihood')),  -- every aim sums under one of the three lines
    name                TEXT NOT NULL
) STRICT;
CREATE INDEX aim_campaign ON aim (campaign_id, no);

-- What shall be reached, read from records: never typed.
CREATE TABLE goal (
    id                  INTEGER PRIMARY KEY,
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    aim_id              INTEGER NOT NULL REFERENCES aim (id),
    name                TEXT NOT NULL,
    indicator           TEXT NOT NULL CHECK (indicator IN ('raised','answered','solved','duties_done','optional_done','signed'))
) STRICT;
CREATE INDEX goal_campaign ON goal (campaign_id, id);

-- The plan as a document: one row a version; a version that was issued never changes.
CREATE TABLE plan (
    id                  INTEGER PRIMARY KEY,
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    version             INTEGER NOT NULL,
    text                TEXT NOT NULL,                    -- Markdown
    summary             TEXT NOT NULL DEFAULT '',         -- amendment: what changed and why, for the notice
    person_id           INTEGER REFERENCES person (id),
    at                  INTEGER NOT NULL,
    issued_at           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX plan_version ON plan (campaign_id, version);

CREATE TABLE plan_opinion (
    id                  INTEGER PRIMARY KEY,
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    version             INTEGER NOT NULL,
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    person_id           INTEGER NOT NULL REFERENCES person (id),
    text                TEXT NOT NULL,
    said                TEXT NOT NULL DEFAULT '' CHECK (said IN ('','taken','partly','not')),   -- what became of it
    reply               TEXT NOT NULL DEFAULT '',
    at                  INTEGER NOT NULL
) STRICT;
CREATE INDEX plan_opinion_campaign ON plan_opinion (campaign_id, id);

-- A prescribed action is owed by every unit in scope; an optional one by the unit that added it.
-- criterion: what the system itself can see; 'record' needs linked records of any kind, criterion_n of them.
CREATE TABLE action (
    id                  INTEGER PRIMARY KEY,
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),        -- who put it into the plan, or added it
    stage_id            INTEGER REFERENCES stage (id),
    aim_id              INTEGER REFERENCES aim (id),
    no                  INTEGER NOT NULL,
    prescribed          INTEGER NOT NULL CHECK (prescribed IN (0, 1)),
    name                TEXT NOT NULL,
    criteria            TEXT NOT NULL,                    -- when it is done, in words
    criterion           TEXT NOT NULL CHECK (criterion IN ('own_list','matters_answered','matters_solved','sent_down','record')),
    criterion_n         INTEGER NOT NULL DEFAULT 1,
    evidence            TEXT NOT NULL DEFAULT '',         -- the least that shows a result
    due_on              INTEGER NOT NULL DEFAULT 0,
    locked              INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),        -- a lower plan must carry it unchanged (T71)
    may_adapt           INTEGER NOT NULL DEFAULT 0 CHECK (may_adapt IN (0, 1)),
    may_waive           INTEGER NOT NULL DEFAULT 0 CHECK (may_waive IN (0, 1)),
    from_action_id      INTEGER REFERENCES action (id),   -- the superior's, or the earlier campaign's, action that it carries
    since_version       INTEGER NOT NULL DEFAULT 1,       -- first version of the plan that has it; 0: optional, or carried on from the campaign before
    until_version       INTEGER NOT NULL DEFAULT 0,       -- first version that no longer has it; 0: still
    replaces_action_id  INTEGER REFERENCES action (id)    -- amended: the row that stood there before
) STRICT;
CREATE INDEX action_campaign ON action (campaign_id, prescribed, no);
CREATE INDEX action_unit ON action (unit_id, campaign_id);
CREATE INDEX action_from ON action (from_action_id);

-- One action owed by one unit. done is set by the rules when the criterion is met by records, never by hand where the system can know.
CREATE TABLE duty (
    id                  INTEGER PRIMARY KEY,
    root_unit_id        INTEGER NOT NULL REFERENCES unit (id),
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    action_id           INTEGER NOT NULL REFERENCES action (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    owner_person_id     INTEGER REFERENCES person (id),   -- NULL: whoever answers for the unit (people/unit.h); exactly one in either case
    state               TEXT NOT NULL CHECK (state IN ('owed','done','waived')),
    due_on              INTEGER NOT NULL DEFAULT 0,
    adapted             TEXT NOT NULL DEFAULT '',         -- how the unit does it otherwise, and why
    reason              TEXT NOT NULL DEFAULT '',         -- of the waiver
    asked               TEXT NOT NULL DEFAULT '' CHECK (asked IN ('','adapt','waive')),   -- waits for the level above
    approver_person_id  INTEGER REFERENCES person (id),
    met                 INTEGER NOT NULL DEFAULT 0,       -- records that count towards the criterion so far
    changed_at          INTEGER NOT NULL,
    done_at             INTEGER NOT NULL DEFAULT 0,
    carried_duty_id     INTEGER REFERENCES duty (id)      -- the same in the campaign before
) STRICT;
CREATE UNIQUE INDEX duty_one ON duty (action_id, unit_id);
CREATE INDEX duty_unit ON duty (unit_id, campaign_id, state, due_on, id);
CREATE INDEX duty_owner ON duty (owner_person_id, state, due_on, id) WHERE owner_person_id IS NOT NULL;
CREATE INDEX duty_asked ON duty (campaign_id, id) WHERE asked <> '';

CREATE TABLE duty_link (
    id                  INTEGER PRIMARY KEY,
    duty_id             INTEGER NOT NULL REFERENCES duty (id),
    kind                TEXT NOT NULL CHECK (kind IN ('matter','notice','document','bulletin')),
    subject             TEXT NOT NULL,                    -- the record's reference; of a document its place (a file number or an address)
    words               TEXT NOT NULL DEFAULT '',
    person_id           INTEGER NOT NULL REFERENCES person (id),
    at                  INTEGER NOT NULL,
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX duty_link_one ON duty_link (duty_id, kind, subject) WHERE ended_at = 0;
CREATE INDEX duty_link_matter ON duty_link (subject, duty_id) WHERE kind = 'matter' AND ended_at = 0;

-- Duties called done that were drawn by lot to be looked at again. Whoever has the seed can draw again: recheck.h says how.
CREATE TABLE recheck (
    id                  INTEGER PRIMARY KEY,
    root_unit_id        INTEGER NOT NULL REFERENCES unit (id),
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    seed                TEXT NOT NULL,                    -- 16 hexadecimal digits
    of_n                INTEGER NOT NULL,                 -- how many it was drawn from
    person_id           INTEGER NOT NULL REFERENCES person (id),
    at                  INTEGER NOT NULL
) STRICT;
CREATE INDEX recheck_campaign ON recheck (campaign_id, id);

-- found: '' not looked at yet; stands; falls: the records do not show it, and the duty is owed again.
CREATE TABLE recheck_item (
    recheck_id          INTEGER NOT NULL REFERENCES recheck (id),
    no                  INTEGER NOT NULL,
    duty_id             INTEGER NOT NULL REFERENCES duty (id),
    found               TEXT NOT NULL DEFAULT '' CHECK (found IN ('','stands','falls')),
    words               TEXT NOT NULL DEFAULT '',
    person_id           INTEGER REFERENCES person (id),
    at                  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (recheck_id, no)
) STRICT, WITHOUT ROWID;

-- A unit's own list, public: before it stands here, nothing is sent down by that unit (T26).
CREATE TABLE own_list (
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    text                TEXT NOT NULL DEFAULT '',
    person_id           INTEGER NOT NULL REFERENCES person (id),
    at                  INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, unit_id)
) STRICT, WITHOUT ROWID;

-- A document sent down. sender: one notice; each unit has one delivery of it.
CREATE TABLE notice (
    id                  INTEGER PRIMARY KEY,
    root_unit_id        INTEGER NOT NULL REFERENCES unit (id),
    campaign_id         INTEGER REFERENCES campaign (id),
    plan_version        INTEGER NOT NULL DEFAULT 0,       -- an issue or amendment of the plan; 0: another notice
    parent_notice_id    INTEGER REFERENCES notice (id),   -- the one that this breaks down
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    person_id           INTEGER REFERENCES person (id),
    subject             TEXT NOT NULL,
    text                TEXT NOT NULL,
    wants_break_down    INTEGER NOT NULL DEFAULT 0 CHECK (wants_break_down IN (0, 1)),
    sign_by_on          INTEGER NOT NULL,
    at                  INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_unit ON notice (unit_id, id);
CREATE INDEX notice_campaign ON notice (campaign_id, id);
CREATE INDEX notice_parent ON notice (parent_notice_id);
CREATE INDEX notice_plan ON notice (campaign_id, plan_version) WHERE plan_version > 0;

CREATE TABLE delivery (
    id                  INTEGER PRIMARY KEY,
    root_unit_id        INTEGER NOT NULL REFERENCES unit (id),
    notice_id           INTEGER NOT NULL REFERENCES notice (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    opened_at           INTEGER NOT NULL DEFAULT 0,
    opened_person_id    INTEGER REFERENCES person (id),
    signed_at           INTEGER NOT NULL DEFAULT 0,
    signed_person_id    INTEGER REFERENCES person (id),
    broken_at           INTEGER NOT NULL DEFAULT 0,       -- broken down, or said why not
    why_not             TEXT NOT NULL DEFAULT '',
    sign_by_on          INTEGER NOT NULL,
    climbed_at          INTEGER NOT NULL DEFAULT 0,       -- unsigned: told one level up
    climbed_unit_id     INTEGER REFERENCES unit (id),
    superseded_at       INTEGER NOT NULL DEFAULT 0        -- a newer notice of the same plan says it all: sign that one
) STRICT;
CREATE UNIQUE INDEX delivery_one ON delivery (notice_id, unit_id);
CREATE INDEX delivery_unit ON delivery (unit_id, signed_at, id);
CREATE INDEX delivery_late ON delivery (sign_by_on, id) WHERE signed_at = 0 AND climbed_at = 0 AND superseded_at = 0;
CREATE INDEX delivery_open ON delivery (notice_id, unit_id) WHERE signed_at = 0 AND superseded_at = 0;
CREATE INDEX delivery_climbed ON delivery (climbed_unit_id, signed_at, id) WHERE climbed_at > 0;

CREATE TABLE notice_question (
    id                  INTEGER PRIMARY KEY,
    delivery_id         INTEGER NOT NULL REFERENCES delivery (id),
    person_id           INTEGER NOT NULL REFERENCES person (id),
    text                TEXT NOT NULL,
    at                  INTEGER NOT NULL,
    answer              TEXT NOT NULL DEFAULT '',
    answer_person_id    INTEGER REFERENCES person (id),
    answered_at         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX notice_question_delivery ON notice_question (delivery_id, id);

-- A request for data: checked against what the system holds before anybody is asked. answer: the address where it stands already.
CREATE TABLE data_request (
    id                  INTEGER PRIMARY KEY,
    campaign_id         INTEGER REFERENCES campaign (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),        -- who asks
    fact                TEXT NOT NULL,                    -- a known fact's key, or '' for something else
    what                TEXT NOT NULL,
    purpose             TEXT NOT NULL,
    ends_on             INTEGER NOT NULL,
    answer              TEXT NOT NULL DEFAULT '',
    notice_id           INTEGER REFERENCES notice (id),   -- how it went down when it is not known
    person_id           INTEGER NOT NULL REFERENCES person (id),
    at                  INTEGER NOT NULL
) STRICT;
CREATE INDEX data_request_unit ON data_request (unit_id, id);

-- What each unit is asked in a month, by whom and in which form: the burden meter. month: year * 12 + month - 1.
CREATE TABLE ask (
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    month               INTEGER NOT NULL,
    by_unit_id          INTEGER NOT NULL REFERENCES unit (id),
    campaign_id         INTEGER NOT NULL,                 -- 0: outside any campaign
    kind                TEXT NOT NULL CHECK (kind IN ('duty','notice','data','meeting','visit')),
    n                   INTEGER NOT NULL,
    PRIMARY KEY (unit_id, month, by_unit_id, campaign_id, kind)
) STRICT, WITHOUT ROWID;

-- Counts kept by the transaction that changes them; doctor recounts. scope 0: the unit alone, 1: with everything below by territory.
CREATE TABLE duty_tally (
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    scope               INTEGER NOT NULL CHECK (scope IN (0, 1)),
    action_id           INTEGER NOT NULL,                 -- 0: all optional ones together
    what                TEXT NOT NULL CHECK (what IN ('owed','done','waived','adapted')),
    n                   INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, unit_id, scope, action_id, what)
) STRICT, WITHOUT ROWID;

-- Owed duties by the day they are due: overdue is the sum before today.
CREATE TABLE duty_due (
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    scope               INTEGER NOT NULL CHECK (scope IN (0, 1)),
    due_on              INTEGER NOT NULL,
    n                   INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, unit_id, scope, due_on)
) STRICT, WITHOUT ROWID;

-- Done by day, for the picture of progress.
CREATE TABLE duty_day (
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    scope               INTEGER NOT NULL CHECK (scope IN (0, 1)),
    on_on               INTEGER NOT NULL,
    n                   INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, unit_id, scope, on_on)
) STRICT, WITHOUT ROWID;

CREATE TABLE notice_tally (
    notice_id           INTEGER NOT NULL REFERENCES notice (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    scope               INTEGER NOT NULL CHECK (scope IN (0, 1)),
    what                TEXT NOT NULL CHECK (what IN ('sent','opened','signed','broken')),
    n                   INTEGER NOT NULL,
    PRIMARY KEY (notice_id, unit_id, scope, what)
) STRICT, WITHOUT ROWID;

-- Unsigned deliveries of a campaign's notices, for the roll-up.
CREATE TABLE unsigned_tally (
    campaign_id         INTEGER NOT NULL REFERENCES campaign (id),
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    scope               INTEGER NOT NULL CHECK (scope IN (0, 1)),
    n                   INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, unit_id, scope)
) STRICT, WITHOUT ROWID;

-- Everything that ever happened to a campaign, its duties and notices. words: officials' own; no personal data.
CREATE TABLE campaign_event (
    id                  INTEGER PRIMARY KEY,
    root_unit_id        INTEGER NOT NULL REFERENCES unit (id),
    campaign_id         INTEGER REFERENCES campaign (id),
    duty_id             INTEGER REFERENCES duty (id),
    notice_id           INTEGER REFERENCES notice (id),
    kind                TEXT NOT NULL,
    unit_id             INTEGER REFERENCES unit (id),
    person_id           INTEGER REFERENCES person (id),
    words               TEXT NOT NULL DEFAULT '',
    at                  INTEGER NOT NULL,
    salt                BLOB NOT NULL,
    hash                BLOB NOT NULL
) STRICT;
CREATE INDEX campaign_event_campaign ON campaign_event (campaign_id, id);
CREATE INDEX campaign_event_duty ON campaign_event (duty_id, id) WHERE duty_id IS NOT NULL;
