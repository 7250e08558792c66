/* sheet_header: which column is which.
 *
 * Every wanted column has a list of headers, best first. A row is the header when it has one for each required column;
 * the rows before it are titles and notes. When none of the first rows will do, the row that came nearest is named with
 * what it lacks, since that is the row a person takes for the header.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/locale.h"
#include "exchange/sheet_part.h"

#define NAMES_MAX    512 /* accepted headers of all wanted columns */
#define HEADER_BYTES 400 /* a longer cell is no header */

struct name {
    int want;
    int rank; /* 0 is best */
    str folded;
};

struct search {
    struct sheet *s;
    const struct sheet_column *wanted;
    int n;
    struct name *name;
    int names;
    str only[SHEET_WANTED_MAX];  /* header given by the map option */
    int index[SHEET_WANTED_MAX]; /* of the row being looked at */
    int rank[SHEET_WANTED_MAX];
    int twice[SHEET_WANTED_MAX]; /* a second column as good as the first, or -1 */
    int64_t best_row;
    int best_found;
    bool best_missing[SHEET_WANTED_MAX];
};

/* Alike for the eye: folded, without spaces and invisible marks, without the * of a required field or a colon. */
static str fold_header(struct arena *mem, str header)
{
    str folded = locale_fold(mem, header);
    char *out = NEWN(mem, char, folded.n + 1);
    size_t n = 0;
    for (size_t at = 0; at < folded.n;) {
        size_t before = at;
        uint32_t p = str_next_point(folded, &at);
        if (p <= ' ' || p == 0xA0 || p == 0x3000 || p == 0xFEFF || (p >= 0x2000 && p <= 0x200F)) continue;
        memcpy(out + n, folded.p + before, at - before);
        n += at - before;
    }
    str s = {out, n};
    while (str_starts(s, STR("*"))) s = str_sub(s, 1, s.n);
    while (str_ends(s, STR("*")) || str_ends(s, STR(":"))) s.n--;
    return s;
}

static bool is_required(const struct search *f, int want)
{
    return f->wanted[want].required || f->only[want].n > 0;
}

static void add_name(struct search *f, int want, int rank, str header)
{
    str folded = fold_header(f->s->mem, header);
    if (folded.n == 0) return;
    must(f->names < NAMES_MAX);
    f->name[f->names++] = (struct name){want, rank, folded};
}

static void add_names(struct search *f, int want)
{
    if (f->only[want].n > 0) {
        add_name(f, want, 0, f->only[want]);
        return;
    }
    str rest = str_from(f->wanted[want].names);
    str one;
    int rank = 0;
    while (rest.n > 0) {
        (void)str_cut(rest, '|', &one, &rest);
        add_name(f, want, rank++, str_trim(one));
    }
    add_name(f, want, rank, str_from(f->wanted[want].key));
}

/* --- the map option --------------------------------------------------------------------------------------------- */

static int key_index(const struct search *f, str key)
{
    for (int i = 0; i < f->n; i++)
        if (str_eq(str_from(f->wanted[i].key), key)) return i;
    return -1;
}

/* Does a new "key=" begin here? A comma before anything else belongs to the header. */
static bool pair_begins(const struct search *f, str s)
{
    str key, rest;
    return str_cut(s, '=', &key, &rest) && key_index(f, str_trim(key)) >= 0;
}

/* The length of the first pair of s. */
static size_t pair_length(const struct search *f, str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ',' && pair_begins(f, str_sub(s, i + 1, s.n))) return i;
    return s.n;
}

static void join(char *out, size_t cap, const char *mark, str s)
{
    size_t n = strlen(out);
    if (n < cap) snprintf(out + n, cap - n, "%s%.*s", n ? mark : "", STR_ARG(s));
}

static void list_keys(const struct search *f, char *out, size_t cap)
{
    out[0] = '\0';
    for (int i = 0; i < f->n; i++) join(out, cap, ", ", str_from(f->wanted[i].key));
}

static enum status read_map(struct search *f, str option, struct sheet_error *why)
{
    char keys[200];
    list_keys(f, keys, sizeof keys);
    while (option.n > 0) {
        size_t length = pair_length(f, option);
        str key, header, pair = str_sub(option, 0, length);
        bool cut = str_cut(pair, '=', &key, &header);
        key = str_trim(key);
        header = str_trim(header);
        int want = key_index(f, key);
        option = str_sub(option, length + 1, option.n);
        if (cut && want >= 0 && header.n > 0 && f->only[want].n == 0) {
            f->only[want] = header;
            continue;
        }
        bool shown = str_is_utf8(pair) && !str_has_control(pair);
        sheet_word(why, f->s->shown, SHEET_BAD_MAP, 0, 0,
                   "the map \"%.*s\" is not understood: write key=Header, once for each of these keys: %s",
                   shown ? (int)(pair.n < 80 ? pair.n : 80) : 0, pair.p, keys);
        return ST_INVALID;
    }
    return ST_OK;
}

/* --- rows ------------------------------------------------------------------------------------------------------- */

static void match_cell(struct search *f, int column, str header)
{
    if (header.n == 0 || header.n > HEADER_BYTES) return;
    str folded = fold_header(f->s->mem, header);
    for (int i = 0; i < f->names; i++) {
        const struct name *name = &f->name[i];
        if (!str_eq(name->folded, folded)) continue;
        if (f->index[name->want] < 0 || name->rank < f->rank[name->want]) {
            f->index[name->want] = column;
            f->rank[name->want] = name->rank;
            f->twice[name->want] = -1;
        } else if (name->rank == f->rank[name->want] && column != f->index[name->want]) {
            f->twice[name->want] = column;
        }
    }
}

/* True when the row has every required column; else keeps it if it came nearer than the rows before. */
static bool match_row(struct search *f, const struct sheet_row *row)
{
    int found = 0, missing = 0;
    for (int i = 0; i < f->n; i++) f->index[i] = f->twice[i] = -1;
    for (int c = 0; c < row->n; c++) match_cell(f, c, row->cell[c].text);
    for (int i = 0; i < f->n; i++) {
        found += f->index[i] >= 0;
        missing += f->index[i] < 0 && is_required(f, i);
    }
    if (found > 0 && missing == 0) return true;
    if (found <= f->best_found) return false;
    f->best_found = found;
    f->best_row = row->number;
    for (int i = 0; i < f->n; i++) f->best_missing[i] = f->index[i] < 0 && is_required(f, i);
    return false;
}

/* "time (留言时间, 时间)" */
static void describe(const struct search *f, int want, char *out, size_t cap)
{
    char names[160] = "";
    str rest = f->only[want].n > 0 ? f->only[want] : str_from(f->wanted[want].names);
    str one;
    while (rest.n > 0) {
        if (f->only[want].n > 0) {
            one = rest;
            rest.n = 0;
        } else {
            (void)str_cut(rest, '|', &one, &rest);
        }
        join(names, sizeof names, ", ", str_trim(one));
    }
    snprintf(out, cap, "%s (%s)", f->wanted[want].key, names);
}

static enum status refuse(const struct search *f, struct sheet_error *why)
{
    char list[300] = "", keys[sizeof why->subject] = "", one[200];
    for (int i = 0; i < f->n; i++) {
        if (f->best_found > 0 ? !f->best_missing[i] : !is_required(f, i)) continue;
        describe(f, i, one, sizeof one);
        join(list, sizeof list, "; ", str_from(one));
        join(keys, sizeof keys, ", ", str_from(f->wanted[i].key));
    }
    if (f->best_found > 0)
        sheet_word(why, f->s->shown, SHEET_COLUMN_MISSING, f->best_row, 0,
                   "this row looks like the header but has no column for %s", list);
    else
        sheet_word(why, f->s->shown, SHEET_NO_HEADER, 0, 0,
                   "no header: none of the first %d rows names the columns%s%s", SHEET_HEADER_ROWS,
                   list[0] ? ", such as " : "", list);
    snprintf(why->subject, sizeof why->subject, "%s", keys);
    return ST_INVALID;
}

static enum status accept(struct search *f, const struct sheet_row *row, int *index_out, struct sheet_error *why)
{
    for (int i = 0; i < f->n; i++) {
        index_out[i] = f->index[i];
        if (f->twice[i] < 0) continue;
        str header = str_first_points(row->cell[f->twice[i]].text, 40);
        sheet_word(why, f->s->shown, SHEET_COLUMN_TWICE, row->number, f->twice[i] + 1,
                   "the header \"%.*s\" stands here a second time; rename or delete one of the two columns",
                   STR_ARG(header));
        snprintf(why->subject, sizeof why->subject, "%.*s", STR_ARG(header));
        return ST_INVALID;
    }
    f->s->header_row = row->number;
    return ST_OK;
}

enum status sheet_columns(struct sheet *s, const struct sheet_column *wanted, int n, const char *map_option,
                          int *index_out, struct sheet_error *why)
{
    must(n > 0 && n <= SHEET_WANTED_MAX);
    struct search *f = NEW(s->mem, struct search);
    struct sheet_row row;
    *why = (struct sheet_error){0};
    f->s = s;
    f->wanted = wanted;
    f->n = n;
    f->name = NEWN(s->mem, struct name, NAMES_MAX);
    if (map_option) TRY(read_map(f, str_from(map_option), why));
    for (int i = 0; i < n; i++) add_names(f, i);
    for (int i = 0; i < SHEET_HEADER_ROWS; i++) {
        enum status st = sheet_next(s, &row);
        if (st == ST_NOT_FOUND) break;
        if (st != ST_OK) *why = s->why;
        if (st != ST_OK) return st;
        if (match_row(f, &row)) return accept(f, &row, index_out, why);
    }
    return refuse(f, why);
}
