/* The grammar of JSON, piece by piece. */
#include "reaptop/output/json_write.h"

#include "reaptop/words/utf8.h"

/* One UTF-16 unit, as JSON writes what lies outside of ASCII. */
static void add_unit(struct output *output, uint32_t unit)
{
	static const char hex[] = "0123456789abcdef";
	char text[] = "\\u0000";
	for (int i = 0; i < 4; i++)
		text[2 + i] = hex[unit >> (12 - 4 * i) & 15];
	output_bytes(output, text, 6);
}

/* In two units, a surrogate pair, where one is too small (RFC 8259, 7). */
static void add_escape(struct output *output, uint32_t code)
{
	if (code < 0x10000) {
		add_unit(output, code);
		return;
	}
	add_unit(output, 0xd800 + ((code - 0x10000) >> 10));
	add_unit(output, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

static bool is_printable_ascii(uint32_t code)
{
	return code >= 0x20 && code < 0x7f;
}

void json_string(struct output *output, const char *text)
{
	output_text(output, "\"");
	while (*text != '\0') {
		size_t size = utf8_length(text);
		uint32_t code =
			size == 0 ? 0xfffd : utf8_code_point(text, size);
		if (!is_printable_ascii(code)) {
			add_escape(output, code);
		} else {
			if (code == '"' || code == '\\')
				output_text(output, "\\");
			output_bytes(output, text, 1);
		}
		text += size == 0 ? 1 : size;
	}
	output_text(output, "\"");
}

void json_key(struct output *output, const char *key)
{
	if (output->size > 0 && !output->failed &&
	    output->data[output->size - 1] != '{')
		output_bytes(output, ",", 1);
	output_bytes(output, "\"", 1);
	output_text(output, key);
	output_bytes(output, "\":", 2);
}

void json_number(struct output *output, const char *key, uint64_t number)
{
	json_key(output, key);
	output_number(output, number);
}

void json_null(struct output *output, const char *key)
{
	json_key(output, key);
	output_bytes(output, "null", 4);
}

void json_bool(struct output *output, const char *key, bool value)
{
	json_key(output, key);
	output_text(output, value ? "true" : "false");
}

void json_open(struct output *output, const char *key, char bracket)
{
	json_key(output, key);
	output_bytes(output, &bracket, 1);
}

void json_next(struct output *output)
{
	if (output->size == 0 || output->failed)
		return;
	char last = output->data[output->size - 1];
	if (last != '[' && last != '{')
		output_bytes(output, ",", 1);
}
