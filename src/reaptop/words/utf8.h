/* Telling UTF-8 from other bytes, whatever the locale. */
#ifndef REAP_WORDS_UTF8_H
#define REAP_WORDS_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length, 1 to 4, of the character at the start of the text, which is not
 * empty; 0 if the bytes there are not valid UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, nothing above U+10FFFF). */
size_t utf8_length(const char *text);

/* The code point of the character at the start of the text, of that length, which
 * utf8_length() gave. */
uint32_t utf8_code_point(const char *text, size_t length);

#endif
