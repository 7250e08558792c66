/* http_peers: how many connections each address holds. A chained hash table over a fixed pool of records.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "web/http_internal.h"

void http_peers_init(struct http_peers *p, struct arena *mem, int max)
{
    p->n_buckets = max;
    p->bucket = NEWN(mem, int, (size_t)max);
    p->peer = NEWN(mem, struct http_peer, (size_t)max);
    for (int i = 0; i < max; i++) p->peer[i].next = i + 2 <= max ? i + 2 : 0;
    p->first_free = 1;
    pthread_mutex_init(&p->lock, NULL);
}

static int *bucket_of(struct http_peers *p, const unsigned char key[16])
{
    uint64_t h = str_hash((str){(const char *)key, 16});
    return &p->bucket[h % (uint64_t)p->n_buckets];
}

/* The link that points to the record of key, or to 0. */
static int *find(struct http_peers *p, const unsigned char key[16])
{
    int *link = bucket_of(p, key);
    while (*link != 0 && memcmp(p->peer[*link - 1].key, key, 16) != 0) link = &p->peer[*link - 1].next;
    return link;
}

static int *add(struct http_peers *p, int *link, const unsigned char key[16])
{
    int index = p->first_free;
    if (index == 0) return NULL;
    struct http_peer *fresh = &p->peer[index - 1];
    p->first_free = fresh->next;
    memcpy(fresh->key, key, 16);
    fresh->n = 0;
    fresh->next = 0;
    *link = index;
    return link;
}

bool http_peers_take(struct http_peers *p, const unsigned char key[16], int most)
{
    pthread_mutex_lock(&p->lock);
    int *link = find(p, key);
    if (*link == 0) link = add(p, link, key);
    bool ok = link != NULL && p->peer[*link - 1].n < most;
    if (ok) p->peer[*link - 1].n++;
    pthread_mutex_unlock(&p->lock);
    return ok;
}

void http_peers_give(struct http_peers *p, const unsigned char key[16])
{
    pthread_mutex_lock(&p->lock);
    int *link = find(p, key);
    int index = *link;
    if (index != 0 && --p->peer[index - 1].n <= 0) {
        *link = p->peer[index - 1].next;
        p->peer[index - 1].next = p->first_free;
        p->first_free = index;
    }
    pthread_mutex_unlock(&p->lock);
}
