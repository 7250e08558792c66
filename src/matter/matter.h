/* matter: what one person said, once, through one channel, and the receipt they hold for it.
 * Rules of the room: README.md. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_MATTER_H
#define LUOSHI_MATTER_MATTER_H

#include "base/faults.h"
#include "people/city.h"
#include "people/rights.h"

/* Who raised it, as they gave it; every part optional. */
struct contact {
    str name, phone, mail, address;
};
bool contact_is_empty(const struct contact *);

/* What a form, a spreadsheet row or an API call says. Strings are UTF-8 and trimmed by matter_check. */
struct matter_draft {
    str kind, channel, raiser; /* keys as in the database; kind "" is taken as help, raiser "" as resident */
    category_id category;      /* 0: not chosen */
    unit_id unit;              /* 0: the root unit's reception */
    bool unit_takes;           /* the caller has asked: it is in office and takes matters */
    str subject, text, place, lang;
    double lat, lon;
    bool wants_public;
    struct contact contact;
    instant raised_at;     /* 0: now */
    str source, source_no; /* imports */
    bool no_receipt;       /* imports: nobody holds a code */
    str tokens; /* of subject, text and place, for the search: made by matter_check, so that the writer need not */
};

struct receipt {
    matter_id matter;
    casefile_id casefile;
    str ref;
    char code[20]; /* "1234 5678 9012 3456" and NUL; empty when no_receipt */
};

extern const char *const matter_kinds[];    /* NULL-ended: enquiry, help, complaint, report, suggestion, claim */
extern const char *const matter_channels[]; /* web, phone, counter, letter, visit, mail, sms, api, import */

/* Checks and trims; faults name the fields kind, category, subject, text, place, point, contact_name, contact_phone, contact_mail. */
MUST_USE enum status matter_check(struct db *, struct arena *, struct matter_draft *, struct faults *);
/* The parts of it that need no database, on any thread: all checks but those of category and unit; and the tokens of what was checked. */
void matter_cut(struct arena *, struct matter_draft *);
MUST_USE enum status matter_check_words(struct arena *, instant now, struct matter_draft *, struct faults *);
/* Inside a write: registers a checked draft: casefile, clock, event, tallies, sealed contact, search. who NULL: the raiser. */
MUST_USE enum status matter_register(struct db *, struct arena *, const struct city *, const struct actor *who,
                                     const struct matter_draft *, struct receipt *out);

/* Digits of a code as typed (spaces, dashes, full-width digits) -> 16 digits, or false. */
bool receipt_parse(struct arena *, str typed, str *digits);
/* ST_NOT_FOUND for a wrong code. Takes the same time either way. */
MUST_USE enum status receipt_find(struct db *, struct arena *, const struct city *, str digits, matter_id *out);

struct matter {
    matter_id id;
    casefile_id casefile;
    str ref, kind, channel, raiser, state, lang;
    category_id category;
    unit_id unit;
    str subject, text, place;
    double lat, lon;
    bool wants_public, shown, has_contact;
    str shown_subject, shown_text, shown_place;
    instant raised_at, answered_at;
    str source, source_no;
};
MUST_USE enum status matter_get(struct db *, struct arena *, matter_id, struct matter *out);
MUST_USE enum status matter_by_ref(struct db *, struct arena *, str ref, struct matter *out);
/* The public's view: ST_NOT_FOUND unless let through; subject, text and place are the shown ones. */
MUST_USE enum status matter_public(struct db *, struct arena *, str ref, struct matter *out);
MUST_USE enum status matter_of_casefile(struct db *, struct arena *, casefile_id, struct matter **out, size_t *n);

/* Let it be seen, with personal data struck out; the original stays. Needs ACT_PUBLISH. shown=false takes it back. */
MUST_USE enum status matter_publish(struct db *, struct arena *, const struct city *, const struct actor *, matter_id,
                                    bool shown, str subject, str text, str place, str answer, struct faults *);
/* Proposes strikes: ID card, phone, bank card, mail and plate numbers, "name: …" → ■. For the clerk's form, never automatic. */
str matter_redact(struct arena *, str text);

/* Identity. Reason at least 4 code points; writes an event. Needs ACT_READ_IDENTITY. */
MUST_USE enum status contact_read(struct db *, struct arena *, const struct city *, const struct actor *, matter_id,
                                  str reason, struct contact *out, struct faults *);
/* The raiser takes their name back: the row's key is destroyed, the work record stays whole. Writes an event. */
MUST_USE enum status contact_erase(struct db *, struct arena *, const struct city *, matter_id);

/* Two-way words. who NULL: the raiser, by code. */
MUST_USE enum status message_add(struct db *, struct arena *, const struct city *, const struct actor *who, matter_id,
                                 str text, struct faults *);
MUST_USE enum status message_check(struct arena *, str text, struct faults *);
struct message {
    bool from_raiser;
    str person_name, text;
    instant at;
};
MUST_USE enum status message_list(struct db *, struct arena *, matter_id, struct message **out, size_t *n);

/* Lists. Public: shown ones only. Staff: what the actor may see. Newest first; key-set paging by `after` (a page's `next`, "" for the first).
 * A page is made with bounded work at any size: a filter that fits very seldom is looked through only so far, see `further`.
 * SORT_ANSWERED is for the public, SORT_DUE for staff: for the others they are the newest first. */
enum matter_sort { SORT_NEWEST = 1, SORT_OLDEST, SORT_ANSWERED, SORT_DUE };
struct matter_filter {
    str query;         /* words (search.h); the best first when sort is 0 */
    str category_code; /* itself and everything below */
    unit_id unit;      /* itself and everything below by territory */
    str state, kind, channel, place;
    day from, to;         /* raised; n 0: open */
    bool waiting_to_show; /* staff */
    enum matter_sort sort;
    str after;
    int64_t limit;  /* 0: LIMIT_ROWS_PAGE */
    bool uncounted; /* the total is not wanted: 0, not exact */
};
struct matter_item {
    matter_id id;
    casefile_id casefile;
    str ref, subject, state, kind, excerpt; /* excerpt: with U+0001 U+0002 around hits when searching, else empty */
    category_id category;
    str category_en, category_zh;
    unit_id unit;
    str unit_en, unit_zh;
    instant raised_at, answered_at;
    day due;
    int64_t reopened;
};
struct matter_page {
    struct matter_item *items;
    size_t n;
    int64_t total;
    bool exact; /* else there are more than `total` */
    bool
        further; /* not all was looked through: what is on this page is not all there is, and `next` goes on from there */
    int64_t looked; /* with words, when only so many of the newest texts were looked through; else 0 */
    str next;       /* .p NULL: no more */
};
/* who NULL or nobody: the public. */
MUST_USE enum status matter_list(struct db *, struct arena *, const struct city *, const struct actor *who,
                                 const struct matter_filter *, struct matter_page *out);

#endif
