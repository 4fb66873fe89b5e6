/*
 * json: writes nested JSON (RFC 8259) into a buffer, on one line. Knows text
 * only; flat rows are table's.
 */
#ifndef SHIJI_JSON_H
#define SHIJI_JSON_H

#include "base/str.h"

struct json {
	struct buffer *out;
	bool follows; /* a comma is due */
};

/*
 * The key is NULL for elements of an array and for the whole. An object or
 * array is begun and ended by its brackets: '{' and '}', '[' and ']'.
 */
void json_begin(struct json *json, const char *key, char bracket);
void json_end(struct json *json, char bracket);
void json_text(struct json *json, const char *key, struct str text);
/* The text must be a decimal; an empty one stands for null. */
void json_number(struct json *json, const char *key, struct str decimal);
void json_count(struct json *json, const char *key, size_t count);
void json_truth(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

#endif
