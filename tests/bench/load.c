/* load: asks one server over many connections kept open, and says how fast it answered. One thread: it costs about as little as a
 * program can that reads each answer whole.
 *
 *     load [key=value ...] ADDRESS:PORT TARGET|@FILE
 *       conns=N seconds=N   how many at once, for how long (64, 4)
 *       warm=N              seconds before, not counted (0)
 *       rate=N              requests a second offered at fixed moments, whatever the server does (0: the next as soon as one is answered)
 *       header='Name: x'    any number of times
 *       body=FILE           posts it, with each %d of it a running number
 *       check=N             counts answers with another status than N as wrong (200)
 *
 * @FILE has a target a line; connections take them in turn. One line is printed:
 *     rate=R p50=MS p99=MS most=MS good=N shed=N wrong=N broken=N shed_p99=MS bytes=N
 * Rate and times are those of good answers; shed is 503, with its own time; broken are connections that ended or said nothing for 10 s.
 * With rate=, a time counts from the moment at which the request was due, so that waiting is not left out.
 * SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"
#include "base/time.h"

#define CONNS_MOST   20000
#define HEADERS_MOST 8
#define IN_BYTES     16384
#define OUT_MOST     ((size_t)1024 * 1024)
#define EVENTS       512
#define SILENT_NS    (10 * INT64_C(1000000000))
#define SECOND_NS    INT64_C(1000000000)

/* Times of answers: 32 classes for each power of two, so within 3 %. */
#define CLASSES (64 * 32)
struct times {
    uint64_t n, of[CLASSES], most;
};

struct conn {
    int fd;              /* -1: closed */
    size_t sent, length; /* of the request */
    char *out;
    int64_t from; /* when the request was sent or due */
    bool busy;
    size_t head; /* bytes of the head so far, in `in` */
    char *in;
    int64_t body_left; /* -1: the head is not whole */
    int status;
    bool closes;
};

struct load {
    struct arena *mem;
    struct sockaddr_in to;
    str host, *targets, headers, body;
    size_t n_targets, next_target;
    uint64_t number; /* of bodies */
    size_t out_cap;  /* bytes of a request */
    int conns, check;
    int64_t seconds, warm, rate;
    int64_t from, until, due; /* due: the next request's moment, with rate */
    int epoll;
    struct conn *conn;
    int *idle, n_idle;
    struct times good, shed;
    uint64_t wrong, broken, bytes;
    int wrong_status;
    bool counts; /* the warm-up is over */
};

NORETURN static void stop(const char *what)
{
    (void)fprintf(stderr, "load: %s\n", what);
    exit(2);
}

/* Times */

static void note(struct times *t, int64_t ns)
{
    uint64_t us = ns < 0 ? 0 : (uint64_t)ns / 1000;
    int top = us < 32 ? 0 : 59 - __builtin_clzll(us); /* so that us >> top is 16 to 31 */
    size_t class = top <= 0 ? (size_t)us : (size_t)top * 32 + (size_t)(us >> top);
    t->of[class < CLASSES ? class : CLASSES - 1]++;
    t->n++;
    if (us > t->most) t->most = us;
}

/* Milliseconds below which that part of the answers came. */
static double part(const struct times *t, double share)
{
    uint64_t left = (uint64_t)((double)t->n * share);
    for (size_t i = 0; i < CLASSES; i++) {
        if (t->of[i] > left) {
            size_t top = i / 32;
            return (double)(top == 0 ? i : (i % 32) << top) / 1000.0;
        }
        left -= t->of[i];
    }
    return (double)t->most / 1000.0;
}

/* Requests */

static str body_of(struct load *l, struct arena *mem)
{
    struct buf b;
    str rest = l->body;
    uint64_t number = l->number++;
    buf_init(&b, mem, l->body.n + 64, OUT_MOST);
    for (size_t i = 0; i + 1 < rest.n; i++) {
        if (rest.p[i] != '%' || rest.p[i + 1] != 'd') continue;
        buf_add(&b, str_sub(rest, 0, i));
        buf_format(&b, "%llu", (unsigned long long)number);
        rest = str_sub(rest, i + 2, rest.n);
        i = (size_t)-1;
    }
    buf_add(&b, rest);
    return buf_str(&b);
}

static void make_request(struct load *l, struct conn *c)
{
    struct arena_mark mark = arena_mark(l->mem);
    str target = l->targets[l->next_target++ % l->n_targets];
    str body = l->body.n > 0 ? body_of(l, l->mem) : STR("");
    int n = snprintf(c->out, l->out_cap, "%s %.*s HTTP/1.1\r\nHost: %.*s\r\n%.*s", l->body.n > 0 ? "POST" : "GET",
                     STR_ARG(target), STR_ARG(l->host), STR_ARG(l->headers));
    if (l->body.n > 0)
        n += snprintf(c->out + n, l->out_cap - (size_t)n, "Content-Length: %zu\r\n\r\n%.*s", body.n, STR_ARG(body));
    else n += snprintf(c->out + n, l->out_cap - (size_t)n, "\r\n");
    if ((size_t)n >= l->out_cap) stop("a request that is too long");
    c->length = (size_t)n;
    arena_rewind(l->mem, mark);
}

static void watch(struct load *l, struct conn *c, bool also_out)
{
    struct epoll_event e = {.events = EPOLLIN | (also_out ? (uint32_t)EPOLLOUT : 0), .data.ptr = c};
    if (epoll_ctl(l->epoll, EPOLL_CTL_MOD, c->fd, &e) != 0) stop("epoll_ctl");
}

static void open_conn(struct load *l, struct conn *c)
{
    int on = 1;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&l->to, sizeof l->to) != 0) stop("cannot connect");
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)fcntl(c->fd, F_SETFL, O_NONBLOCK);
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e) != 0) stop("epoll_ctl");
}

static void rest(struct load *l, struct conn *c)
{
    c->busy = false;
    l->idle[l->n_idle++] = (int)(c - l->conn);
}

/* The connection is of no more use: another takes its place. One that was at rest, and that the server closed, is among the idle already. */
static void replace(struct load *l, struct conn *c, bool broken)
{
    if (broken && l->counts) l->broken++;
    (void)close(c->fd);
    open_conn(l, c);
    if (c->busy) rest(l, c);
}

static void send_some(struct load *l, struct conn *c)
{
    while (c->sent < c->length) {
        ssize_t n = send(c->fd, c->out + c->sent, c->length - c->sent, MSG_NOSIGNAL);
        if (n > 0) c->sent += (size_t)n;
        else if (n < 0 && errno == EAGAIN) {
            watch(l, c, true);
            return;
        } else break; /* reading tells why */
    }
}

static void ask(struct load *l, struct conn *c, int64_t from)
{
    make_request(l, c);
    c->sent = c->head = 0;
    c->body_left = -1;
    c->busy = true;
    c->from = from;
    send_some(l, c);
}

/* Answers */

static bool header_is(str line, str name)
{
    return line.n > name.n && line.p[name.n] == ':' && strncasecmp(line.p, name.p, name.n) == 0;
}

/* The head is whole: its end is `end`. */
static bool read_head(struct conn *c, size_t end)
{
    str text = {c->in, end};
    str line;
    int64_t length = 0;
    int64_t status = 0;
    if (!str_cut(text, '\n', &line, &text) || line.n < 12 || !str_int(str_sub(line, 9, 3), &status)) return false;
    c->status = (int)status;
    c->closes = false;
    while (str_cut(text, '\n', &line, &text)) {
        if (header_is(line, STR("content-length")) && !str_int(str_trim(str_sub(line, 15, line.n)), &length))
            return false;
        if (header_is(line, STR("transfer-encoding"))) return false; /* none of the pages measured is sent so */
        if (header_is(line, STR("connection")) && str_eq(str_trim(str_sub(line, 11, line.n)), STR("close")))
            c->closes = true;
    }
    c->body_left = length;
    return true;
}

static void done(struct load *l, struct conn *c)
{
    int64_t took = time_monotonic_ns() - c->from;
    if (l->counts) {
        if (c->status == l->check) note(&l->good, took);
        else if (c->status == 503) note(&l->shed, took);
        else {
            l->wrong++;
            l->wrong_status = c->status;
        }
    }
    if (c->closes) replace(l, c, false);
    else rest(l, c);
}

static void take(struct conn *c, size_t n)
{
    size_t from = c->head;
    c->head += n;
    for (size_t i = from < 3 ? 0 : from - 3; i + 4 <= c->head; i++) {
        if (memcmp(c->in + i, "\r\n\r\n", 4) != 0) continue;
        if (!read_head(c, i + 2)) stop("an answer that it cannot read");
        c->body_left -= (int64_t)(c->head - i - 4);
        if (c->body_left < 0) stop("more than an answer");
        return;
    }
    if (c->head == IN_BYTES) stop("a head that is too long");
}

static void receive(struct load *l, struct conn *c)
{
    static char rest_of_body[256 * 1024];
    for (;;) {
        bool in_body = c->body_left >= 0;
        ssize_t n = in_body ? recv(c->fd, rest_of_body, sizeof rest_of_body, 0)
                            : recv(c->fd, c->in + c->head, IN_BYTES - c->head, 0);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            replace(l, c, c->busy);
            return;
        }
        if (l->counts) l->bytes += (uint64_t)n;
        if (!c->busy) stop("an answer without a request");
        if (in_body) c->body_left -= n;
        else take(c, (size_t)n);
        if (c->body_left == 0) {
            done(l, c);
            return;
        }
    }
}

/* Running */

static void ask_more(struct load *l, int64_t now)
{
    if (l->rate == 0) {
        while (l->n_idle > 0) ask(l, &l->conn[l->idle[--l->n_idle]], now);
        return;
    }
    for (; l->due <= now && l->n_idle > 0; l->due += SECOND_NS / l->rate)
        ask(l, &l->conn[l->idle[--l->n_idle]], l->due);
}

static void drop_silent(struct load *l, int64_t now)
{
    for (int i = 0; i < l->conns; i++)
        if (l->conn[i].busy && now - l->conn[i].from > SILENT_NS) replace(l, &l->conn[i], true);
}

static int wait_ms(const struct load *l, int64_t now)
{
    if (l->rate == 0 || l->n_idle == 0) return 100;
    int64_t ms = (l->due - now) / 1000000;
    return ms < 0 ? 0 : ms > 100 ? 100 : (int)ms;
}

static void run(struct load *l)
{
    struct epoll_event events[EVENTS];
    int64_t silent_at = 0;
    int64_t now = l->due = time_monotonic_ns();
    l->from = now + l->warm * SECOND_NS;
    l->until = l->from + l->seconds * SECOND_NS;
    while (now < l->until) {
        l->counts = now >= l->from;
        ask_more(l, now);
        int n = epoll_wait(l->epoll, events, EVENTS, wait_ms(l, now));
        for (int i = 0; i < n; i++) {
            struct conn *c = events[i].data.ptr;
            if ((events[i].events & EPOLLOUT) != 0) {
                watch(l, c, false);
                send_some(l, c);
            }
            if ((events[i].events & ~(uint32_t)EPOLLOUT) != 0) receive(l, c);
        }
        now = time_monotonic_ns();
        if (now - silent_at > SECOND_NS) {
            drop_silent(l, now);
            silent_at = now;
        }
    }
}

/* Starting */

static str read_file(struct arena *mem, const char *name)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) stop(name);
    char *p = NEWN(mem, char, (size_t)st.st_size + 1);
    if (read(fd, p, (size_t)st.st_size) != st.st_size) stop(name);
    (void)close(fd);
    return (str){p, (size_t)st.st_size};
}

static void read_targets(struct load *l, const char *word)
{
    str all = word[0] == '@' ? read_file(l->mem, word + 1) : str_from(word);
    size_t most = 1;
    for (size_t i = 0; i < all.n; i++) most += all.p[i] == '\n';
    l->targets = NEWN(l->mem, str, most);
    while (all.n > 0) {
        str line, left = STR("");
        if (!str_cut(all, '\n', &line, &left)) line = all;
        line = str_trim(line);
        if (line.n > 0) l->targets[l->n_targets++] = line;
        all = left;
    }
    if (l->n_targets == 0) stop("no targets");
}

static void read_address(struct load *l, const char *word)
{
    str name, port;
    int64_t number;
    l->host = str_from(word);
    l->to = (struct sockaddr_in){.sin_family = AF_INET};
    if (!str_cut(l->host, ':', &name, &port) || !str_int(port, &number) ||
        inet_pton(AF_INET, str_z(l->mem, name), &l->to.sin_addr) != 1)
        stop("ADDRESS:PORT");
    l->to.sin_port = htons((uint16_t)number);
}

static void read_option(struct load *l, str word)
{
    str key, value;
    int64_t n = 0;
    if (!str_cut(word, '=', &key, &value)) stop("key=value");
    bool is_number = str_int(value, &n);
    if (str_eq(key, STR("header")))
        l->headers = str_concat(l->mem, l->headers, str_format(l->mem, "%.*s\r\n", STR_ARG(value)));
    else if (str_eq(key, STR("body"))) l->body = read_file(l->mem, str_z(l->mem, value));
    else if (!is_number || n < 0) stop("a number");
    else if (str_eq(key, STR("conns"))) l->conns = n > CONNS_MOST ? CONNS_MOST : (int)n;
    else if (str_eq(key, STR("seconds"))) l->seconds = n;
    else if (str_eq(key, STR("warm"))) l->warm = n;
    else if (str_eq(key, STR("rate"))) l->rate = n;
    else if (str_eq(key, STR("check"))) l->check = (int)n;
    else stop("a key that it does not know");
}

static void print(const struct load *l)
{
    (void)printf(
        "rate=%.1f p50=%.3f p99=%.3f most=%.3f good=%llu shed=%llu wrong=%llu broken=%llu shed_p99=%.3f bytes=%llu\n",
        (double)l->good.n / (double)l->seconds, part(&l->good, 0.5), part(&l->good, 0.99),
        (double)l->good.most / 1000.0, (unsigned long long)l->good.n, (unsigned long long)l->shed.n,
        (unsigned long long)l->wrong, (unsigned long long)l->broken, part(&l->shed, 0.99),
        (unsigned long long)l->bytes);
    if (l->wrong > 0) (void)fprintf(stderr, "load: status %d\n", l->wrong_status);
}

int main(int argc, char **argv)
{
    static struct load l;
    struct rlimit files;
    l = (struct load){
        .mem = arena_new((size_t)1 << 32, NULL), .conns = 64, .seconds = 4, .check = 200, .headers = STR_INIT("")};
    if (argc < 3) stop("load [key=value ...] ADDRESS:PORT TARGET|@FILE");
    for (int i = 1; i < argc - 2; i++) read_option(&l, str_from(argv[i]));
    read_address(&l, argv[argc - 2]);
    read_targets(&l, argv[argc - 1]);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    l.epoll = epoll_create1(EPOLL_CLOEXEC);
    l.conn = NEWN(l.mem, struct conn, (size_t)l.conns);
    l.idle = NEWN(l.mem, int, (size_t)l.conns);
    l.out_cap = l.headers.n + l.body.n + 8192;
    for (int i = 0; i < l.conns; i++) {
        l.conn[i].in = NEWN(l.mem, char, IN_BYTES);
        l.conn[i].out = NEWN(l.mem, char, l.out_cap);
        open_conn(&l, &l.conn[i]);
        rest(&l, &l.conn[i]);
    }
    run(&l);
    print(&l);
    return l.wrong > 0 || (l.good.n == 0 && l.shed.n == 0) ? 1 : 0;
}
