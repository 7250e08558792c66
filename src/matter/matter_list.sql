-- Lists of matters. Each way in has a statement of its own, so that the best index drives it; all take the same filters. A list gives
-- keys only: rows are read by `item`. sort_key and id_key always rise down the list and are what the next page goes on from.

-- For the public: what is let through, found and filtered by its shown words.

-- public_newest :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- after_at:int after_id:int limit:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE (m.raised_at, m.id) < (:after_at, :after_id)
  AND m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- public_oldest :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- after_at:int after_id:int limit:int
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM matter m
WHERE (m.raised_at, m.id) > (:after_at, :after_id)
  AND m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
ORDER BY m.raised_at, m.id LIMIT :limit;

-- public_newest_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at LIMIT :most) AS hit;

-- public_answered :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- after_at:int after_id:int limit:int
SELECT m.id, -m.answered_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE (m.answered_at, m.id) < (:after_at, :after_id)
  AND m.answered_at > 0
  AND m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
ORDER BY m.answered_at DESC, m.id DESC LIMIT :limit;

-- public_answered_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE m.answered_at > 0 AND m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at LIMIT :most) AS hit;

-- public_by_state :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- after_at:int after_id:int limit:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE (m.raised_at, m.id) < (:after_at, :after_id)
  AND m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND m.state = :state
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- public_by_state_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND m.state = :state
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at LIMIT :most) AS hit;

-- public_by_category :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- sort:int after_key:int after_id:int limit:int
SELECT id, sort_key AS sort_key /* int */, id_key AS id_key /* int */ FROM (
    SELECT m.id AS id, CASE :sort WHEN 2 THEN m.raised_at WHEN 3 THEN -m.answered_at
            WHEN 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE -m.raised_at END AS sort_key,
            CASE WHEN :sort IN (2, 4) THEN m.id ELSE -m.id END AS id_key
    FROM matter m
    WHERE m.shown = 1
      AND m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end)
      AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                                 WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                                   AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
      AND (:state IS NULL OR m.state = :state)
      AND (:kind IS NULL OR m.kind = :kind)
      AND (:channel IS NULL OR m.channel = :channel)
      AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
      AND m.raised_at >= :from_at AND m.raised_at <= :to_at) AS hit
WHERE (sort_key, id_key) > (:after_key, :after_id) AND (:sort NOT IN (3, 4) OR sort_key <> 0)
ORDER BY sort_key, id_key LIMIT :limit;

-- public_by_category_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- sort:int most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE m.shown = 1
  AND m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end)
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0)) LIMIT :most) AS hit;

-- public_by_unit :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- sort:int after_key:int after_id:int limit:int
SELECT id, sort_key AS sort_key /* int */, id_key AS id_key /* int */ FROM (
    SELECT m.id AS id, CASE :sort WHEN 2 THEN m.raised_at WHEN 3 THEN -m.answered_at
            WHEN 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE -m.raised_at END AS sort_key,
            CASE WHEN :sort IN (2, 4) THEN m.id ELSE -m.id END AS id_key
    FROM matter m
    WHERE m.shown = 1
      AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
      AND m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                                 WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                                   AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on)))
      AND (:state IS NULL OR m.state = :state)
      AND (:kind IS NULL OR m.kind = :kind)
      AND (:channel IS NULL OR m.channel = :channel)
      AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
      AND m.raised_at >= :from_at AND m.raised_at <= :to_at) AS hit
WHERE (sort_key, id_key) > (:after_key, :after_id) AND (:sort NOT IN (3, 4) OR sort_key <> 0)
ORDER BY sort_key, id_key LIMIT :limit;

-- public_by_unit_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant
-- sort:int most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE m.shown = 1
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on)))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.shown_place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0)) LIMIT :most) AS hit;

-- For staff whose right reaches every unit.

-- staff_newest :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- after_at:int after_id:int limit:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE (m.raised_at, m.id) < (:after_at, :after_id)
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1)
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- staff_oldest :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- after_at:int after_id:int limit:int
SELECT m.id, m.raised_at AS sort_key /* int */, m.id AS id_key /* int */ FROM matter m
WHERE (m.raised_at, m.id) > (:after_at, :after_id)
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1)
ORDER BY m.raised_at, m.id LIMIT :limit;

-- staff_newest_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1) LIMIT :most) AS hit;

-- staff_answered :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- after_at:int after_id:int limit:int
SELECT m.id, -m.answered_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE (m.answered_at, m.id) < (:after_at, :after_id)
  AND m.answered_at > 0
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1)
ORDER BY m.answered_at DESC, m.id DESC LIMIT :limit;

-- staff_answered_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE m.answered_at > 0 AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1) LIMIT :most) AS hit;

-- staff_by_state :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- after_at:int after_id:int limit:int
SELECT m.id, -m.raised_at AS sort_key /* int */, -m.id AS id_key /* int */ FROM matter m
WHERE (m.raised_at, m.id) < (:after_at, :after_id)
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND m.state = :state
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1)
ORDER BY m.raised_at DESC, m.id DESC LIMIT :limit;

-- staff_by_state_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND m.state = :state
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1) LIMIT :most) AS hit;

-- staff_by_category :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- sort:int after_key:int after_id:int limit:int
SELECT id, sort_key AS sort_key /* int */, id_key AS id_key /* int */ FROM (
    SELECT m.id AS id, CASE :sort WHEN 2 THEN m.raised_at WHEN 3 THEN -m.answered_at
            WHEN 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE -m.raised_at END AS sort_key,
            CASE WHEN :sort IN (2, 4) THEN m.id ELSE -m.id END AS id_key
    FROM matter m
    WHERE m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end)
      AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                                 WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                                   AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
      AND (:state IS NULL OR m.state = :state)
      AND (:kind IS NULL OR m.kind = :kind)
      AND (:channel IS NULL OR m.channel = :channel)
      AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
      AND m.raised_at >= :from_at AND m.raised_at <= :to_at
      AND (:waiting = 0 OR m.to_show = 1)) AS hit
WHERE (sort_key, id_key) > (:after_key, :after_id) AND (:sort NOT IN (3, 4) OR sort_key <> 0)
ORDER BY sort_key, id_key LIMIT :limit;

-- staff_by_category_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- sort:int most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end)
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1)
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0)) LIMIT :most) AS hit;

-- staff_waiting :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- sort:int after_key:int after_id:int limit:int
SELECT id, sort_key AS sort_key /* int */, id_key AS id_key /* int */ FROM (
    SELECT m.id AS id, CASE :sort WHEN 2 THEN m.raised_at WHEN 3 THEN -m.answered_at
            WHEN 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE -m.raised_at END AS sort_key,
            CASE WHEN :sort IN (2, 4) THEN m.id ELSE -m.id END AS id_key
    FROM matter m
    WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
      AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                                 WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                                   AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
      AND (:state IS NULL OR m.state = :state)
      AND (:kind IS NULL OR m.kind = :kind)
      AND (:channel IS NULL OR m.channel = :channel)
      AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
      AND m.raised_at >= :from_at AND m.raised_at <= :to_at
      AND :waiting = 1 AND m.to_show = 1) AS hit
WHERE (sort_key, id_key) > (:after_key, :after_id) AND (:sort NOT IN (3, 4) OR sort_key <> 0)
ORDER BY sort_key, id_key LIMIT :limit;

-- staff_waiting_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- sort:int most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND :waiting = 1 AND m.to_show = 1
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0)) LIMIT :most) AS hit;

-- staff_due :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- after_key:int after_id:int limit:int
SELECT m.id, c.due_on AS sort_key /* int */, m.id AS id_key /* int */
FROM casefile c CROSS JOIN matter m -- from the casefile to its matter, never the other way round
WHERE m.casefile_id = c.id AND c.due_on > 0 AND c.due_on >= :after_key AND (c.due_on > :after_key OR m.id > :after_id)
  AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1)
ORDER BY c.due_on, m.id LIMIT :limit;

-- staff_due_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- most:int
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM casefile c CROSS JOIN matter m
WHERE m.casefile_id = c.id AND c.due_on > 0 AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1) LIMIT :most) AS hit;

-- For staff whose right reaches some units: below1 to 8 with everything below them by either parent, only1 to 8 alone; and the units
-- whose work these have taken over. everywhere 1: no such bound.

-- staff_scope :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- sort:int after_key:int after_id:int limit:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT id, sort_key AS sort_key /* int */, id_key AS id_key /* int */ FROM (
    SELECT m.id AS id, CASE :sort WHEN 2 THEN m.raised_at WHEN 3 THEN -m.answered_at
            WHEN 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE -m.raised_at END AS sort_key,
            CASE WHEN :sort IN (2, 4) THEN m.id ELSE -m.id END AS id_key
    FROM matter m
    WHERE m.unit_id IN (SELECT id FROM scope) AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
      AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                                 WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                                   AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
      AND (:state IS NULL OR m.state = :state)
      AND (:kind IS NULL OR m.kind = :kind)
      AND (:channel IS NULL OR m.channel = :channel)
      AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
      AND m.raised_at >= :from_at AND m.raised_at <= :to_at
      AND (:waiting = 0 OR m.to_show = 1)) AS hit
WHERE (sort_key, id_key) > (:after_key, :after_id) AND (:sort NOT IN (3, 4) OR sort_key <> 0)
ORDER BY sort_key, id_key LIMIT :limit;

-- staff_scope_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- sort:int most:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE m.unit_id IN (SELECT id FROM scope) AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND (:unit_id IS NULL OR m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on))))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1)
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0)) LIMIT :most) AS hit;

-- staff_by_unit :many
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- everywhere:int sort:int after_key:int after_id:int limit:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT id, sort_key AS sort_key /* int */, id_key AS id_key /* int */ FROM (
    SELECT m.id AS id, CASE :sort WHEN 2 THEN m.raised_at WHEN 3 THEN -m.answered_at
            WHEN 4 THEN (SELECT c.due_on FROM casefile c WHERE c.id = m.casefile_id) ELSE -m.raised_at END AS sort_key,
            CASE WHEN :sort IN (2, 4) THEN m.id ELSE -m.id END AS id_key
    FROM matter m
    WHERE (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope)) AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
      AND m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                                 WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                                   AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on)))
      AND (:state IS NULL OR m.state = :state)
      AND (:kind IS NULL OR m.kind = :kind)
      AND (:channel IS NULL OR m.channel = :channel)
      AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
      AND m.raised_at >= :from_at AND m.raised_at <= :to_at
      AND (:waiting = 0 OR m.to_show = 1)) AS hit
WHERE (sort_key, id_key) > (:after_key, :after_id) AND (:sort NOT IN (3, 4) OR sort_key <> 0)
ORDER BY sort_key, id_key LIMIT :limit;

-- staff_by_unit_count :one
-- category_code:str? category_end:str unit_id:unit_id? state:str? kind:str? channel:str? place:str? from_at:instant to_at:instant waiting:int
-- below1:unit_id below2:unit_id below3:unit_id below4:unit_id below5:unit_id below6:unit_id below7:unit_id below8:unit_id
-- only1:unit_id only2:unit_id only3:unit_id only4:unit_id only5:unit_id only6:unit_id only7:unit_id only8:unit_id
-- everywhere:int sort:int most:int
WITH RECURSIVE scope (id) AS (
    SELECT p.descendant_unit_id FROM unit_path p
    WHERE p.line IN (0, 1) AND p.ancestor_unit_id IN (:below1, :below2, :below3, :below4, :below5, :below6, :below7, :below8) AND p.ends_on = 0
    UNION SELECT o.id FROM unit o WHERE o.id IN (:only1, :only2, :only3, :only4, :only5, :only6, :only7, :only8)
    UNION SELECT e.id FROM unit e JOIN scope s ON e.successor_unit_id = s.id WHERE e.ends_on > 0)
SELECT count(*) AS n /* int */ FROM (SELECT m.id FROM matter m
WHERE (:everywhere = 1 OR m.unit_id IN (SELECT id FROM scope)) AND (:category_code IS NULL OR m.category_id IN (SELECT g.id FROM category g WHERE g.code >= :category_code AND g.code < :category_end))
  AND m.unit_id IN (SELECT p.descendant_unit_id FROM unit_path p JOIN unit d ON d.id = p.descendant_unit_id
                                             WHERE p.line = 0 AND p.ancestor_unit_id = :unit_id
                                               AND (p.ends_on = 0 OR (d.ends_on > 0 AND p.ends_on >= d.ends_on)))
  AND (:state IS NULL OR m.state = :state)
  AND (:kind IS NULL OR m.kind = :kind)
  AND (:channel IS NULL OR m.channel = :channel)
  AND (:place IS NULL OR m.place LIKE :place ESCAPE '!')
  AND m.raised_at >= :from_at AND m.raised_at <= :to_at
  AND (:waiting = 0 OR m.to_show = 1)
  AND (:sort <> 3 OR m.answered_at > 0)
  AND (:sort <> 4 OR EXISTS (SELECT 1 FROM casefile c WHERE c.id = m.casefile_id AND c.due_on > 0)) LIMIT :most) AS hit;

-- A page of what follows: all that is to be seen, read and shown of one matter.
-- item :one
SELECT m.id, m.casefile_id, m.ref, m.subject, m.shown_subject, m.shown, m.state, m.kind, m.category_id, m.unit_id, m.raised_at, m.answered_at,
       coalesce(g.name_en, '') AS category_en /* str */, coalesce(g.name_zh, '') AS category_zh /* str */,
       u.name_en AS unit_en /* str */, u.name_zh AS unit_zh /* str */, c.due_on, c.reopened, c.owner_person_id
FROM matter m JOIN casefile c ON c.id = m.casefile_id JOIN unit u ON u.id = m.unit_id LEFT JOIN category g ON g.id = m.category_id
WHERE m.id = :matter_id;

-- words :one
SELECT m.text, m.shown_text,
       coalesce((SELECT a.found || ' ' || a.done FROM answer a WHERE a.casefile_id = m.casefile_id ORDER BY a.id DESC LIMIT 1), '')
           AS answer /* str */,
       coalesce((SELECT a.shown_text FROM answer a WHERE a.casefile_id = m.casefile_id AND a.shown_text <> ''
                 ORDER BY a.id DESC LIMIT 1), '') AS shown_answer /* str */
FROM matter m WHERE m.id = :matter_id;

