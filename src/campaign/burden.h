/* burden: what each unit is asked in a month, by whom, and data requests that are answered by a link instead (N12).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_BURDEN_H
#define LUOSHI_CAMPAIGN_BURDEN_H

#include "campaign/notice.h"

int32_t burden_month(const struct city *, instant); /* year * 12 + month - 1 */
struct burden_row {
    unit_id unit; /* who asks, or (burden_below) who is asked */
    str code, name_en, name_zh;
    int64_t duty, notice, data, meeting, visit, total;
};
/* Who asks this unit what in that month; by unit number of the asker. */
MUST_USE enum status burden_of(struct db *, struct arena *, unit_id, int32_t month, struct burden_row **out, size_t *n);
/* The units directly below: what each is asked by anybody, by unit number. */
MUST_USE enum status burden_below(struct db *, struct arena *, unit_id, int32_t month, str after, int64_t limit,
                                  struct burden_row **out, size_t *n);
/* What this unit is asked by each campaign in that month, beside what the campaign allows itself. */
struct burden_cap {
    str ref, name;
    int64_t asked, cap;
};
MUST_USE enum status burden_caps(struct db *, struct arena *, unit_id, int32_t month, struct burden_cap **out,
                                 size_t *n);
MUST_USE enum status burden_add(struct db *, unit_id unit, int32_t month, unit_id by, campaign_id, const char *kind,
                                int64_t n);

/* A request for data. fact: one of burden_facts: the system holds it, *answer is the address where it stands and nobody is asked. fact "":
 * it goes to the units below as a notice, counted as a data request. Faults: what, purpose, ends_on, to, cap. */
struct data_request_draft {
    unit_id unit;
    campaign_id campaign;
    str fact, what, purpose;
    day ends;
    unit_id to[NOTICE_UNITS];
    size_t n_to;
};
struct burden_fact {
    const char *key, *label; /* message key */
};
extern const struct burden_fact burden_facts[];
extern const size_t burden_facts_n;
struct data_request_row {
    str fact, what, purpose, answer; /* answer: an address of this site; empty: it went down as `notice` */
    notice_id notice;
    day ends;
    instant at;
};
/* What a unit asked for, newest first; at most 50. */
MUST_USE enum status data_requests_of(struct db *, struct arena *, unit_id, struct data_request_row **out, size_t *n);
MUST_USE enum status data_request(struct db *, struct arena *, const struct campaign_command *,
                                  const struct data_request_draft *, str *answer, notice_id *sent);

#endif
