/* config: the configuration file (INI), one const table of settings: name, what it takes, what it means.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_COMMAND_CONFIG_H
#define LUOSHI_COMMAND_CONFIG_H

#include "base/arena.h"
#include "web/http.h"
#include "web/site.h"

struct config {
    struct http_options http;
    struct site_options site;
    const char *replica; /* postgresql://… of a server that follows it; NULL: none */
    const char *db;      /* postgresql://…; NULL: the file in the data folder */
    int drain_seconds;
};

/* Defaults. */
void config_init(struct config *);
/* Reads the file over what is there. False after printing file:line and reason: unknown names and wrong values are refused. */
bool config_read(struct config *, struct arena *life, const char *file);
/* Prints every setting with its meaning, for `luoshi serve --help` and the manual. */
void config_print(void);

#endif
