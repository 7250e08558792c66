/* mkpo: compiles translations to a hash table in C, and lists what is not translated (see tools/README.md).
 *
 *     mkpo [--out build/gen] [--check FILE.pot]... [--terms FILE.pot]... FILE.po...
 *
 * --terms is --check for messages that tr_term and the filter `term` look up: their context is "term", or none.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mkpo.h"
#include "tool.h"

#define MESSAGE_BYTES 4000 /* a longer string literal is not portable C */

struct slot {
    uint64_t hash;
    struct entry *entry;
    size_t at;
};

struct table {
    struct arena *mem;
    struct slot *slots;
    size_t n_slots;
    size_t n;
    bool failed;
};

static void complain(struct table *t, const struct entry *e, const char *what)
{
    fprintf(stderr, "%.*s:%d: %s: \"%.*s\"\n", STR_ARG(e->path), e->line, what, STR_ARG(e->id));
    t->failed = true;
}

/* Every {name} of `in` is also in `other`. */
static bool names_are_in(struct arena *mem, str in, str other)
{
    str head, name, rest = in;
    while (str_cut(rest, '{', &head, &rest)) {
        str tail = rest;
        if (!str_cut(tail, '}', &name, &rest)) return false;
        if (str_find(other, str_format(mem, "{%.*s}", STR_ARG(name))) < 0) return false;
    }
    return true;
}

static void check_names(struct table *t, const struct entry *e)
{
    str full = e->plural.p != NULL ? e->plural : e->id;
    if (!names_are_in(t->mem, e->text, full))
        complain(t, e, "the translation names a {value} that the message does not have");
    if (!names_are_in(t->mem, full, e->text)) complain(t, e, "the translation lacks a {value} of the message");
}

static struct slot *slot_of(struct table *t, uint64_t hash)
{
    size_t i = (size_t)hash & (t->n_slots - 1);
    while (t->slots[i].entry != NULL && t->slots[i].hash != hash) i = (i + 1) & (t->n_slots - 1);
    return &t->slots[i];
}

static void add(struct table *t, struct entry *e)
{
    uint64_t hash = str_hash(mkpo_key(t->mem, e));
    struct slot *slot = slot_of(t, hash);
    if (slot->entry == NULL) {
        *slot = (struct slot){.hash = hash, .entry = e};
        t->n++;
        return;
    }
    const struct entry *old = slot->entry;
    if (!str_eq(mkpo_key(t->mem, old), mkpo_key(t->mem, e))) {
        complain(t, e, "the hash of this message is that of another; change a word");
    } else if (!str_eq(old->text, e->text)) {
        complain(t, e, "translated differently elsewhere");
        fprintf(stderr, "%.*s:%d: here\n", STR_ARG(old->path), old->line);
    }
}

static void check_header(struct table *t, const struct entry *e)
{
    bool plural = str_find(e->text, STR("Plural-Forms:")) >= 0;
    if (str_find(e->text, STR("charset=UTF-8")) < 0) complain(t, e, "the header must say charset=UTF-8");
    if (plural && str_find(e->text, STR("nplurals=1")) < 0) complain(t, e, "the header must say nplurals=1");
}

static void table_fill(struct table *t, struct entry *entries)
{
    size_t n = 0;
    for (const struct entry *e = entries; e != NULL; e = e->next) n++;
    for (t->n_slots = 2; t->n_slots < 2 * n; t->n_slots *= 2) {
    }
    t->slots = NEWN(t->mem, struct slot, t->n_slots);
    for (struct entry *e = entries; e != NULL; e = e->next) {
        if (e->id.n == 0) {
            check_header(t, e);
        } else if (e->fuzzy) {
            fprintf(stderr, "%.*s:%d: warning: fuzzy, left out: \"%.*s\"\n", STR_ARG(e->path), e->line, STR_ARG(e->id));
        } else if (e->text.n > MESSAGE_BYTES) {
            complain(t, e, "the translation is too long");
        } else if (e->text.n > 0) {
            check_names(t, e);
            add(t, e);
        }
    }
}

/* The texts are members of one struct of char arrays: contiguous bytes, without a literal of more than 4095. */
static str catalogue(struct table *t)
{
    struct buf b;
    size_t at = 0, k = 0;
    buf_init(&b, t->mem, 65536, TOOL_MEMORY);
    buf_add(&b, STR("/* Made by tools/mkpo from locale/zh_CN. */\n#include \"web/lang.h\"\n\nstatic const struct {\n"));
    for (size_t i = 0; i < t->n_slots; i++) {
        struct slot *s = &t->slots[i];
        if (s->entry == NULL) continue;
        s->at = at;
        at += s->entry->text.n;
        buf_format(&b, "    char m%zu[%zu];\n", k++, s->entry->text.n);
    }
    buf_format(&b, "    char end[1];\n} text = {\n");
    for (size_t i = 0; i < t->n_slots; i++) {
        if (t->slots[i].entry == NULL) continue;
        buf_add(&b, STR("    \""));
        tool_c_literal(&b, t->slots[i].entry->text);
        buf_add(&b, STR("\",\n"));
    }
    buf_format(&b, "    \"\",\n};\n\nstatic const struct catalogue_slot slots[%zu] = {\n", t->n_slots);
    for (size_t i = 0; i < t->n_slots; i++) {
        const struct slot *s = &t->slots[i];
        if (s->entry == NULL) continue;
        buf_format(&b, "    [%zu] = {UINT64_C(0x%016llx), %zu, %zu},\n", i, (unsigned long long)s->hash, s->at,
                   s->entry->text.n);
    }
    if (t->n == 0) buf_add(&b, STR("    {0, 0, 0},\n"));
    buf_format(&b, "};\n\nconst struct catalogue catalogue_zh_CN = {slots, %zu, (const char *)&text};\n",
               t->n_slots - 1);
    return buf_str(&b);
}

static bool read_entries(struct arena *mem, const char *name, struct entry ***end)
{
    str text;
    return tool_read(mem, str_from(name), &text) && mkpo_parse(mem, str_from(name), text, end);
}

struct job {
    struct arena *mem;
    const char *folder; /* of --out; NULL: nothing is written */
    bool checks;
    struct entry *entries, **end; /* of the .po files */
    struct entry *wanted, **wanted_end;
};

static bool has_translation(struct table *t, const struct entry *e)
{
    struct entry plain = {.id = e->id};
    if (slot_of(t, str_hash(mkpo_key(t->mem, e)))->entry != NULL) return true;
    bool is_term = e->context.p != NULL && str_eq(e->context, STR("term"));
    return is_term && slot_of(t, str_hash(mkpo_key(t->mem, &plain)))->entry != NULL;
}

static int list_missing(struct table *t, const struct entry *wanted)
{
    int n = 0;
    for (const struct entry *e = wanted; e != NULL; e = e->next) {
        if (e->id.n == 0 || has_translation(t, e)) continue;
        str place = e->place.p != NULL ? e->place : str_format(t->mem, "%.*s:%d", STR_ARG(e->path), e->line);
        bool has_context = e->context.p != NULL;
        printf("%.*s: not translated: \"%.*s\"%s%.*s%s\n", STR_ARG(place), STR_ARG(e->id),
               has_context ? " (context \"" : "", STR_ARG(e->context), has_context ? "\")" : "");
        n++;
    }
    return n;
}

static bool read_arguments(struct job *j, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        struct entry **before = j->wanted_end;
        bool check = strcmp(argv[i], "--check") == 0, terms = strcmp(argv[i], "--terms") == 0;
        if (strcmp(argv[i], "--out") == 0 || check || terms) {
            if (++i == argc) return fprintf(stderr, "%s: a name is missing\n", argv[i - 1]), false;
            j->checks |= check || terms;
            if (!check && !terms) j->folder = argv[i];
        }
        if (j->folder == argv[i]) continue;
        if (!read_entries(j->mem, argv[i], check || terms ? &j->wanted_end : &j->end)) return false;
        for (struct entry *e = *before; terms && e != NULL; e = e->next) e->context = STR("term");
    }
    return true;
}

int main(int argc, char **argv)
{
    struct job j = {.mem = arena_new(TOOL_MEMORY, NULL)};
    struct table t = {.mem = j.mem};
    if (argc < 3) {
        fputs("usage: mkpo [--out FOLDER] [--check FILE.pot]... [--terms FILE.pot]... FILE.po...\n", stderr);
        return 2;
    }
    j.end = &j.entries;
    j.wanted_end = &j.wanted;
    bool good = read_arguments(&j, argc - 1, argv + 1);
    if (good) {
        table_fill(&t, j.entries);
        good = !t.failed;
    }
    if (good && j.checks) good = list_missing(&t, j.wanted) == 0;
    if (good && j.folder != NULL)
        good = tool_write(j.mem, str_format(j.mem, "%s/catalogue.c", j.folder), catalogue(&t));
    arena_free(j.mem);
    return good ? 0 : 1;
}
