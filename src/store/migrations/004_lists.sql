-- 004_lists: each list is read in its order from one index, whatever it is filtered by. State stands before the time so that a state of a unit
-- or of a category is one range, and the ranges of several are merged (matter/matter_ranges.sql). Columns behind `id` are there so that a
-- filter by them passes over rows inside the index; a partial index names its own
-- condition among them, else the engine thinks that it must read the row to see it.

DROP INDEX matter_raised;
DROP INDEX matter_unit;
DROP INDEX matter_category;
DROP INDEX matter_state;
DROP INDEX matter_to_show;
DROP INDEX matter_answered;
DROP INDEX matter_shown;
DROP INDEX matter_shown_category;
DROP INDEX matter_shown_unit;
CREATE INDEX matter_raised ON matter (raised_at, id, kind, channel, unit_id, category_id);
CREATE INDEX matter_unit ON matter (unit_id, state, raised_at, id);
CREATE INDEX matter_category ON matter (category_id, state, raised_at, id);
CREATE INDEX matter_state ON matter (state, raised_at, id, shown, unit_id, category_id);
CREATE INDEX matter_to_show ON matter (raised_at, id, unit_id, category_id, to_show) WHERE to_show = 1;

-- Only what the public sees: not touched by registering a matter.
CREATE INDEX matter_shown ON matter (raised_at, id, kind, channel, unit_id, category_id, shown) WHERE shown = 1;
CREATE INDEX matter_shown_unit ON matter (unit_id, state, raised_at, id, shown) WHERE shown = 1;
CREATE INDEX matter_shown_category ON matter (category_id, state, raised_at, id, shown) WHERE shown = 1;
CREATE INDEX matter_shown_answered ON matter (answered_at, id, unit_id, category_id, shown) WHERE shown = 1 AND answered_at > 0;
CREATE INDEX matter_shown_unit_answered ON matter (unit_id, answered_at, id, shown) WHERE shown = 1 AND answered_at > 0;
CREATE INDEX matter_shown_category_answered ON matter (category_id, answered_at, id, shown) WHERE shown = 1 AND answered_at > 0;

-- One person's work: open by due day, answered by the day until which the raiser's word is awaited.
DROP INDEX casefile_owner;
CREATE INDEX casefile_owner ON casefile (owner_person_id, due_on, id, state, unit_id) WHERE due_on > 0;
-- `state` stands in these though it is always the same: without statistics the engine takes what has more equalities.
CREATE INDEX casefile_ask ON casefile (state, ask_on, id) WHERE state = 'answered';
CREATE INDEX casefile_unit_ask ON casefile (unit_id, state, ask_on, id) WHERE state = 'answered';
CREATE INDEX casefile_owner_ask ON casefile (owner_person_id, state, ask_on, id, unit_id) WHERE state = 'answered';
