/* routes: see routes.h; and `luoshi routes`, which prints them and the rights table.
 * SPDX-License-Identifier: Apache-2.0 */
#include "command/routes.h"

#include <stdio.h>

#include "campaign/pages.h"
#include "command/command.h"
#include "exchange/pages.h"
#include "insight/pages.h"
#include "matter/pages.h"
#include "matter/work_pages.h"
#include "people/pages.h"
#include "people/rights.h"
#include "web/system_pages.h"

#define LISTS 24

struct router all_routes(void)
{
    static struct route_list lists[LISTS];
    size_t n = 0;
    lists[n++] = public_route_list;
    lists[n++] = raise_route_list;
    lists[n++] = track_route_list;
    lists[n++] = work_route_list;
    lists[n++] = casefile_route_list;
    lists[n++] = register_route_list;
    lists[n++] = phrase_route_list;
    lists[n++] = overview_route_list;
    lists[n++] = campaign_route_list;
    lists[n++] = burden_route_list;
    lists[n++] = plan_route_list;
    lists[n++] = recheck_route_list;
    lists[n++] = duty_route_list;
    lists[n++] = notice_route_list;
    lists[n++] = signin_route_list;
    lists[n++] = admin_route_list;
    lists[n++] = admin_people_route_list;
    lists[n++] = admin_matter_route_list;
    lists[n++] = api_route_list;
    lists[n++] = overview_sheet_route_list;
    lists[n++] = system_route_list;
    return (struct router){lists, n};
}

static int print_rights(void)
{
    printf("%-18s", "action");
    for (int r = 1; r < ROLE_COUNT; r++) printf("%-10s", role_key((enum role)r));
    putchar('\n');
    for (int a = 1; a < ACT_COUNT; a++) {
        printf("%-18s", action_key((enum action)a));
        for (int r = 1; r < ROLE_COUNT; r++) printf("%-10s", scope_name(rights_scope((enum action)a, (enum role)r)));
        putchar('\n');
    }
    return 0;
}

int command_routes(struct invocation *in)
{
    struct router router = all_routes();
    const char *why;
    if (option_has(in, "rights")) return print_rights();
    if (!router_check(&router, &why)) return complain("%s", why);
    for (size_t i = 0; i < router.n; i++)
        for (size_t k = 0; k < router.lists[i].n; k++) {
            const struct route *r = &router.lists[i].rows[k];
            printf("%-5s %-36s %-11s %s\n", method_name(r->method), r->path, access_name(r->access),
                   r->about == NULL ? "" : r->about);
        }
    return 0;
}
