/* form_test: fields out of each kind of body; what breaks a rule refuses the whole.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/form.h"

#include <stdarg.h>

#include <cmocka.h>

#include "base/buf.h"

static struct arena *mem;

static int setup(void **state)
{
    (void)state;
    mem = arena_new((size_t)64 * 1024 * 1024, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

/* n times c */
static str many(char c, size_t n)
{
    char *p = NEWN(mem, char, n + 1);
    memset(p, c, n);
    return (str){p, n};
}

static void assert_field(const struct fields *f, const char *name, str value)
{
    str got = field_get(f, str_from(name));
    if (got.p == NULL || !str_eq(got, value)) fail_msg("%s: \"%.*s\"", name, STR_ARG(got));
}

static void percent_codes_are_decoded_and_written(void **state)
{
    static const struct {
        str coded;
        bool plus;
        str plain; /* .p NULL: refused */
    } rows[] = {
        {STR_INIT(""), true, STR_INIT("")},
        {STR_INIT("a+b"), true, STR_INIT("a b")},
        {STR_INIT("a+b"), false, STR_INIT("a+b")},
        {STR_INIT("a%2Bb"), true, STR_INIT("a+b")},
        {STR_INIT("%e8%90%BD"), true, STR_INIT("落")},
        {STR_INIT("%00"), true, STR_INIT("\0")},
        {STR_INIT("100%25"), true, STR_INIT("100%")},
        {STR_INIT("%2525"), true, STR_INIT("%25")}, /* once */
        {STR_INIT("%"), true, {NULL, 0}},
        {STR_INIT("%4"), true, {NULL, 0}},
        {STR_INIT("a%"), true, {NULL, 0}},
        {STR_INIT("%4g"), true, {NULL, 0}},
        {STR_INIT("%g4"), true, {NULL, 0}},
        {STR_INIT("%%41"), true, {NULL, 0}},
        {STR_INIT("% 1"), true, {NULL, 0}},
        {STR_INIT("%u843D"), true, {NULL, 0}},
    };
    str out;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum status st = percent_decode(mem, rows[i].coded, rows[i].plus, &out);
        if ((st == ST_OK) != (rows[i].plain.p != NULL)) fail_msg("row %zu", i);
        if (st == ST_OK) assert_true(str_eq(out, rows[i].plain));
    }
    char all[256];
    for (int c = 0; c < 256; c++) all[c] = (char)c;
    str coded = percent_encode(mem, (str){all, 256});
    assert_true(percent_decode(mem, coded, true, &out) == ST_OK && str_eq(out, (str){all, 256}));
    assert_true(str_eq(percent_encode(mem, STR("a-Z_0.~ /?&=+%落")), STR("a-Z_0.~%20%2F%3F%26%3D%2B%25%E8%90%BD")));
}

static void a_form_body_gives_its_fields_in_order(void **state)
{
    struct fields f;
    (void)state;
    assert_int_equal(fields_from_urlencoded(
                         mem, STR("subject=Street+lamp%21&text=a%0D%0Ab&&empty=&bare&=noname&tag=1&tag=2&eq=a=b"), &f),
                     ST_OK);
    assert_int_equal(f.n, 8);
    assert_field(&f, "subject", STR("Street lamp!"));
    assert_field(&f, "text", STR("a\r\nb"));
    assert_field(&f, "empty", STR(""));
    assert_field(&f, "bare", STR(""));
    assert_field(&f, "", STR("noname"));
    assert_field(&f, "tag", STR("1"));
    assert_field(&f, "eq", STR("a=b"));
    assert_int_equal(field_count(&f, STR("tag")), 2);
    assert_int_equal(field_count(&f, STR("absent")), 0);
    assert_null(field_get(&f, STR("absent")).p);
    assert_null(field_get(&f, STR("Subject")).p);
    assert_null(f.item[0].filename.p);
    assert_true(str_eq(f.item[6].value, STR("2")));
    static const str empty[] = {{NULL, 0}, STR_INIT(""), STR_INIT("&"), STR_INIT("&&&")};
    for (size_t i = 0; i < COUNT_OF(empty); i++) {
        assert_int_equal(fields_from_query(mem, empty[i], &f), ST_OK);
        assert_int_equal(f.n, 0);
    }
    assert_int_equal(fields_from_query(mem, STR("q=%E8%B7%AF+%E7%81%AF&page=2"), &f), ST_OK);
    assert_field(&f, "q", STR("路 灯"));
}

static void a_fault_refuses_the_whole_form(void **state)
{
    static const struct {
        const char *body, *why;
    } rows[] = {
        {"a=1&b=%", "A percent code in the form is broken"},
        {"a=1&%zz=1", "A percent code in the form is broken"},
        {"a=%FF", "The text is not valid UTF-8"},
        {"a=%C0%80", "The text is not valid UTF-8"},
        {"a=%ED%A0%80", "The text is not valid UTF-8"},
        {"%FF=1", "The text is not valid UTF-8"},
        {"a=\xE8\x90", "The text is not valid UTF-8"},
        {"a=x%00y", "The text holds a NUL character"},
        {"a%00=y", "The text holds a NUL character"},
    };
    struct fields f;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(fields_from_urlencoded(mem, str_from(rows[i].body), &f), ST_INVALID);
        assert_string_equal(f.why, rows[i].why);
    }
}

static void a_form_has_a_most_of_fields_and_bytes(void **state)
{
    struct fields f;
    struct buf b;
    (void)state;
    buf_init(&b, mem, 0, 10000);
    for (int i = 0; i < LIMIT_FIELDS; i++) buf_format(&b, "f%d=%d&", i, i);
    assert_int_equal(fields_from_urlencoded(mem, buf_str(&b), &f), ST_OK);
    assert_int_equal(f.n, LIMIT_FIELDS);
    assert_field(&f, "f127", STR("127"));
    buf_add(&b, STR("more=1"));
    assert_int_equal(fields_from_urlencoded(mem, buf_str(&b), &f), ST_INVALID);
    assert_string_equal(f.why, "The form has too many fields");
    static const struct {
        size_t name, value;
        enum status st;
    } rows[] = {{1, LIMIT_FIELD, ST_OK}, {1, LIMIT_FIELD + 1, ST_INVALID}, {200, 1, ST_OK}, {201, 1, ST_INVALID}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str body = str_concat(mem, many('n', rows[i].name), str_concat(mem, STR("="), many('v', rows[i].value)));
        assert_int_equal(fields_from_urlencoded(mem, body, &f), rows[i].st);
        if (rows[i].st != ST_OK) assert_string_equal(f.why, "A field of the form is too long");
    }
    str coded = many('%', 3 * LIMIT_FIELD); /* its length counts decoded */
    char *p = NEWN(mem, char, coded.n);
    for (size_t i = 0; i < coded.n; i++) p[i] = "%41"[i % 3];
    assert_int_equal(fields_from_urlencoded(mem, str_concat(mem, STR("a="), (str){p, coded.n}), &f), ST_OK);
    assert_int_equal(field_get(&f, STR("a")).n, LIMIT_FIELD);
}

static void a_form_for_long_texts_takes_longer_fields(void **state)
{
    struct fields f;
    (void)state;
    for (size_t n = LIMIT_FIELD_TEXT; n <= LIMIT_FIELD_TEXT + 1; n++) {
        str body = str_concat(mem, STR("a="), many('v', n));
        assert_int_equal(fields_from_long(mem, body, &f), n <= LIMIT_FIELD_TEXT ? ST_OK : ST_INVALID);
        assert_int_equal(fields_from_urlencoded(mem, body, &f), ST_INVALID);
    }
}

/* Multipart */

static void the_boundary_is_read_from_the_type(void **state)
{
    static const char *const rows[][2] = {
        {"multipart/form-data; boundary=AaB03x", "AaB03x"},
        {"Multipart/Form-Data;BOUNDARY=AaB03x", "AaB03x"},
        {"multipart/form-data; charset=utf-8; boundary=\"a b\"", "a b"},
        {"multipart/form-data; x=\"; boundary=no\"; boundary=yes", "yes"},
        {"multipart/form-data ; boundary = b ", "b"},
        {"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
         "----WebKitFormBoundary7MA4YWxkTrZu0gW"},
        {"multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789",
         "0123456789012345678901234567890123456789012345678901234567890123456789"},
        {"multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890", NULL},
        {"multipart/form-data; boundary=", NULL},
        {"multipart/form-data; boundary=\"\"", NULL},
        {"multipart/form-data; boundary=\"open", NULL},
        {"multipart/form-data; boundary=\"", NULL},
        {"multipart/form-data", NULL},
        {"multipart/form-data boundary=x", NULL},
        {"multipart/mixed; boundary=x", NULL},
        {"application/x-www-form-urlencoded", NULL},
        {"boundary=x", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str got = multipart_boundary(str_from(rows[i][0]));
        if ((got.p == NULL) != (rows[i][1] == NULL)) fail_msg("%s", rows[i][0]);
        if (got.p != NULL) assert_string_equal(str_z(mem, got), rows[i][1]);
    }
}

static void the_example_of_rfc_7578_is_read(void **state)
{
    struct fields f;
    (void)state;
    assert_int_equal(fields_from_multipart(mem,
                                           STR("--AaB03x\r\n"
                                               "content-disposition: form-data; name=\"field1\"\r\n"
                                               "content-type: text/plain;charset=UTF-8\r\n"
                                               "content-transfer-encoding: quoted-printable\r\n"
                                               "\r\n"
                                               "Joe owes =E2=82=AC100.\r\n"
                                               "--AaB03x--\r\n"),
                                           STR("AaB03x"), &f),
                     ST_OK);
    assert_int_equal(f.n, 1);
    assert_field(&f, "field1", STR("Joe owes =E2=82=AC100."));
    assert_null(f.item[0].filename.p);
}

#define PART(headers, content) "--b\r\n" headers "\r\n\r\n" content "\r\n"
#define NAMED(name)            "Content-Disposition: form-data; name=\"" name "\""

static void parts_and_files_are_read(void **state)
{
    struct fields f;
    str body = STR(
        PART(NAMED("csrf"), "token") PART(NAMED("empty"), "")
            PART("Content-Disposition: form-data; name=file; filename=\"a;b, 表.csv\"\r\nContent-Type: text/csv",
                 "\xFF\0\r\n--\r\n-b\r\n") PART("X: y\r\nCONTENT-DISPOSITION:form-data;filename=\"\";name=\"none\"", "")
                PART(NAMED("tag"), "1") PART(NAMED("tag"), "2")
                    PART("Content-Disposition: form-data; filename=\"; name=x\"; name=\"last\"", "\r\n\r\n") "--b--");
    (void)state;
    assert_int_equal(fields_from_multipart(mem, body, STR("b"), &f), ST_OK);
    assert_int_equal(f.n, 7);
    assert_field(&f, "csrf", STR("token"));
    assert_field(&f, "empty", STR(""));
    assert_field(&f, "file", STR("\xFF\0\r\n--\r\n-b\r\n")); /* as it is */
    assert_true(str_eq(f.item[2].filename, STR("a;b, 表.csv")));
    assert_non_null(f.item[3].filename.p); /* no file chosen */
    assert_int_equal(f.item[3].filename.n, 0);
    assert_int_equal(field_count(&f, STR("tag")), 2);
    assert_null(field_get(&f, STR("x")).p);
    assert_field(&f, "last", STR("\r\n\r\n"));
    assert_int_equal(fields_from_multipart(mem, STR("--b--"), STR("b"), &f), ST_OK);
    assert_int_equal(f.n, 0);
}

static void broken_parts_refuse_the_form(void **state)
{
    static const struct {
        str body;
        const char *why;
    } rows[] = {
        {STR_INIT(""), "The form has no first boundary"},
        {STR_INIT("--"), "The form has no first boundary"},
        {STR_INIT("--c\r\n" NAMED("a") "\r\n\r\nx\r\n--c--"), "The form has no first boundary"},
        {STR_INIT("\r\n" PART(NAMED("a"), "x") "--b--"), "The form has no first boundary"},
        {STR_INIT("preamble\r\n" PART(NAMED("a"), "x") "--b--"), "The form has no first boundary"},
        {STR_INIT("--b"), "A part of the form is broken"},
        {STR_INIT("--b-"), "A part of the form is broken"},
        {STR_INIT("--b\n" NAMED("a") "\n\nx\n--b--"), "A part of the form is broken"},
        {STR_INIT("--b \r\n" NAMED("a") "\r\n\r\nx\r\n--b--"), "A part of the form is broken"},
        {STR_INIT("--b\r\n"), "The form ends in the middle"},
        {STR_INIT("--b\r\n--b--"), "The form ends in the middle"},
        {STR_INIT(PART(NAMED("a"), "x")), "The form ends in the middle"},
        {STR_INIT("--b\r\n" NAMED("a") "\r\n\r\nx--b--"), "The form ends in the middle"},
        {STR_INIT("--b\r\n" NAMED("a") "\r\n\r\nx\n--b--"), "The form ends in the middle"},
        {STR_INIT("--b\r\n" NAMED("a") "\r\nx\r\n--b--"), "A part of the form is broken"},
        {STR_INIT("--b\r\n" NAMED("a") "\r\n\r\nx\r\n--bb\r\n\r\n--b--"), "A part of the form is broken"},
        {STR_INIT("--b\r\n\r\nx\r\n--b--"), "A part of the form is broken"},
        {STR_INIT("--b\r\n\r\n\r\nx\r\n--b--"), "A part of the form has no name"},
        {STR_INIT(PART("no colon", "x") "--b--"), "A part of the form is broken"},
        {STR_INIT(PART("Content-Type: text/plain", "x") "--b--"), "A part of the form has no name"},
        {STR_INIT(PART("Content-Disposition: form-data", "x") "--b--"), "A part of the form has no name"},
        {STR_INIT(PART("Content-Disposition: form-data; filename=\"a\"", "x") "--b--"),
         "A part of the form has no name"},
        {STR_INIT(PART("Content-Disposition: form-data; name=\"open", "x") "--b--"), "A part of the form has no name"},
        {STR_INIT(PART(NAMED("a"), "x") "--b--\r\nmore"), "The form goes on after its end"},
        {STR_INIT(PART(NAMED("a"), "x") "--b--\r\n\r\n"), "The form goes on after its end"},
        {STR_INIT(PART(NAMED("a"), "x") "--b---"), "The form goes on after its end"},
        {STR_INIT(PART(NAMED("a"), "\xFF") "--b--"), "The text is not valid UTF-8"},
        {STR_INIT(PART(NAMED("\xFF"), "x") "--b--"), "The text is not valid UTF-8"},
        {STR_INIT(PART(NAMED("\xFF") "; filename=\"f\"", "x") "--b--"), "The text is not valid UTF-8"},
        {STR_INIT(PART(NAMED("a"), "x\0") "--b--"), "The text holds a NUL character"},
        {STR_INIT(PART(NAMED("a\0b") "; filename=\"f\"", "x") "--b--"), "The text holds a NUL character"},
    };
    struct fields f;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (fields_from_multipart(mem, rows[i].body, STR("b"), &f) != ST_INVALID) fail_msg("row %zu", i);
        if (strcmp(f.why, rows[i].why) != 0) fail_msg("row %zu: %s", i, f.why);
    }
}

static void parts_have_the_limits_of_fields_but_files_are_large(void **state)
{
    static const struct {
        const char *headers;
        size_t n;
        enum status st;
    } rows[] = {
        {NAMED("a"), LIMIT_FIELD, ST_OK},
        {NAMED("a"), LIMIT_FIELD + 1, ST_INVALID},
        {NAMED("a") "; filename=\"f\"", LIMIT_FIELD * 20, ST_OK},
    };
    struct fields f;
    struct buf b;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buf_init(&b, mem, 0, (size_t)4 * 1024 * 1024);
        buf_format(&b, "--b\r\n%s\r\n\r\n", rows[i].headers);
        buf_add(&b, many('x', rows[i].n));
        buf_add(&b, STR("\r\n--b--\r\n"));
        assert_int_equal(fields_from_multipart(mem, buf_str(&b), STR("b"), &f), rows[i].st);
        if (rows[i].st == ST_OK) assert_int_equal(f.item[0].value.n, rows[i].n);
    }
    buf_init(&b, mem, 0, (size_t)1024 * 1024);
    for (int i = 0; i <= LIMIT_FIELDS; i++) buf_add(&b, STR(PART(NAMED("a"), "x")));
    buf_add(&b, STR("--b--"));
    assert_int_equal(fields_from_multipart(mem, buf_str(&b), STR("b"), &f), ST_INVALID);
    assert_string_equal(f.why, "The form has too many fields");
}

/* JSON */

static void a_flat_object_gives_fields(void **state)
{
    struct fields f;
    (void)state;
    assert_int_equal(
        fields_from_json(
            mem,
            STR(" {\"s\": \"落\\u5B9E \\ud83d\\udca1\\n\", \"n\": 42, \"neg\": -9223372036854775808, \"r\": 2.5,"
                " \"t\": true, \"f\": false, \"none\": null, \"e\": \"\", \"\": \"x\","
                " \"a\": {\"b\": 1, \"c\": {} , \"d\": null}, \"o\": {}} \n"),
            &f),
        ST_INVALID); /* an object in an object in the object */
    assert_string_equal(f.why, "The JSON is nested too deeply");
    assert_int_equal(
        fields_from_json(
            mem,
            STR(" {\"s\": \"落\\u5B9E \\ud83d\\udca1\\n\", \"n\": 42, \"neg\": -9223372036854775808, \"r\": 2.5,"
                " \"t\": true, \"f\": false, \"none\": null, \"e\": \"\", \"\": \"x\","
                " \"a\": {\"b\": 1, \"d\": null}, \"o\": {}} \n"),
            &f),
        ST_OK);
    assert_field(&f, "s", STR("落实 \xF0\x9F\x92\xA1\n"));
    assert_field(&f, "n", STR("42"));
    assert_field(&f, "neg", STR("-9223372036854775808"));
    assert_field(&f, "r", STR("2.5"));
    assert_field(&f, "t", STR("1"));
    assert_field(&f, "f", STR(""));
    assert_field(&f, "e", STR(""));
    assert_field(&f, "", STR("x"));
    assert_field(&f, "a.b", STR("1"));
    assert_null(field_get(&f, STR("none")).p);
    assert_null(field_get(&f, STR("a.d")).p);
    assert_int_equal(f.n, 9);
    assert_int_equal(fields_from_json(mem, STR("{}"), &f), ST_OK);
    assert_int_equal(f.n, 0);
}

static void json_that_is_no_flat_object_is_refused(void **state)
{
    static const struct {
        str body;
        const char *why;
    } rows[] = {
        {{NULL, 0}, "The body is not valid JSON"},
        {STR_INIT(""), "The body is not valid JSON"},
        {STR_INIT("{"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":1,}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":1} x"), "The body is not valid JSON"},
        {STR_INIT("{a:1}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":1,\"a\":2}"), "The body is not valid JSON"},
        {STR_INIT("{\"x\":{\"a\":1,\"a\":2}}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":\"\\u0000\"}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\\u0000\":1}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":\"\xFF\"}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":\"\\ud800\"}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":\"\n\"}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":9223372036854775808}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":-9223372036854775809}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":1e999}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":NaN}"), "The body is not valid JSON"},
        {STR_INIT("{\"a\":01}"), "The body is not valid JSON"},
        {STR_INIT("[]"), "The body is not a JSON object"},
        {STR_INIT("{\"a\":[]}"), "A list stands where the API knows none"},
        {STR_INIT("{\"a\":{\"b\":[1]}}"), "A list stands where the API knows none"},
        {STR_INIT("{\"a\":{\"b\":{\"c\":1}}}"), "The JSON is nested too deeply"},
        {STR_INIT("{\"\":{\"\":{\"\":1}}}"), "The JSON is nested too deeply"},
    };
    struct fields f;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (fields_from_json(mem, rows[i].body, &f) != ST_INVALID) fail_msg("row %zu", i);
        if (strcmp(f.why, rows[i].why) != 0) fail_msg("row %zu: %s", i, f.why);
    }
}

static void json_has_the_limits_of_fields(void **state)
{
    struct fields f;
    struct buf b;
    (void)state;
    static const size_t depths[] = {100, 3000, 100000};
    for (size_t i = 0; i < COUNT_OF(depths); i++) {
        str open = many('[', depths[i]);
        assert_int_equal(fields_from_json(mem, str_concat(mem, open, many(']', depths[i])), &f), ST_INVALID);
        assert_int_equal(fields_from_json(mem, str_concat(mem, STR("{\"a\":"), open), &f), ST_INVALID);
    }
    for (size_t n = LIMIT_FIELD; n <= LIMIT_FIELD + 1; n++) {
        str body = str_concat(mem, STR("{\"a\":\""), str_concat(mem, many('x', n), STR("\"}")));
        assert_int_equal(fields_from_json(mem, body, &f), n <= LIMIT_FIELD ? ST_OK : ST_INVALID);
    }
    for (int n = LIMIT_FIELDS; n <= LIMIT_FIELDS + 1; n++) {
        buf_init(&b, mem, 0, 100000);
        buf_add(&b, STR("{\"f\":0"));
        for (int i = 1; i < n; i++) buf_format(&b, ",\"f%d\":%d", i, i);
        buf_add(&b, STR("}"));
        assert_int_equal(fields_from_json(mem, buf_str(&b), &f), n <= LIMIT_FIELDS ? ST_OK : ST_INVALID);
    }
    assert_string_equal(f.why, "The form has too many fields");
}

#define WITH_MEMORY(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MEMORY(percent_codes_are_decoded_and_written),
        WITH_MEMORY(a_form_body_gives_its_fields_in_order),
        WITH_MEMORY(a_fault_refuses_the_whole_form),
        WITH_MEMORY(a_form_has_a_most_of_fields_and_bytes),
        WITH_MEMORY(a_form_for_long_texts_takes_longer_fields),
        WITH_MEMORY(the_boundary_is_read_from_the_type),
        WITH_MEMORY(the_example_of_rfc_7578_is_read),
        WITH_MEMORY(parts_and_files_are_read),
        WITH_MEMORY(broken_parts_refuse_the_form),
        WITH_MEMORY(parts_have_the_limits_of_fields_but_files_are_large),
        WITH_MEMORY(a_flat_object_gives_fields),
        WITH_MEMORY(json_that_is_no_flat_object_is_refused),
        WITH_MEMORY(json_has_the_limits_of_fields),
    };
    return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
