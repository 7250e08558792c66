/* attr: the compiler attributes this project uses, named once.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_ATTR_H
#define LUOSHI_BASE_ATTR_H

#define MUST_USE          __attribute__((warn_unused_result))
#define NORETURN          __attribute__((noreturn))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED            __attribute__((unused))
#define LIKELY(x)         __builtin_expect(!!(x), 1)
#define UNLIKELY(x)       __builtin_expect(!!(x), 0)
#define COUNT_OF(array)   (sizeof(array) / sizeof((array)[0]))

#endif
