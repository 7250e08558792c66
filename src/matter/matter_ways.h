/* matter_ways: how a list without words is read in its order at any size. Inside the room.
 *
 *   way_choose     what of the filter drives: one index in the wanted order, or the ranges of a few units or categories, merged
 *   way_open       begins behind a key
 *   way_next       the next keys of the list, in order
 *   way_left       what of the filter such keys may still fail: asked when the rows are read
 *
 * Invariants   1. one way_next passes over at most `walk` rows of an index; way_open takes two looks into an index for each of at most
 *              `ranges` ranges, way_next reads little more than it gives.
 *              2. sort_key, id_key and, by due day, id rise down a list, so that the last key of a page is all that the next one needs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_MATTER_WAYS_H
#define LUOSHI_MATTER_MATTER_WAYS_H

#include "matter/matter.h"
#include "matter/merge.h"
#include "matter/scope.h"
#include "matter/search.h"

/* What one page may cost. */
struct ways_limits {
    int64_t ranges; /* of units or categories by state that are merged: each is two looks into an index */
    int64_t walk;   /* rows of an index that are passed over in one go */
    int64_t check;  /* rows that are read and may turn out not to fit */
    /* With words (matter_find.h): */
    int64_t most;  /* matters that are found */
    int64_t texts; /* documents of the index that are looked at */
    int64_t look;  /* matters whose texts are read where the index does not help */
};
extern const struct ways_limits ways_usual;

/* The filter as the statements take it. */
struct want {
    str category, category_end, state, kind, channel, place; /* .p NULL: any */
    unit_id unit;
    instant from, to;
    int64_t waiting;
    bool public;
    enum matter_sort sort; /* 0: the best first, with words */
    struct scope_set scope;
    struct search_query query; /* .n 0: no words */
};

/* Of a key: id_key and id are the matter, by due day id_key is its casefile. */
struct keys {
    struct key *item;
    size_t n;
    struct key last; /* as far as was looked */
    bool ended;      /* there are no more */
    bool far;        /* the walk ended before `limit` rows were found: others may follow */
};

enum way {
    WAY_WALK = 1, /* one index in the wanted order */
    WAY_STATE,    /* one state of it */
    WAY_WAITING,
    WAY_UNITS,
    WAY_CATEGORIES,
    WAY_SEARCH
};

MUST_USE enum status way_choose(struct db *, struct arena *, const struct want *, const struct ways_limits *,
                                enum way *out);
struct way_reader;
/* expected: how many keys will be asked for, when that is known and none of them may fail; else 0. */
struct way_reader *way_open(struct db *, struct arena *, const struct want *, enum way, const struct ways_limits *,
                            struct key after, int64_t expected);
MUST_USE enum status way_next(struct way_reader *, int64_t limit, struct keys *out);
/* The want with what the way has answered taken out; true when something is left. */
bool way_left(const struct want *, enum way, struct want *left);

/* matter_list with other limits, for tests. */
MUST_USE enum status matter_list_within(struct db *, struct arena *, const struct city *, const struct actor *who,
                                        const struct matter_filter *, const struct ways_limits *,
                                        struct matter_page *out);

#endif
