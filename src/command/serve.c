/* serve: from a data folder to a running server, and its end on SIGTERM or SIGINT.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "campaign/pages.h"
#include "command/command.h"
#include "command/config.h"
#include "command/routes.h"
#include "jobs/jobs.h"

/* Each that was ever busy keeps a connection to a server, which admits 100 in all unless told otherwise: three nodes fit. More write no faster:
 * raises from 64 clients with 16, 24, 32 and 64 executors are within a tenth of each other. */
#define EXECUTORS_ON_SERVER 24

static bool read_config(struct invocation *in, struct house *h, struct config *c)
{
    const char *file = option_get(in, "config");
    const char *usual = house_path(h->life, h->dir, "luoshi.ini");
    config_init(c);
    if (file == NULL && access(usual, R_OK) == 0) file = usual;
    if (file != NULL && !config_read(c, h->life, file)) return false;
    if (option_get(in, "listen") != NULL) c->http.listen = option_get(in, "listen");
    if (option_get(in, "tls-cert") != NULL) c->http.tls_cert = option_get(in, "tls-cert");
    if (option_get(in, "tls-key") != NULL) c->http.tls_key = option_get(in, "tls-key");
    if ((c->http.tls_cert == NULL) == (c->http.tls_key == NULL)) return true;
    (void)complain("TLS needs both a certificate and a key");
    return false;
}

/* One descriptor a connection and some for the database. */
static void raise_descriptors(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0) return;
    r.rlim_cur = r.rlim_max < 65536 ? r.rlim_max : 65536;
    (void)setrlimit(RLIMIT_NOFILE, &r);
}

static void greet(struct invocation *in, const struct http_server *server, const struct http_options *o)
{
    str listen = str_from(o->listen);
    size_t host = listen.n;
    while (host > 0 && listen.p[host - 1] != ':') host--; /* the port may have been 0 */
    printf("Luoshi 落实 serves http%s://%.*s:%d\n", o->tls_cert != NULL ? "s" : "", host > 0 ? (int)host - 1 : 0,
           listen.p, http_port(server));
    if (option_has(in, "greet"))
        printf("\n  sign in as      name      password\n"
               "  clerk           clerk     haitang-clerk\n"
               "  department head head      haitang-head\n"
               "  city leader     leader    haitang-leader\n"
               "  (checker, handler and admin likewise)\n\n  stop with Ctrl-C\n");
    (void)fflush(stdout);
}

static sigset_t our_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    return set;
}

/* Until SIGTERM or SIGINT. Behind a balancer SIGTERM first says "not ready" for a while; a second one cuts that short. SIGUSR1: look for
 * jobs now. */
static void wait_for_end(struct site *site, struct jobs *jobs, int drain_seconds)
{
    const sigset_t set = our_signals();
    const struct timespec drain = {.tv_sec = drain_seconds};
    int which;
    while ((which = sigwaitinfo(&set, NULL)) < 0 || which == SIGUSR1) {
        must(which > 0 || errno == EINTR);
        if (which == SIGUSR1) jobs_look(jobs);
    }
    log_line(LOG_INFO, "stopping", "signal=%d", which);
    if (which != SIGTERM || drain_seconds == 0) return;
    site_drain(site);
    while (sigtimedwait(&set, NULL, &drain) == SIGUSR1) continue;
}

static void block_signals(void)
{
    const sigset_t set = our_signals();
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk: an error of that write */
}

static void each_look(void *site, struct db *db, struct arena *mem)
{
    site_refresh(site, db, mem);
}

static void start_jobs(struct house *h, struct site *site, struct jobs **out)
{
    enum status st = jobs_open(h->life, h->store, &h->city, store_node(h->store), jobs_all, jobs_all_count, out);
    jobs_each_look(*out, each_look, site);
    if (st == ST_OK) st = jobs_start(*out);
    if (st != ST_OK) log_line(LOG_ERROR, "jobs not started", "st=\"%s\"", status_name(st));
}

static int serve(struct invocation *in, struct house *h)
{
    static struct site site;
    struct config c;
    const char *why;
    struct http_server *server;
    struct jobs *jobs = NULL;
    struct router router = all_routes();
    if (!read_config(in, h, &c)) return 1;
    c.site.more_metrics = jobs_metrics;
    c.site.more_work = campaign_work_section;
    if (!router_check(&router, &why)) return complain("%s", why);
    site_init(&site, h->store, &h->city, h->life, router, &c.site);
    struct http_handler handler = site_handler(&site);
    if (c.http.executors == 0 && h->url != NULL) c.http.executors = EXECUTORS_ON_SERVER;
    if (http_open(&c.http, &handler, &server) != ST_OK) return complain("cannot listen on %s", c.http.listen);
    site.server = server;
    log_line(LOG_INFO, "serving", "port=%d schema=%d", http_port(server), store_schema_version(h->store));
    start_jobs(h, &site, &jobs);
    greet(in, server, &c.http);
    wait_for_end(&site, jobs, c.drain_seconds);
    http_close(server);
    jobs_stop(jobs);
    return 0;
}

int command_serve(struct invocation *in)
{
    struct house h;
    block_signals();
    raise_descriptors();
    if (!house_open(in, &h, 0)) return 1;
    int rc = serve(in, &h);
    house_close(&h);
    if (rc == 0) log_line(LOG_INFO, "stopped", " ");
    return rc;
}
