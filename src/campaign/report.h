/* report: the closing report of a campaign, drafted from counts. Every figure has the address of the list behind it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_REPORT_H
#define LUOSHI_CAMPAIGN_REPORT_H

#include "campaign/campaign.h"

struct report_figure {
    const char *label; /* message key */
    int64_t n;
    str href;
};
struct report_section {
    const char *title; /* message key */
    bool is_stage;
    str words; /* of the plan: an aim's or a goal's name; empty otherwise */
    struct report_figure *figures;
    size_t n_figures;
};
/* Sections: the whole; each outcome line and aim; each goal; matters of the city in these days; each stage. */
MUST_USE enum status report_make(struct db *, struct arena *, const struct city *, const struct campaign *, day today,
                                 struct report_section **out, size_t *n);
/* Two campaigns side by side (T13): the same figures of this one and the one it was cloned from. */
struct report_pair {
    const char *label;
    int64_t before, now;
};
MUST_USE enum status report_compare(struct db *, struct arena *, const struct city *, const struct campaign *before,
                                    const struct campaign *now, day today, struct report_pair **out, size_t *n);

#endif
