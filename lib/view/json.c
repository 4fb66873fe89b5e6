#include "view/json.h"

#include "format/table.h"

static void
start(struct json *json, const char *key)
{
	if (json->follows)
		buffer_add_byte(json->out, ',');
	json->follows = true;
	if (key == NULL)
		return;
	table_json_string(json->out, str_from(key));
	buffer_add_byte(json->out, ':');
}

void
json_begin(struct json *json, const char *key, char bracket)
{
	start(json, key);
	buffer_add_byte(json->out, bracket);
	json->follows = false;
}

void
json_end(struct json *json, char bracket)
{
	buffer_add_byte(json->out, bracket);
	json->follows = true;
}

void
json_text(struct json *json, const char *key, struct str text)
{
	start(json, key);
	table_json_string(json->out, text);
}

void
json_number(struct json *json, const char *key, struct str decimal)
{
	start(json, key);
	buffer_add(json->out, decimal.size > 0 ? decimal : STR("null"));
}

void
json_count(struct json *json, const char *key, size_t count)
{
	start(json, key);
	buffer_format(json->out, "%zu", count);
}

void
json_truth(struct json *json, const char *key, bool value)
{
	start(json, key);
	buffer_add(json->out, value ? STR("true") : STR("false"));
}

void
json_null(struct json *json, const char *key)
{
	start(json, key);
	buffer_add(json->out, STR("null"));
}
