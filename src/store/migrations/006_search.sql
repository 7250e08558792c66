-- 006_search: one full-text index for both audiences, which is never read to its end (docs/adr/011-search.md).

DROP TABLE search_staff;
DROP TABLE search_public;
DROP TABLE search_doc;

-- A text that can be found: the words of a matter, or one answer. Its tokens are never changed; it ends.
CREATE TABLE search_doc (
    id                  INTEGER PRIMARY KEY,              -- 1, 2, 3, …: also the rowid in search_index; later ones are newer
    matter_id           INTEGER NOT NULL REFERENCES matter (id),
    answer_id           INTEGER REFERENCES answer (id),   -- NULL: the matter's own words
    audience            INTEGER NOT NULL CHECK (audience BETWEEN 1 AND 3),  -- bits: 1 staff, 2 the public
    ended_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX search_doc_matter ON search_doc (matter_id);
CREATE VIRTUAL TABLE search_index USING fts5 (tokens, content = '', tokenize = 'ascii', detail = none, columnsize = 0);

-- What was there is put into the new index when the program opens the database next (matter/search_rebuild.c).
INSERT INTO setting (name, value) SELECT 'search.rebuild', 'all' WHERE EXISTS (SELECT 1 FROM matter);
