/* The grammar of JSON, piece by piece. */
#include "reaptop/show/json_write.h"

#include "reaptop/show/utf8.h"

static void add_escape(struct output *output, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";
	char text[] = "\\u0000";
	text[4] = hex[byte >> 4];
	text[5] = hex[byte & 15];
	output_bytes(output, text, 6);
}

void json_string(struct output *output, const char *text)
{
	output_text(output, "\"");
	while (*text != '\0') {
		unsigned char byte = (unsigned char)*text;
		size_t size = utf8_length(text);
		if (size == 0) {
			output_text(output, "\xef\xbf\xbd");
			size = 1;
		} else if (byte < 0x20 || byte == 0x7f) {
			add_escape(output, byte);
		} else {
			if (byte == '"' || byte == '\\')
				output_text(output, "\\");
			output_bytes(output, text, size);
		}
		text += size;
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
