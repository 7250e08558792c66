/* limits: every maximum in one place, each with its reason. Bytes unless the name says otherwise.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_LIMITS_H
#define LUOSHI_BASE_LIMITS_H

#include <stddef.h>

/* Serving */
#define LIMIT_HEAD                 ((size_t)16 * 1024) /* request line and headers together: twice what browsers send */
#define LIMIT_HEADERS              64                  /* header lines of one request */
#define LIMIT_TARGET               ((size_t)4096)      /* request target: filters fit, abuse does not */
#define LIMIT_BODY_NONE            ((size_t)0)         /* routes that take no body */
#define LIMIT_BODY_FORM            ((size_t)64 * 1024) /* a form: 4,000 characters of text are at most 48 kB percent-coded */
#define LIMIT_BODY_TEXT            ((size_t)2 * 1024 * 1024) /* the text of a plan: LIMIT_FIELD_TEXT percent-coded, and some */
#define LIMIT_BODY_JSON            ((size_t)256 * 1024)       /* an API call */
#define LIMIT_BODY_UPLOAD          ((size_t)32 * 1024 * 1024) /* an office's spreadsheet */
#define LIMIT_CONNECTIONS          4096                       /* open at once, all threads */
#define LIMIT_CONNECTIONS_PER_PEER 256                        /* from one address; a whole office sits behind one */
#define LIMIT_HEAD_SECONDS         10                         /* from the first byte to the last header byte */
#define LIMIT_BODY_SECONDS         60                         /* whole body; slow senders are cut off */
#define LIMIT_WRITE_SECONDS        60                         /* whole answer; slow readers are cut off */
#define LIMIT_IDLE_SECONDS         30                         /* between requests of one connection */
#define LIMIT_STOP_SECONDS         20                         /* running requests after SIGTERM */
#define LIMIT_EXECUTOR_QUEUE       1024                       /* requests waiting for an executor; more get 503 */

/* One request */
#define LIMIT_REQUEST_ARENA ((size_t)64 * 1024 * 1024) /* everything one handler makes */
#define LIMIT_PAGE          ((size_t)8 * 1024 * 1024)  /* one rendered page */
#define LIMIT_FIELDS        128                        /* fields of one form */
#define LIMIT_FIELD         ((size_t)48 * 1024)        /* one decoded field */
#define LIMIT_FIELD_TEXT                                                                                               \
    ((size_t)512 * 1024) /* of a form for long texts: more than any rule lets through, so that the rule can say so */

/* Words people write, in code points: forms say the same numbers */
#define LIMIT_SUBJECT_POINTS 120
#define LIMIT_TEXT_POINTS    4000
#define LIMIT_PLACE_POINTS   200
#define LIMIT_NAME_POINTS    100
#define LIMIT_CONTACT_POINTS 200
#define LIMIT_NOTE_POINTS    2000
#define LIMIT_ANSWER_POINTS  4000 /* each part of a written answer */
#define LIMIT_QUERY_POINTS   100

/* Lists */
#define LIMIT_ROWS_PAGE   25   /* rows of a list page */
#define LIMIT_COUNT_EXACT 1000 /* beyond it a count says "more than": counting costs what is counted */

/* Spreadsheets */
#define LIMIT_SHEET_BYTES   ((size_t)512 * 1024 * 1024) /* unpacked worksheet */
#define LIMIT_SHEET_RATIO   200                         /* unpacked : packed; a zip bomb is far beyond */
#define LIMIT_SHEET_ROWS    2000000
#define LIMIT_SHEET_COLUMNS 256
#define LIMIT_SHEET_CELL    ((size_t)64 * 1024)

#endif
