/* config: see config.h. The only file that names the INI library.
 * SPDX-License-Identifier: Apache-2.0 */
#include "command/config.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

enum takes { TAKES_TEXT = 1, TAKES_PATH, TAKES_NUMBER, TAKES_RATE, TAKES_YES, TAKES_LEVEL };

static const struct setting {
    const char *section, *name;
    enum takes takes;
    size_t at; /* offset in struct config */
    double low, high;
    const char *about;
} settings[] = {
    {"serve", "listen", TAKES_PATH, offsetof(struct config, http.listen), 0, 0, "address:port"},
    {"serve", "tls_cert", TAKES_PATH, offsetof(struct config, http.tls_cert), 0, 0, "certificate chain, PEM file"},
    {"serve", "tls_key", TAKES_PATH, offsetof(struct config, http.tls_key), 0, 0, "private key, PEM file"},
    {"serve", "io_threads", TAKES_NUMBER, offsetof(struct config, http.io_threads), 0, 64, "0: one per core"},
    {"serve", "executors", TAKES_NUMBER, offsetof(struct config, http.executors), 0, 1024, "0: 64; on PostgreSQL 24"},
    {"serve", "trusted_proxies", TAKES_TEXT, offsetof(struct config, site.trusted_proxies), 0, 0,
     "addresses whose X-Forwarded-* are believed"},
    {"serve", "password_checks_at_once", TAKES_NUMBER, offsetof(struct config, site.argon2_at_once), 1, 64,
     "each takes 64 MiB for a tenth of a second"},
    {"serve", "make_pages_anew", TAKES_YES, offsetof(struct config, site.no_memo), 0, 0,
     "yes: keep no public pages (to measure)"},
    {"serve", "drain_seconds", TAKES_NUMBER, offsetof(struct config, drain_seconds), 0, 600,
     "after SIGTERM: say \"not ready\" for so long before the end, for a balancer"},
    {"limits", "connections", TAKES_NUMBER, offsetof(struct config, http.max_connections), 1, 1000000, "open at once"},
    {"limits", "connections_per_address", TAKES_NUMBER, offsetof(struct config, http.max_per_peer), 1, 1000000,
     "open at once from one address"},
    {"limits", "head_seconds", TAKES_NUMBER, offsetof(struct config, http.head_seconds), 1, 600,
     "time for a request's head"},
    {"limits", "body_seconds", TAKES_NUMBER, offsetof(struct config, http.body_seconds), 1, 3600,
     "time for a request's body"},
    {"limits", "write_seconds", TAKES_NUMBER, offsetof(struct config, http.write_seconds), 1, 3600,
     "time to take an answer"},
    {"limits", "idle_seconds", TAKES_NUMBER, offsetof(struct config, http.idle_seconds), 1, 3600,
     "time between requests"},
    {"limits", "reads", TAKES_RATE, offsetof(struct config, site.rate[RATE_READ]), 0, 1e6,
     "a second and burst by address: 50 200; 0: none"},
    {"limits", "writes", TAKES_RATE, offsetof(struct config, site.rate[RATE_WRITE]), 0, 1e6,
     "a second and burst by address"},
    {"limits", "guesses", TAKES_RATE, offsetof(struct config, site.rate[RATE_GUESS]), 0, 1e6,
     "codes and passwords, a second and burst by address"},
    {"limits", "keys", TAKES_RATE, offsetof(struct config, site.rate[RATE_KEY]), 0, 1e6,
     "API calls, a second and burst by key"},
    {"limits", "loopback", TAKES_YES, offsetof(struct config, site.limit_loopback), 0, 0,
     "yes: limit clients on this machine too"},
    {"store", "db", TAKES_PATH, offsetof(struct config, db), 0, 0,
     "postgresql://USER@HOST/DATABASE; only in DIR/luoshi.ini, where every command finds it"},
    {"store", "replica", TAKES_PATH, offsetof(struct config, replica), 0, 0,
     "postgresql://… of a server that follows the one of db: pages of who is signed in are read there; likewise"},
    {"log", "level", TAKES_LEVEL, 0, 0, 0, "debug, info, warn or error"},
};

struct reading {
    struct config *config;
    struct arena *life;
    const char *file;
    bool failed;
};

void config_init(struct config *c)
{
    *c = (struct config){.http = {.listen = "127.0.0.1:8080"}};
    for (int i = 0; i < RATE_CLASSES; i++) c->site.rate[i] = (struct rate_rule){-1, 0};
}

static bool set_rate(struct rate_rule *rule, str text)
{
    str first, second;
    (void)str_cut(text, ' ', &first, &second);
    second = str_trim(second);
    rule->burst = 1;
    if (!str_double(first, &rule->per_second) || rule->per_second < 0) return false;
    if (second.n == 0) {
        rule->burst = rule->per_second < 1 ? 1 : rule->per_second;
        return true;
    }
    return str_double(second, &rule->burst) && rule->burst >= 1;
}

static bool set_level(str text)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    for (int i = 0; i < 4; i++)
        if (str_eq(text, str_from(names[i]))) {
            log_set_level((enum log_level)i);
            return true;
        }
    return false;
}

static bool set(struct reading *r, const struct setting *s, str text)
{
    void *at = (char *)r->config + s->at;
    int64_t n;
    switch (s->takes) {
    case TAKES_TEXT: *(str *)at = str_copy(r->life, text); return true;
    case TAKES_PATH: *(const char **)at = str_z(r->life, text); return true;
    case TAKES_NUMBER:
        if (!str_int(text, &n) || (double)n < s->low || (double)n > s->high) return false;
        *(int *)at = (int)n;
        return true;
    case TAKES_RATE: return set_rate(at, text);
    case TAKES_YES: *(bool *)at = str_eq(text, STR("yes")); return str_eq(text, STR("yes")) || str_eq(text, STR("no"));
    case TAKES_LEVEL: return set_level(text);
    }
    return false;
}

static int on_value(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        const struct setting *s = &settings[i];
        if (strcmp(s->section, section) != 0 || strcmp(s->name, name) != 0) continue;
        if (set(r, s, str_trim(str_from(value)))) return 1;
        fprintf(stderr, "luoshi: %s: [%s] %s = %s is not possible (%s)\n", r->file, section, name, value, s->about);
        r->failed = true;
        return 1;
    }
    fprintf(stderr, "luoshi: %s: [%s] %s is not a setting\n", r->file, section, name);
    r->failed = true;
    return 1;
}

bool config_read(struct config *c, struct arena *life, const char *file)
{
    struct reading r = {c, life, file, false};
    int rc = ini_parse(file, on_value, &r);
    if (rc < 0) fprintf(stderr, "luoshi: %s cannot be read\n", file);
    if (rc > 0) fprintf(stderr, "luoshi: %s:%d: not a setting line\n", file, rc);
    return rc == 0 && !r.failed;
}

void config_print(void)
{
    const char *section = "";
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        if (strcmp(section, settings[i].section) != 0) printf("[%s]\n", section = settings[i].section);
        printf("  %-26s %s\n", settings[i].name, settings[i].about);
    }
}
