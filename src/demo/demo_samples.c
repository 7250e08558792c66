/* demo_samples: see demo_special.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_special.h"

const struct demo_special demo_samples[] = {
    {.subject = "Water pressure gone on floors 5-6 since March", .text = "x", .category = "060101", .kind = "help", .channel = "web", .department = UTILITIES, .level = AT_CITY, .found="x", .done="x"},
};
const size_t demo_sample_count = COUNT_OF(demo_samples);
const struct demo_special demo_nasty[1];
const size_t demo_nasty_count = 0;
