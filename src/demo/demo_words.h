/* demo_words: what people of Haitang say, and what is answered. Private to the room.
 *
 * A wording is a template with slots, {home} or {date}; which slots there are is in demo_words.c.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_WORDS_H
#define LUOSHI_DEMO_DEMO_WORDS_H

#include "base/arena.h"
#include "base/rng.h"
#include "base/time.h"
#include "demo/demo_places.h"
#include "matter/matter.h"

enum demo_matter_kind { ENQUIRY, HELP, COMPLAINT, REPORT, SUGGESTION, CLAIM, MATTER_KINDS };

/* Which unit it ends with. */
enum demo_level { AT_CITY, AT_COUNTY, AT_TOWN, AT_VILLAGE };

enum demo_basis {
    BASIS_LABOUR,
    BASIS_PENSION,
    BASIS_INSURANCE,
    BASIS_HEALTH,
    BASIS_SCHOOL,
    BASIS_PROPERTY,
    BASIS_TITLE,
    BASIS_WATER,
    BASIS_GAS,
    BASIS_ROAD,
    BASIS_STREET,
    BASIS_BUS,
    BASIS_TRAFFIC,
    BASIS_RIVER,
    BASIS_NOISE,
    BASIS_FIRE,
    BASIS_POLICE,
    BASIS_LAND,
    BASIS_VILLAGE,
    BASIS_CONSUMER,
    BASIS_FOOD,
    BASIS_CULTURE,
    BASIS_AID,
    BASIS_DISABLED,
    BASIS_SERVICE,
    BASIS_CONDUCT,
    BASIS_DECISION,
    BASIS_DATA,
    BASIS_FIRM,
    BASIS_TREE,
    BASIS_COUNT
};

/* One theme in one language, in two variants: what[i], done[i] and subject[i] or subject[i + 2] belong together; found has one text for
 * both, or two with a "|" between. Any detail fits. */
#define VARIANTS 2
struct demo_wording {
    const char *subject[2 * VARIANTS], *what[VARIANTS], *detail[2], *found, *done[VARIANTS];
};

#define RURAL 1u /* the home is a village */
#define FIRM  2u /* an enterprise says it */

struct demo_theme {
    const char *category;
    enum demo_matter_kind kind;
    enum department department;
    enum demo_level level;
    enum demo_basis basis;
    unsigned flags;
    struct demo_wording en, zh;
};

/* All themes: lists of several files, each ended by one without a category. */
extern const struct demo_theme *const demo_theme_lists[];
extern const size_t demo_theme_list_count;

/* What fills the slots of one matter. */
struct demo_slots {
    bool zh;
    struct rng rng; /* of the wording only */
    const struct zone *zone;
    int county, town;
    bool rural;
    size_t variant;                       /* of the theme's wording */
    const struct demo_named *home, *road; /* an estate or a village; a road */
    int building, floor, few, many, money, bus, days;
    instant raised, spoken; /* when it was raised, and when the words being made are said */
    str unit, up;           /* names: who answers, who reviews */
    str subject;
};

enum demo_said { SAID_SOLVED, SAID_PARTLY, SAID_NOT_SOLVED, SAID_NOTHING };

str demo_fill(struct arena *, struct demo_slots *, const char *words);
str demo_subject(struct arena *, struct demo_slots *, const struct demo_wording *);
str demo_text(struct arena *, struct demo_slots *, const struct demo_theme *);
str demo_place(struct arena *, struct demo_slots *);
str demo_asked(struct arena *, struct demo_slots *);
str demo_found(struct arena *, struct demo_slots *, const struct demo_wording *);
str demo_done(struct arena *, struct demo_slots *, const struct demo_wording *, bool again);
str demo_basis_text(const struct demo_slots *, enum demo_basis);
str demo_remedy(struct arena *, struct demo_slots *);
/* Short words on the way; `which` names the list. */
enum demo_phrase {
    SAY_ACCEPT,
    SAY_FORWARD,
    SAY_ASSIGN,
    SAY_NOTE,
    SAY_REOPENED,
    SAY_REASON,
    SAY_ADDRESS,
    SAY_MESSAGE_RAISER,
    SAY_MESSAGE_UNIT,
    SAY_SOLVED,
    SAY_PARTLY,
    SAY_NOT_SOLVED,
    SAY_NOTHING,
    SAY_COUNT
};
str demo_say(struct arena *, struct demo_slots *, enum demo_phrase, int *which); /* *which -1: choose, and tell */
struct contact demo_contact(struct arena *, struct demo_slots *);

#endif
