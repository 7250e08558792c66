/* timeline: what happened, what was answered, what was noted, for reading.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gen/sql/casefile.h"
#include "gen/sql/event.h"
#include "matter/casefile.h"
#include "matter/event.h"

const char *timeline_label(str kind)
{
    const struct event_kind *k = event_kind_find(kind);
    return k == NULL ? "" : k->label;
}

enum status timeline_list(struct db *db, struct arena *mem, casefile_id casefile, bool shown_only,
                          struct timeline_item **out, size_t *n)
{
    struct q_event_timeline *rows;
    TRY(q_event_timeline(db, mem, casefile, shown_only ? 1 : 0, &rows, n));
    *out = NEWN(mem, struct timeline_item, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        const struct q_event_timeline *r = &rows[i];
        (*out)[i] = (struct timeline_item){
            .kind = r->kind,
            .words = r->words,
            .person_name = r->person_name,
            .person_title_en = r->title_en,
            .person_title_zh = r->title_zh,
            .unit = r->unit_id,
            .unit_en = r->unit_en,
            .unit_zh = r->unit_zh,
            .to_unit_en = r->to_unit_en,
            .to_unit_zh = r->to_unit_zh,
            .to_person_name = r->to_person_name,
            .at = r->at,
            .shown = r->shown != 0,
        };
        if (shown_only) (*out)[i].person_name = (*out)[i].to_person_name = STR(""); /* outside, an office speaks */
    }
    return ST_OK;
}

enum status answer_list(struct db *db, struct arena *mem, casefile_id casefile, struct answer **out, size_t *n)
{
    struct q_casefile_answers *rows;
    TRY(q_casefile_answers(db, mem, casefile, &rows, n));
    *out = NEWN(mem, struct answer, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        const struct q_casefile_answers *r = &rows[i];
        (*out)[i] = (struct answer){.id = r->id,
                                    .asked = r->asked,
                                    .found = r->found,
                                    .done = r->done,
                                    .basis = r->basis,
                                    .remedy = r->remedy,
                                    .shown_text = r->shown_text,
                                    .person_name = r->person_name,
                                    .unit_en = r->unit_en,
                                    .unit_zh = r->unit_zh,
                                    .at = r->at};
    }
    return ST_OK;
}

enum status note_list(struct db *db, struct arena *mem, casefile_id casefile, struct note **out, size_t *n)
{
    struct q_casefile_notes *rows;
    TRY(q_casefile_notes(db, mem, casefile, &rows, n));
    *out = NEWN(mem, struct note, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = (struct note){rows[i].text, rows[i].person_name, rows[i].at};
    return ST_OK;
}
