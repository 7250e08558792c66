/* plan_text_pages: the text of a plan, written beside what changed and how it will look; and the versions it had.
 *
 * Two editors of one draft: whoever saves second gets both texts side by side, and saves theirs on top or takes the other. When the other
 * changed only rows of the plan and not the text, there is nothing to decide, and it is saved.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan_pages.h"
#include "campaign/words.h"
#include "gen/tpl/plan_history.h"
#include "gen/tpl/plan_text.h"
#include "gen/tpl/plan_version_page.h"
#include "web/markdown.h"

/* ── the editor ───────────────────────────────────────────────────────────────────────────────────────── */

/* Names a text in a form without carrying it twice: FNV-1a of 64 bits. It tells texts of one draft apart, and protects nothing. */
static str mark_of(struct req *rq, str text)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < text.n; i++) h = (h ^ (unsigned char)text.p[i]) * 1099511628211u;
    return str_format(rq->mem, "%016llx", (unsigned long long)h);
}

struct writing {
    struct plan_change_run r;
    str text, summary, base, theirs;
};

/* The text of the version shown; while nothing of it is written, that of the version before. */
static enum status present(struct plan_desk *d, struct plan *now, str *before)
{
    struct req *rq = d->rq;
    struct plan last = {0};
    *now = (struct plan){.text = STR(""), .summary = STR("")};
    enum status st = plan_get(rq->db, rq->mem, d->c.id, d->version, now);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    enum status older = d->version > 1 ? plan_get(rq->db, rq->mem, d->c.id, d->version - 1, &last) : ST_NOT_FOUND;
    if (older != ST_OK && older != ST_NOT_FOUND) return older;
    *before = older == ST_OK ? last.text : STR("");
    if (st == ST_NOT_FOUND) now->text = *before;
    return ST_OK;
}

static str without_cr(struct req *rq, str text)
{
    char *out = NEWN(rq->mem, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r') out[n++] = text.p[i];
    return (str){out, n};
}

/* Not trimmed: an indented first line is code in Markdown. */
static str typed_text(struct req *rq)
{
    return without_cr(rq, field_get(&rq->form, STR("text")));
}

static enum status show_text(struct plan_desk *d, struct writing *w, int status)
{
    struct req *rq = d->rq;
    struct plan now;
    str before;
    TRY(present(d, &now, &before));
    str text = w == NULL ? now.text : w->text;
    struct plan_text_view v = {
        .faults = req_faults_view(rq),
        .banner = plan_banner(rq),
        .once = req_once_new(rq),
        .base = status == 409 || w == NULL ? mark_of(rq, now.text) : w->base,
        .text = text,
        .text_error = req_fault(rq, "text"),
        .summary = w == NULL ? now.summary : w->summary,
        .summary_error = req_fault(rq, "summary"),
        .before = d->version - 1,
        .preview = markdown_html(rq->mem, text.n > PLAN_BYTES ? STR("") : text),
    };
    TRY(plan_head_of(d, &v.head));
    if (w != NULL && status != 409) v.head.edit = d->edit;
    TRY(plan_diff_lines(rq, before, text, &v.lines, &v.n_lines, &v.changed));
    if (status == 409) {
        int64_t changed;
        struct plan_theirs_view *theirs = NEW(rq->mem, struct plan_theirs_view);
        theirs->text = now.text;
        TRY(plan_diff_lines(rq, now.text, text, &theirs->lines, &theirs->n_lines, &changed));
        v.theirs = theirs;
    }
    return RESPOND(rq, plan_text, &v, .title = req_tr(rq, "Text of the plan"), .nav = "campaigns", .place = PLACE_WORK,
                   .wide = true, .status = status);
}

enum status page_plan_text(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_open(rq, &d));
    if (!d.may_write) {
        int64_t shown = campaign_is_public(&d.c) ? d.c.version : d.version;
        return respond_redirect(rq, plan_path(&d, str_format(rq->mem, "/versions/%lld", (long long)shown).p));
    }
    return show_text(&d, NULL, 200);
}

static enum status run_write(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct writing *w = (struct writing *)(void *)r; /* r is its first member */
    struct campaign_command cmd = plan_command(r->d);
    enum status st = plan_write(db, mem, &cmd, w->text, w->summary, &w->theirs);
    if (st != ST_CONFLICT || !str_eq(mark_of(r->d->rq, w->theirs), w->base)) return st;
    cmd.edit = 0; /* only other parts of the plan changed */
    return plan_write(db, mem, &cmd, w->text, w->summary, &w->theirs);
}

enum status page_plan_text_save(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_to_write(rq, &d));
    TRY(plan_read_token(&d));
    struct writing w = {.r = {.d = &d, .run = run_write},
                        .text = typed_text(rq),
                        .summary = req_form(rq, "summary"),
                        .base = req_form(rq, "base")};
    if (req_form_has(rq, "preview")) return show_text(&d, &w, 200);
    enum status st = plan_write_once(&w.r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_text(&d, &w, 400);
    if (st == ST_CONFLICT) {
        TRY(plan_desk_to_write(rq, &d));
        return show_text(&d, &w, 409);
    }
    TRY(st);
    return plan_done(&d, "/text");
}

/* ── versions and history ─────────────────────────────────────────────────────────────────────────────── */

/* What is being written shows to those inside; the others have the version in force. */
static bool may_read_version(struct plan_desk *d, int64_t version)
{
    return version >= 1 && version <= d->c.version + 1;
}

enum status page_plan_version(struct req *rq)
{
    struct plan_desk d;
    struct plan p, last;
    int64_t version;
    TRY(plan_desk_open(rq, &d));
    if (!str_int(req_param(rq, 1), &version) || !may_read_version(&d, version)) return ST_NOT_FOUND;
    enum status st = plan_get(rq->db, rq->mem, d.c.id, version, &p);
    if (st == ST_NOT_FOUND && version == d.c.version + 1) p = (struct plan){.text = STR(""), .summary = STR("")};
    else TRY(st);
    struct plan_version_page_view v = {
        .version = version,
        .before = version - 1,
        .summary = p.summary,
        .issued_at = p.issued_at,
        .preview = markdown_html(rq->mem, p.text),
    };
    TRY(plan_head_of(&d, &v.head));
    if (version > 1 && plan_get(rq->db, rq->mem, d.c.id, version - 1, &last) == ST_OK) {
        TRY(plan_diff_lines(rq, last.text, p.text, &v.lines, &v.n_lines, &v.changed));
        TRY(plan_changes(&d, version - 1, version, &v.changes, &v.n_changes));
    }
    return RESPOND(rq, plan_version_page, &v, .title = req_tr(rq, "Text of the plan"), .nav = "campaigns",
                   .place = PLACE_WORK);
}

enum status page_plan_history(struct req *rq)
{
    struct plan_desk d;
    struct plan_history_view v = {0};
    struct campaign_event_row *events;
    struct plan *plans;
    size_t n;
    TRY(plan_desk_open(rq, &d));
    TRY(plan_head_of(&d, &v.head));
    TRY(plan_list(rq->db, rq->mem, d.c.id, &plans, &n));
    v.versions = NEWN(rq->mem, struct plan_version_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v.versions[v.n_versions++] =
            (struct plan_version_view){plans[i].version, plans[i].summary, plans[i].at, plans[i].issued_at};
    TRY(campaign_history(rq->db, rq->mem, d.c.id, (duty_id){0}, &events, &n));
    v.events = NEWN(rq->mem, struct plan_event_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v.events[v.n_events++] = (struct plan_event_view){
            .what = req_tr(rq, campaign_event_label(events[i].kind)),
            .who = events[i].person_name,
            .unit = req_name(rq, events[i].unit_en, events[i].unit_zh),
            .words = events[i].words,
            .at = events[i].at,
        };
    return RESPOND(rq, plan_history, &v, .title = req_tr(rq, "History"), .nav = "campaigns", .place = PLACE_WORK);
}
