-- 006_search for PostgreSQL: a document holds its own tokens. Partitioned by month of its key, so that the newest month is asked first and
-- the index that is written to stays small.

CREATE TABLE search_doc (
    id                  BIGINT PRIMARY KEY,
    matter_id           BIGINT NOT NULL,
    answer_id           BIGINT,
    audience            BIGINT NOT NULL CHECK (audience IN (1, 2, 3)),
    ended_at            BIGINT NOT NULL DEFAULT 0,
    tokens              TSVECTOR NOT NULL
) PARTITION BY RANGE (id);
CREATE TABLE search_doc_default PARTITION OF search_doc DEFAULT;
CREATE INDEX search_doc_matter ON search_doc (matter_id);
-- What was written last waits in a list that every question reads to its end: a short one, a few thousand tokens.
CREATE INDEX search_doc_tokens ON search_doc USING gin (tokens) WITH (fastupdate = on, gin_pending_list_limit = 512);
INSERT INTO partitioned (name, key) VALUES ('search_doc', 'id');

INSERT INTO setting (name, value) SELECT 'search.rebuild', 'all' WHERE EXISTS (SELECT 1 FROM matter);
