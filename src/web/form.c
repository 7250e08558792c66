/* form: see form.h. The only file that names the JSON library for reading.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/form.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

enum status percent_decode(struct arena *mem, str coded, bool plus, str *out)
{
    char *p = NEWN(mem, char, coded.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < coded.n; i++) {
        char c = coded.p[i];
        if (c == '%') {
            int high = i + 1 < coded.n ? hex_digit(coded.p[i + 1]) : -1;
            int low = i + 2 < coded.n ? hex_digit(coded.p[i + 2]) : -1;
            if (high < 0 || low < 0) return ST_INVALID;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        p[n++] = c;
    }
    *out = (str){p, n};
    return ST_OK;
}

str percent_encode(struct arena *mem, str plain)
{
    static const char digits[] = "0123456789ABCDEF";
    char *p = NEWN(mem, char, plain.n * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < plain.n; i++) {
        unsigned char c = (unsigned char)plain.p[i];
        bool plain_char = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                          c == '_' || c == '.' || c == '~';
        if (plain_char) {
            p[n++] = (char)c;
        } else {
            p[n++] = '%';
            p[n++] = digits[c >> 4];
            p[n++] = digits[c & 15];
        }
    }
    return (str){p, n};
}

static enum status refuse(struct fields *f, const char *why)
{
    f->why = why;
    return ST_INVALID;
}

static enum status add_within(struct arena *mem, struct fields *f, struct field item, size_t most)
{
    if (f->n == LIMIT_FIELDS) return refuse(f, "The form has too many fields");
    str text = item.filename.p == NULL ? item.value : STR(""); /* not what is in an uploaded file */
    if (text.n > most || item.name.n > 200) return refuse(f, "A field of the form is too long");
    if (!str_is_utf8(item.name) || !str_is_utf8(text)) return refuse(f, "The text is not valid UTF-8");
    if (str_find_byte(text, 0) >= 0 || str_find_byte(item.name, 0) >= 0)
        return refuse(f, "The text holds a NUL character");
    if (f->item == NULL) f->item = NEWN(mem, struct field, LIMIT_FIELDS);
    f->item[f->n++] = item;
    return ST_OK;
}

static enum status add(struct arena *mem, struct fields *f, struct field item)
{
    return add_within(mem, f, item, LIMIT_FIELD);
}

static enum status from_urlencoded(struct arena *mem, str body, struct fields *f, size_t most)
{
    str rest = body;
    *f = (struct fields){0};
    while (rest.n > 0) {
        str pair, name, value;
        struct field item = {0};
        (void)str_cut(rest, '&', &pair, &rest);
        if (pair.n == 0) continue;
        (void)str_cut(pair, '=', &name, &value);
        if (percent_decode(mem, name, true, &item.name) != ST_OK ||
            percent_decode(mem, value, true, &item.value) != ST_OK)
            return refuse(f, "A percent code in the form is broken");
        TRY(add_within(mem, f, item, most));
    }
    return ST_OK;
}

enum status fields_from_urlencoded(struct arena *mem, str body, struct fields *f)
{
    return from_urlencoded(mem, body, f, LIMIT_FIELD);
}

enum status fields_from_long(struct arena *mem, str body, struct fields *f)
{
    return from_urlencoded(mem, body, f, LIMIT_FIELD_TEXT);
}

enum status fields_from_query(struct arena *mem, str query, struct fields *f)
{
    return fields_from_urlencoded(mem, query, f);
}

str field_get(const struct fields *f, str name)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->item[i].name, name)) return f->item[i].value;
    return (str){NULL, 0};
}

size_t field_count(const struct fields *f, str name)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) n += str_eq(f->item[i].name, name);
    return n;
}

/* The next part of a header before a semicolon that is not within quotes. */
static str header_part(str *rest)
{
    bool quoted = false;
    size_t n = 0;
    for (; n < rest->n && (quoted || rest->p[n] != ';'); n++) quoted ^= rest->p[n] == '"';
    str part = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n + 1, rest->n);
    return part;
}

/* The value of a parameter of a header, name=token or name="quoted" (no escapes: browsers write %22). .p NULL when absent or
 * its quotes do not match. */
static str header_parameter(str header, str name)
{
    str rest = header;
    (void)header_part(&rest);
    while (rest.n > 0) {
        str key, value;
        if (!str_cut(str_trim(header_part(&rest)), '=', &key, &value) || !str_eq_nocase(str_trim(key), name)) continue;
        value = str_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') value = str_sub(value, 1, value.n - 2);
        return str_find_byte(value, '"') < 0 ? value : (str){NULL, 0};
    }
    return (str){NULL, 0};
}

str multipart_boundary(str content_type)
{
    str type, rest;
    (void)str_cut(content_type, ';', &type, &rest);
    if (!str_eq_nocase(str_trim(type), STR("multipart/form-data"))) return (str){NULL, 0};
    str boundary = header_parameter(content_type, STR("boundary"));
    return boundary.n >= 1 && boundary.n <= 70 ? boundary : (str){NULL, 0};
}

/* One part: its headers up to the empty line, then its content. */
static enum status add_part(struct arena *mem, struct fields *f, str part)
{
    str head, content, line;
    struct field item = {0};
    if (!str_cut_str(part, STR("\r\n\r\n"), &head, &content)) return refuse(f, "A part of the form is broken");
    for (str rest = head; rest.n > 0;) {
        str name, value;
        (void)str_cut_str(rest, STR("\r\n"), &line, &rest);
        if (!str_cut(line, ':', &name, &value)) return refuse(f, "A part of the form is broken");
        if (!str_eq_nocase(name, STR("content-disposition"))) continue;
        item.name = header_parameter(value, STR("name"));
        item.filename = header_parameter(value, STR("filename"));
    }
    if (item.name.p == NULL) return refuse(f, "A part of the form has no name");
    item.value = content;
    return add(mem, f, item);
}

enum status fields_from_multipart(struct arena *mem, str body, str boundary, struct fields *f)
{
    str dashes = str_format(mem, "\r\n--%.*s", STR_ARG(boundary));
    str first = str_sub(dashes, 2, dashes.n);
    str rest = body;
    str part;
    *f = (struct fields){0};
    if (!str_starts(rest, first)) return refuse(f, "The form has no first boundary");
    rest = str_sub(rest, first.n, rest.n);
    for (;;) {
        if (str_starts(rest, STR("--"))) {
            str tail = str_sub(rest, 2, rest.n);
            return tail.n == 0 || str_eq(tail, STR("\r\n")) ? ST_OK : refuse(f, "The form goes on after its end");
        }
        if (!str_starts(rest, STR("\r\n"))) return refuse(f, "A part of the form is broken");
        rest = str_sub(rest, 2, rest.n);
        if (!str_cut_str(rest, dashes, &part, &rest)) return refuse(f, "The form ends in the middle");
        TRY(add_part(mem, f, part));
    }
}

static str json_scalar(struct arena *mem, const json_t *v)
{
    if (json_is_string(v)) return str_copy(mem, (str){json_string_value(v), json_string_length(v)});
    if (json_is_true(v)) return STR("1");
    if (json_is_integer(v)) return str_format(mem, "%lld", (long long)json_integer_value(v));
    if (json_is_real(v)) return str_format(mem, "%.15g", json_real_value(v));
    return STR("");
}

static enum status add_object(struct arena *mem, struct fields *f, json_t *object, str prefix)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        struct field item = {.name = str_concat(mem, prefix, str_from(key))};
        if (json_is_null(value)) continue;
        if (json_is_array(value)) return refuse(f, "A list stands where the API knows none");
        if (json_is_object(value)) {
            if (prefix.n > 0) return refuse(f, "The JSON is nested too deeply");
            TRY(add_object(mem, f, value, str_concat(mem, item.name, STR("."))));
            continue;
        }
        item.value = json_scalar(mem, value);
        TRY(add(mem, f, item));
    }
    return ST_OK;
}

static void release_json(void *value)
{
    json_decref(value);
}

enum status fields_from_json(struct arena *mem, str body, struct fields *f)
{
    json_error_t why;
    *f = (struct fields){0};
    json_t *root = json_loadb(body.p == NULL ? "" : body.p, body.n, JSON_REJECT_DUPLICATES, &why);
    if (root == NULL) return refuse(f, "The body is not valid JSON");
    arena_defer(mem, release_json, root);
    if (!json_is_object(root)) return refuse(f, "The body is not a JSON object");
    return add_object(mem, f, root, STR(""));
}
