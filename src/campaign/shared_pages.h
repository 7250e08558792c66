/* shared_pages: what the pages of this room share: figures, duties as rows. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_SHARED_PAGES_H
#define LUOSHI_CAMPAIGN_SHARED_PAGES_H

#include "campaign/duty.h"
#include "campaign/rollup.h"
#include "gen/view/campaign.h"
#include "people/unit.h"
#include "web/parts.h"
#include "web/req.h"

/* The eight figures of a roll-up; base: the address of the list of duties behind them, or empty. */
struct campaign_figure_view *campaign_figures(struct req *, const struct rollup *, str base, size_t *n);
struct campaign_counts_view campaign_counts(const struct rollup *);
/* A unit with everything below it; its bars are set by campaign_unit_bars, which knows all rows of the page. */
struct campaign_unit_row_view campaign_unit_row(struct req *, str campaign_ref, const struct rollup_row *);
void campaign_unit_bars(struct campaign_unit_row_view *rows, size_t n);
/* Stages along the days of the campaign, with what a unit still owes in each. */
MUST_USE enum status campaign_timeline(struct req *, const struct campaign *, unit_id, bool below,
                                       struct campaign_timeline_view *out);
/* Along the picture, from 0 to CHART_WIDTH: from the campaign's first day to its last, or a year when the end is open. */
#define CHART_WIDTH 1000
int64_t campaign_place_on(const struct campaign *, day);
struct campaign_duty_view campaign_duty_row(struct req *, const struct duty_item *, bool for_staff);
/* What the system looks for, with the number: "2 records are linked". */
str campaign_criterion_words(struct req *, str criterion, int64_t n);
/* Message key of a state of a campaign or a duty. */
const char *campaign_state_label(str state);
const char *duty_state_label(str state);

#endif
