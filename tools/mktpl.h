/* mktpl: the template compiler's parts. Private to tools/mktpl*.c and its fuzz target.
 *
 * Views are parsed and linked first (mktpl_view.c); then each template is cut into pieces (mktpl_lex.c), made a tree
 * (mktpl_parse.c), and written as C (mktpl_gen.c) while a small HTML machine (mktpl_html.c) says where each value
 * stands and mktpl_type.c what it is.
 *
 * Invariants   1. every function that returns bool has reported why when it returns false.
 *              2. a value reaches the page only through an escape that its type and place allow.
 * Ownership    everything is in m->mem.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_TOOLS_MKTPL_H
#define LUOSHI_TOOLS_MKTPL_H

#include "base/buf.h"
#include "base/str.h"

#define MKTPL_DEPTH 64 /* nested blocks, and records inside records */

enum kind { KIND_STR = 1, KIND_INT, KIND_BOOL, KIND_REAL, KIND_INSTANT, KIND_DAY, KIND_HTML, KIND_RECORD };

struct type {
    enum kind kind;
    bool array;
    bool optional;
    const struct record *record;
};

struct field {
    str name;
    str type_name;
    struct type type;
    bool page_only; /* not in JSON */
    int line;
    struct field *next;
};

struct record {
    str name;
    str path;
    int line;
    bool is_view;
    int mark; /* of the search for circles */
    struct field *fields;
    struct view_file *file;
    struct record *next; /* in its file */
    struct record *next_in_all;
};

struct view_file {
    str path;
    str stem;
    struct record *records;
    bool is_seen;
    struct view_file *next;
};

enum token_kind { TOKEN_END = 1, TOKEN_NAME, TOKEN_STRING, TOKEN_INT, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    str text; /* a string without its quotes and escapes */
    int line;
};

enum piece_kind { PIECE_END = 1, PIECE_TEXT, PIECE_VALUE, PIECE_TAG };

struct piece {
    enum piece_kind kind;
    int line;
    str text;
    struct token *tokens; /* ended by TOKEN_END */
};

struct lexer {
    struct mktpl *m;
    str path;
    str text;
    size_t at;
    int line;
};

enum expr_op { EXPR_PATH = 1, EXPR_STRING, EXPR_INT, EXPR_NOT, EXPR_AND, EXPR_OR, EXPR_EQ, EXPR_NE };

struct expr {
    enum expr_op op;
    int line;
    str text; /* EXPR_STRING, EXPR_INT; EXPR_PATH: the variable */
    str parts[MKTPL_DEPTH / 4];
    int n_parts;
    struct expr *a, *b;
};

struct argument {
    str name;
    struct expr *value;
    str filter;
    struct argument *next;
};

enum node_kind { NODE_TEXT = 1, NODE_VALUE, NODE_IF, NODE_FOR, NODE_WITH, NODE_INCLUDE, NODE_MESSAGE, NODE_ASSET };

struct branch {
    struct expr *test; /* NULL: otherwise */
    int line;
    struct node *body;
    struct branch *next;
};

struct node {
    enum node_kind kind;
    int line;
    str text;              /* text; asset's or included template's name; message (of one) */
    str many;              /* message of many; .p NULL when there is no plural */
    str context;           /* of the message */
    str var;               /* of for and with */
    str filter;            /* of value */
    struct expr *expr;     /* of value, for, with, include */
    struct branch *branch; /* of if, for and with (body, else) */
    struct argument *arguments;
    struct node *next;
};

struct template
{
    str path;
    str stem;
    str view;
    str var;
    int line;
    const struct record *record; /* set by mktpl_gen_prepare */
    struct node *body;
    struct template *next;
};

struct mktpl {
    struct arena *mem;
    struct buf errors; /* lines "path:line: message" */
    int n_errors;
    struct view_file *files, **files_end;
    struct record *records, **records_end;
    struct template *templates, **templates_end;
    str assets; /* gen/assets.h, .p NULL when it does not exist */
    str assets_path;
};

void mktpl_init(struct mktpl *, struct arena *);
/* Notes "path:line: message"; returns false for `return mktpl_fail(…)`. */
bool mktpl_fail(struct mktpl *, str path, int line, const char *fmt, ...) PRINTF(4, 5);
bool mktpl_is_name(str); /* lower-case letters, digits and _ */
str mktpl_asset_macro(struct arena *, str asset);

/* Views */
bool mktpl_view_parse(struct mktpl *, str path, str text);
bool mktpl_view_link(struct mktpl *);
const struct record *mktpl_record(const struct mktpl *, str name);
const struct field *mktpl_field(const struct record *, str name);
void mktpl_view_types(struct mktpl *, const struct view_file *, struct buf *);
void mktpl_view_header(struct mktpl *, const struct view_file *, struct buf *);
void mktpl_view_source(struct mktpl *, const struct view_file *, struct buf *);

/* Templates */
bool mktpl_lex(struct lexer *, struct piece *);
bool mktpl_parse(struct mktpl *, str path, str text);
bool mktpl_parse_expr(struct mktpl *, str path, struct token **at, struct expr **out);
bool mktpl_gen_prepare(struct mktpl *); /* finds each template's view; before any mktpl_gen */
bool mktpl_gen(struct mktpl *, const struct template *, struct buf *header, struct buf *source);
bool mktpl_pot(struct mktpl *, struct buf *);

/* Where in the HTML a piece stands */
enum html_at {
    HTML_TEXT = 1,
    HTML_TAG_NAME,
    HTML_IN_TAG, /* white space came before */
    HTML_JOINED, /* in a tag after a block: white space or > must follow */
    HTML_NAME,
    HTML_AFTER_NAME,
    HTML_BEFORE_VALUE,
    HTML_VALUE, /* quoted */
    HTML_BARE,  /* unquoted value */
    HTML_AFTER_VALUE,
    HTML_RAW,   /* script, style */
    HTML_PLAIN, /* textarea, title: text, but no markup */
    HTML_COMMENT,
    HTML_DECLARATION
};
enum html_attr { HTML_ORDINARY = 1, HTML_ADDRESS, HTML_EVENT, HTML_STYLE, HTML_REFUSED };
enum html_url { HTML_URL_START = 1, HTML_URL_SCHEME, HTML_URL_REST, HTML_URL_MIXED };

struct html_state {
    enum html_at at;
    enum html_attr attr;
    enum html_url url;
    char element[16]; /* lower case, cut */
    char name[24];    /* of the attribute */
    char scheme[12];
    char quote;
    bool closing;        /* in an end tag */
    bool dynamic;        /* the address so far has a value in it */
    bool opened;         /* directly after <pre> or <textarea>: a line break is dropped by browsers */
    bool equiv, content; /* a meta element with http-equiv, with a value in another attribute */
    int pre;             /* depth of pre elements */
};

struct html_feed {
    struct mktpl *m;
    str path;
    int line;         /* of text[0]; moves on */
    bool after_space; /* what is on the page so far ends with white space, on every way here */
    struct buf *out;  /* folded text is added */
};

bool html_feed(struct html_feed *, struct html_state *, str text);
/* A value, message or asset stands here: may it? Moves the state past it. */
bool html_value(struct html_feed *, struct html_state *, bool is_message);
bool html_asset(struct html_feed *, struct html_state *);
/* A block begins here: the state with which its branches begin. */
bool html_block(struct html_feed *, struct html_state *);
/* Two ways meet. */
bool html_join(struct html_feed *, struct html_state *into, struct html_state other, bool is_loop);
bool html_done(struct html_feed *, const struct html_state *);

/* Types */
struct var {
    str name;
    str c; /* C expression; a record's is a pointer */
    struct type type;
    struct var *up;
    str index; /* of a loop: C names; .p NULL otherwise */
    str count;
};
struct value {
    str c;
    struct type type;
    str count; /* of an array */
};
bool mktpl_value(struct mktpl *, str path, const struct var *, const struct expr *, struct value *);
/* A C condition. */
bool mktpl_test(struct mktpl *, str path, const struct var *, const struct expr *, str *c);

#endif
