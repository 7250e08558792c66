/* main: the command table. One row a word; help comes from the same row.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/locale.h"
#include "base/log.h"
#include "base/secret.h"
#include "command/command.h"
#include "command/config.h"

/* clang-format off */
#define DATA {"data", "DIR", "the data folder (default: data)"}, \
    {"db", "URL", "postgresql://USER@HOST/DATABASE instead of DIR/luoshi.db (or in LUOSHI_DB)"}
#define NOW {"now", "TIME", "start the clock at this time, e.g. 2026-11-23T09:00:00+08:00"}
#define END {NULL, NULL, NULL}
/* clang-format on */

static const struct option_row data_only[] = {DATA, END};
static const struct option_row serve_options[] = {
    DATA,
    {"replica", "URL", "a server that follows the one of --db and may be read from (or in LUOSHI_REPLICA)"},
    {"listen", "ADDR:PORT", "where to listen (default: 127.0.0.1:8080; port 0 picks a free one)"},
    {"config", "FILE", "configuration file (default: DIR/luoshi.ini when it exists)"},
    NOW,
    {"tls-cert", "FILE", "certificate chain, PEM"},
    {"tls-key", "FILE", "private key, PEM"},
    {"greet", NULL, "print three sign-ins of the demo city"},
    END,
};
static const struct option_row init_options[] = {
    DATA,
    NOW,
    {"name-en", "TEXT", "the city's name in English (default: Haitang City)"},
    {"name-zh", "TEXT", "the city's name in Chinese (default: 海棠市)"},
    {"prefix", "TEXT", "letters before reference numbers (default: HT)"},
    {"zone", "NAME", "time zone (default: Asia/Shanghai)"},
    {"admin", "LOGIN", "sign-in name of the first administrator (default: admin); the password is printed"},
    END,
};
static const struct option_row demo_options[] = {
    DATA,
    NOW,
    {"matters", "N", "how many matters (default: 4000)"},
    {"units", "N", "how many units (default: 200)"},
    {"seed", "N", "the same seed and clock make the same city (default: 1)"},
    END,
};
static const struct option_row import_options[] = {
    DATA,
    NOW,
    {"map", "KEY=HEADER,…", "which column is which, when the headers are not known"},
    {"skip-bad", "FILE", "import the good rows and write the bad ones with reasons to FILE"},
    {"private", NULL, "imported matters are not public"},
    {"unit", "CODE", "the unit that answered (default: the root unit)"},
    {"quiet", NULL, "no progress"},
    END,
};
static const struct option_row export_options[] = {DATA, {"private", NULL, "matters that are not public too"}, END};
static const struct option_row user_options[] = {
    DATA,
    NOW,
    {"name", "TEXT", "the person's name (add)"},
    {"unit", "CODE", "the unit (add)"},
    {"role", "ROLE", "handler, clerk, checker, head, leader or admin (add)"},
    {"title-en", "TEXT", "office title in English (add)"},
    {"title-zh", "TEXT", "office title in Chinese (add)"},
    {"password-stdin", NULL, "read the password from standard input; else one is made and printed"},
    END,
};
static const struct option_row key_options[] = {
    DATA, NOW, {"unit", "CODE", "the unit in whose name it registers (default: the root unit)"}, END};
static const struct option_row copy_options[] = {
    {"from", "DIR|URL", "the data folder or postgresql://… to copy from; it may be served"},
    {"to", "DIR|URL", "where to: empty, or begun by a copy that was cut off"},
    {"quiet", NULL, "no progress"},
    END,
};
static const struct option_row routes_options[] = {{"rights", NULL, "print the rights table instead"}, END};
static const struct option_row no_options[] = {END};

static const struct command commands[] = {
    {"serve", "", "Serve the city over HTTP.", 0, 0, serve_options, command_serve},
    {"init", "", "Make an empty installation: key file, database, root unit.", 0, 0, init_options, command_init},
    {"demo", "", "Make the demo city.", 0, 0, demo_options, command_demo},
    {"import", "units|categories|matters FILE", "Read an office's .xlsx or .csv: all rows or none.", 2, 2,
     import_options, command_import},
    {"export", "matters FILE", "Write .xlsx or .csv.", 2, 2, export_options, command_export},
    {"user", "add|passwd|list [LOGIN]", "Add a person, set a password, list people.", 1, 2, user_options, command_user},
    {"key", "add|list|end [NAME]", "API keys: the key is printed once.", 1, 2, key_options, command_key},
    {"backup", "FILE", "Copy the database while it is served.", 1, 1, data_only, command_backup},
    {"restore", "FILE", "Put a backup in place; the old database is kept beside it.", 1, 1, data_only, command_restore},
    {"reindex", "", "Make the search index again, in the order of time; nobody may serve meanwhile.", 0, 0, data_only,
     command_reindex},
    {"copy", "", "Copy a whole installation into another database, and compare.", 0, 0, copy_options, command_copy},
    {"routes", "", "List every route with its access.", 0, 0, routes_options, command_routes},
    {"jobs", "", "What comes round by the clock: when each job is due, how it went.", 0, 0, data_only, command_jobs},
    {"doctor", "", "Check files, database, counts and rules; change nothing.", 0, 0, data_only, command_doctor},
    {"version", "", "Print the version.", 0, 0, no_options, command_version},
};

static void print_help(const struct command *c)
{
    printf("luoshi %s %s\n\n%s\n", c->name, c->usage, c->about);
    for (int i = 0; c->options[i].name != NULL; i++) {
        char left[64];
        (void)snprintf(left, sizeof left, "--%s %s", c->options[i].name,
                       c->options[i].value == NULL ? "" : c->options[i].value);
        printf("%s  %-24s %s\n", i == 0 ? "\n" : "", left, c->options[i].about);
    }
    if (c->run == command_serve) {
        puts("\nsettings of the configuration file:\n");
        config_print();
    }
}

static void print_all(void)
{
    puts("Luoshi 落实: every matter carried to the raiser's own yes.\n\nusage: luoshi COMMAND [OPTIONS]   (luoshi "
         "COMMAND --help)\n");
    for (size_t i = 0; i < COUNT_OF(commands); i++) printf("  %-10s %s\n", commands[i].name, commands[i].about);
}

static int wrong(const struct command *c, const char *why, const char *word)
{
    fprintf(stderr, "luoshi %s: %s%s (see luoshi %s --help)\n", c->name, why, word, c->name);
    return 2;
}

/* --name VALUE or --name=VALUE. Returns how many words it took, 0 when unknown, -1 when the value is missing. */
static int take_option(struct invocation *in, const char *word, const char *next)
{
    const struct option_row *o = in->command->options;
    str name, value;
    bool joined = str_cut(str_from(word + 2), '=', &name, &value);
    for (int i = 0; o[i].name != NULL; i++) {
        if (!str_eq(name, str_from(o[i].name))) continue;
        in->values[i] = o[i].value == NULL ? "" : joined ? value.p : next;
        if (o[i].value == NULL) return joined ? 0 : 1;
        return in->values[i] == NULL ? -1 : joined ? 1 : 2;
    }
    return 0;
}

static int parse(struct invocation *in, int argc, char **argv)
{
    for (int i = 2; i < argc;) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_help(in->command);
            return -1;
        }
        if (strncmp(argv[i], "--", 2) == 0) {
            int took = take_option(in, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
            if (took < 0) return wrong(in->command, "a value is missing after ", argv[i]);
            if (took == 0) return wrong(in->command, "unknown option ", argv[i]);
            i += took;
            continue;
        }
        if (in->n_args == in->command->max_args) return wrong(in->command, "one word too many: ", argv[i]);
        in->args[in->n_args++] = argv[i++];
    }
    return in->n_args < in->command->min_args ? wrong(in->command, "a word is missing: ", in->command->usage) : 0;
}

static bool set_clock(struct invocation *in)
{
    static const struct clock system_clock = {0};
    instant at;
    struct zone zone;
    const char *now = option_get(in, "now");
    if (now == NULL) return true;
    if (!locale_zone_load("Asia/Shanghai", &zone) || !instant_parse(str_from(now), &zone, &at)) {
        (void)complain("--now takes a time such as 2026-11-23T09:00:00+08:00");
        return false;
    }
    in->clock.offset_ms = at.ms - clock_now(&system_clock).ms;
    return true;
}

static int run(const struct command *c, int argc, char **argv)
{
    static struct invocation in;
    in = (struct invocation){.command = c};
    int rc = parse(&in, argc, argv);
    if (rc != 0) return rc < 0 ? 0 : rc;
    secret_start();
    if (!set_clock(&in)) return 2;
    in.mem = arena_new((size_t)4 << 30, NULL);
    rc = c->run(&in);
    arena_free(in.mem);
    return rc;
}

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_all();
        return argc < 2 ? 2 : 0;
    }
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0) return run(&commands[i], argc, argv);
    fprintf(stderr, "luoshi: unknown command %s (see luoshi --help)\n", argv[1]);
    return 2;
}
