-- 008_months for PostgreSQL: the year of the home page is read from a row for each month instead of one for each day.

CREATE TABLE tally_month (
    unit_id             BIGINT NOT NULL REFERENCES unit (id),
    what                TEXT COLLATE "C" NOT NULL CHECK (what IN ('raised','answered','in_time','solved','partly','not_solved')),
    month_on            BIGINT NOT NULL,
    n                   BIGINT NOT NULL,
    PRIMARY KEY (unit_id, what, month_on)
);
INSERT INTO tally_month (unit_id, what, month_on, n)
SELECT unit_id, what, date_trunc('month', DATE '1970-01-01' + on_on::INTEGER)::DATE - DATE '1970-01-01' AS month_on, sum(n)
FROM tally_day GROUP BY 1, 2, 3;
