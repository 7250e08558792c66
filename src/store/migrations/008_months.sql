-- 008_months: the year of the home page is read from a row for each month instead of one for each day.

-- By month, for the root unit: the sums of tally_day, kept by the same transactions.
CREATE TABLE tally_month (
    unit_id             INTEGER NOT NULL REFERENCES unit (id),
    what                TEXT NOT NULL CHECK (what IN ('raised','answered','in_time','solved','partly','not_solved')),
    month_on            INTEGER NOT NULL,                 -- its first day
    n                   INTEGER NOT NULL,
    PRIMARY KEY (unit_id, what, month_on)
) STRICT, WITHOUT ROWID;
INSERT INTO tally_month (unit_id, what, month_on, n)
SELECT unit_id, what, CAST(julianday(on_on * 86400, 'unixepoch', 'start of month') - 2440587.5 AS INTEGER) AS month_on, sum(n)
FROM tally_day GROUP BY 1, 2, 3;
