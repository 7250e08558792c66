/* receipt: see receipt.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/receipt.h"

#include <string.h>

#include "people/person.h"

static void put(char *out, size_t cap, str s)
{
    size_t n = s.n < cap ? s.n : cap - 1;
    if (n > 0) memcpy(out, s.p, n);
    out[n] = '\0';
}

str receipt_digest(struct arena *mem, const struct matter_draft *d)
{
    const str parts[] = {d->kind, d->channel,      d->raiser,        d->subject,      d->text,           d->place,
                         d->lang, d->contact.name, d->contact.phone, d->contact.mail, d->contact.address};
    str all = str_format(mem, "%lld %lld %d %.17g %.17g", (long long)d->category.v, (long long)d->unit.v,
                         (int)d->wants_public, d->lat, d->lon);
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        all = str_concat(mem, all, str_format(mem, "|%zu:%.*s", parts[i].n, STR_ARG(parts[i])));
    return secret_digest(mem, all);
}

str receipt_token(struct arena *mem, const struct keys *keys, str once, const struct matter_draft *d)
{
    return secret_hash(mem, keys, KEY_ONCE, str_concat(mem, once, receipt_digest(mem, d)));
}

/* base64url of: length of the wrapped key | wrapped key | sealed "ref|code|casefile|digest". */
static str seal(struct arena *mem, const struct city *city, const struct receipt_given *g, str digest)
{
    str wrapped, sealed;
    str plain =
        str_format(mem, "%s|%s|%lld|%.*s", g->ref, g->code, (long long)g->casefile.v, STR_ARG(secret_hex(mem, digest)));
    secret_seal(mem, city->keys, KEY_ONCE, plain, &wrapped, &sealed);
    char n = (char)(unsigned char)wrapped.n;
    return secret_base64url(mem, str_concat(mem, str_concat(mem, (str){&n, 1}, wrapped), sealed));
}

static enum status unseal(struct arena *mem, const struct city *city, str kept, str digest, struct receipt_given *g)
{
    str bytes, plain, ref, rest, code, id, sent;
    if (!secret_unbase64url(mem, kept, &bytes) || bytes.n < 2) return ST_IO;
    size_t n = (unsigned char)bytes.p[0];
    if (bytes.n < 1 + n) return ST_IO;
    TRY(secret_open(mem, city->keys, KEY_ONCE, str_sub(bytes, 1, n), str_sub(bytes, 1 + n, bytes.n), &plain));
    if (!str_cut(plain, '|', &ref, &rest) || !str_cut(rest, '|', &code, &rest) || !str_cut(rest, '|', &id, &sent) ||
        !str_int(id, &g->casefile.v))
        return ST_IO;
    if (digest.n > 0 && !str_eq(sent, secret_hex(mem, digest))) return ST_CONFLICT;
    put(g->ref, sizeof g->ref, ref);
    put(g->code, sizeof g->code, code);
    g->again = true;
    return ST_OK;
}

enum status receipt_register(struct db *db, struct arena *mem, void *arg)
{
    struct receipt_command *c = arg;
    struct receipt made;
    str kept;
    c->given = (struct receipt_given){0};
    if (c->token.n > 0) {
        enum status st = once_find(db, mem, c->token, &kept);
        if (st == ST_OK) return unseal(mem, c->city, kept, c->digest, &c->given);
        if (st != ST_NOT_FOUND) return st;
    }
    TRY(matter_register(db, mem, c->city, c->who, c->draft, &made));
    put(c->given.ref, sizeof c->given.ref, made.ref);
    put(c->given.code, sizeof c->given.code, str_from(made.code));
    c->given.casefile = made.casefile;
    return c->token.n > 0 ? once_keep(db, c->token, seal(mem, c->city, &c->given, c->digest), db_now(db)) : ST_OK;
}
