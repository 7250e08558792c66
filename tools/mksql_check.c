/* mksql_check: the portable subset. What only one engine understands is refused unless the declaration says `dialect`
 * or the file is named *_search.sql, where each engine's full-text search is at home.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mksql.h"

static const str functions[] = {
    /* refused before a parenthesis */
    STR_INIT("strftime"),
    STR_INIT("datetime"),
    STR_INIT("date"),
    STR_INIT("time"),
    STR_INIT("julianday"),
    STR_INIT("unixepoch"),
    STR_INIT("printf"),
    STR_INIT("format"),
    STR_INIT("random"),
    STR_INIT("randomblob"),
    STR_INIT("zeroblob"),
    STR_INIT("ifnull"),
    STR_INIT("iif"),
    STR_INIT("group_concat"),
    STR_INIT("total"),
    STR_INIT("instr"),
    STR_INIT("glob"),
    STR_INIT("hex"),
    STR_INIT("unhex"),
    STR_INIT("quote"),
    STR_INIT("typeof"),
    STR_INIT("char"),
    STR_INIT("unicode"),
    STR_INIT("likely"),
    STR_INIT("unlikely"),
    STR_INIT("likelihood"),
    STR_INIT("last_insert_rowid"),
    STR_INIT("changes"),
    STR_INIT("total_changes"),
    STR_INIT("soundex"),
    STR_INIT("bm25"),
    STR_INIT("highlight"),
    STR_INIT("snippet"),
    STR_INIT("sqlite_version"),
    STR_INIT("load_extension"),
};

static const str words[] = {
    STR_INIT("rowid"),   STR_INIT("_rowid_"),       STR_INIT("oid"),           STR_INIT("glob"),
    STR_INIT("match"),   STR_INIT("regexp"),        STR_INIT("indexed"),       STR_INIT("isnull"),
    STR_INIT("notnull"), STR_INIT("sqlite_schema"), STR_INIT("sqlite_master"),
};

static const str first_words[] = {STR_INIT("select"), STR_INIT("with"),   STR_INIT("insert"),
                                  STR_INIT("update"), STR_INIT("delete"), STR_INIT("values")};

static bool is_in(str word, const str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(word, list[i])) return true;
    return false;
}

/* min(a, b) and max(a, b) of several values are functions of SQLite alone. */
static bool has_several_arguments(str text, size_t at)
{
    int depth = 0;
    for (struct token t = token_word(text, &at); t.kind != TOKEN_END; t = token_word(text, &at)) {
        if (str_eq(t.text, STR("("))) depth++;
        if (str_eq(t.text, STR(")")) && --depth == 0) return false;
        if (str_eq(t.text, STR(",")) && depth == 1) return true;
    }
    return false;
}

const char *portable_fault(str text, struct token before, struct token t, size_t at)
{
    size_t after = at;
    struct token next = token_word(text, &after);
    bool call = str_eq(next.text, STR("("));
    if (t.kind == TOKEN_PUNCT) {
        if (str_eq(t.text, STR("=="))) return "write = for equality";
        if (str_eq(t.text, STR("`")) || str_eq(t.text, STR("["))) return "only \"double quotes\" quote a name";
        return NULL;
    }
    if (t.kind != TOKEN_WORD || str_eq(before.text, STR("."))) return NULL;
    if (call && (is_in(t.text, functions, COUNT_OF(functions)) || str_starts(t.text, STR("json"))))
        return "is a function of one engine only";
    if (call && (str_eq_nocase(t.text, STR("min")) || str_eq_nocase(t.text, STR("max"))) &&
        has_several_arguments(text, at))
        return "of several values is a function of one engine only: use CASE";
    if (is_in(t.text, words, COUNT_OF(words))) return "is understood by one engine only";
    if (str_eq_nocase(t.text, STR("replace")) && !call) return "is understood by one engine only: use ON CONFLICT";
    if (str_eq_nocase(t.text, STR("or")) &&
        (str_eq_nocase(before.text, STR("insert")) || str_eq_nocase(before.text, STR("update"))))
        return "after INSERT or UPDATE is understood by one engine only: use ON CONFLICT";
    if (str_eq_nocase(t.text, STR("is"))) {
        static const str may_follow[] = {STR_INIT("null"), STR_INIT("not"), STR_INIT("true"), STR_INIT("false"),
                                         STR_INIT("distinct")};
        if (!is_in(next.text, may_follow, COUNT_OF(may_follow)))
            return "compares values in one engine only: use IS NOT DISTINCT FROM";
    }
    return NULL;
}

void check_portable(struct mksql *m, const struct statement *q)
{
    size_t at = 0;
    struct token before = {TOKEN_END, {"", 0}, 0};
    struct token t = token_word(q->text, &at);
    if (t.kind == TOKEN_END) return;
    if (!is_in(t.text, first_words, COUNT_OF(first_words)))
        complain(m, q->path, q->text_line,
                 "a statement begins with SELECT, WITH, INSERT, UPDATE, DELETE or VALUES, not with %.*s",
                 STR_ARG(t.text));
    for (; t.kind != TOKEN_END; before = t, t = token_word(q->text, &at)) {
        if (str_eq(t.text, STR("?")) || str_eq(t.text, STR("@")) || str_eq(t.text, STR("$")))
            complain(m, q->path, line_at(q->text, t.at, q->text_line), "parameters are written :name");
        const char *fault = q->dialect ? NULL : portable_fault(q->text, before, t, at);
        if (fault != NULL)
            complain(m, q->path, line_at(q->text, t.at, q->text_line), "%.*s %s (or say `dialect` in the declaration)",
                     STR_ARG(t.text), fault);
    }
}

bool is_c_keyword(str s)
{
    static const str keywords[] = {
        STR_INIT("auto"),     STR_INIT("break"),    STR_INIT("case"),   STR_INIT("char"),     STR_INIT("const"),
        STR_INIT("continue"), STR_INIT("default"),  STR_INIT("do"),     STR_INIT("double"),   STR_INIT("else"),
        STR_INIT("enum"),     STR_INIT("extern"),   STR_INIT("float"),  STR_INIT("for"),      STR_INIT("goto"),
        STR_INIT("if"),       STR_INIT("inline"),   STR_INIT("int"),    STR_INIT("long"),     STR_INIT("register"),
        STR_INIT("restrict"), STR_INIT("return"),   STR_INIT("short"),  STR_INIT("signed"),   STR_INIT("sizeof"),
        STR_INIT("static"),   STR_INIT("struct"),   STR_INIT("switch"), STR_INIT("typedef"),  STR_INIT("typeof"),
        STR_INIT("union"),    STR_INIT("unsigned"), STR_INIT("void"),   STR_INIT("volatile"), STR_INIT("while"),
        STR_INIT("bool"),     STR_INIT("true"),     STR_INIT("false"),  STR_INIT("asm"),      STR_INIT("errno"),
        STR_INIT("stdin"),    STR_INIT("stdout"),   STR_INIT("stderr"), STR_INIT("unix"),     STR_INIT("linux"),
    };
    return is_in(s, keywords, COUNT_OF(keywords));
}
