#include "book/push_rules.h"

#include <stddef.h>

#include "format/rec.h"

/* A Guard record as read. */
struct guard_record {
	struct str lead, keyring;
	struct record_fields branches;
};

#define GUARD(field) offsetof(struct guard_record, field)
#define OFFICER(field) offsetof(struct officer, field)

/* clang-format off */
static const struct record_row guard_rows[] = {
	{ "Lead", FIELD_ID, GUARD(lead), true, NULL },
	{ "Branch", FIELD_RAWS, GUARD(branches), false, NULL },
	{ "Keyring", FIELD_TEXT, GUARD(keyring), false, NULL },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};

static const struct record_row officer_rows[] = {
	{ "Office", FIELD_RAWS, OFFICER(offices), true, NULL },
	{ "Author", FIELD_RAWS, OFFICER(authors), false, NULL },
	{ "Key", FIELD_RAWS, OFFICER(keys), false, NULL },
	{ NULL, FIELD_IGNORED, 0, false, NULL }
};
/* clang-format on */

bool
push_rules_key_is_ssh(struct str key)
{
	return str_starts(key, STR("ssh-")) || str_starts(key, STR("sk-")) ||
	       str_starts(key, STR("ecdsa-"));
}

/* 40 or 64 hexadecimal digits. */
static bool
is_fingerprint(struct str key)
{
	for (size_t i = 0; i < key.size; i++)
		if (strchr("0123456789abcdefABCDEF", key.data[i]) == NULL ||
		    key.data[i] == '\0')
			return false;
	return key.size == 40 || key.size == 64;
}

/* Neither could be told from another one where it goes on another line. */
static int
check_keys(const struct rec_file *file, const struct officer *officer,
    struct diag *diag)
{
	int rc = 0;

	for (size_t i = 0; i < officer->keys.count; i++) {
		const struct rec_field *field = officer->keys.fields[i];
		struct str key = field->value;

		if (is_fingerprint(key) ||
		    (push_rules_key_is_ssh(key) &&
			str_find(key, '\n') == STR_NOWHERE))
			continue;
		diag_at(diag, rec_place(file, field, 0, key.size), D_GUARD_KEY,
		    key);
		rc = -1;
	}
	return rc;
}

static int
read_officer(struct arena *arena, const struct rec_file *file,
    const struct rec_record *record, struct push_rules *out, struct diag *diag)
{
	struct officer officer = { 0 };
	int rc = record_read(arena, file, record, officer_rows, &officer, diag);

	if (rc == 0)
		rc = check_keys(file, &officer, diag);
	/* Who is asked for nothing is anybody. */
	if (rc == 0 && officer.authors.count + officer.keys.count == 0) {
		diag_at(diag, rec_record_place(file, record), D_GUARD_ANYBODY);
		rc = -1;
	}
	out->list = arena_grow(arena, out->list, out->count, &out->capacity,
	    sizeof(*out->list));
	out->list[out->count++] = officer;
	return rc;
}

static int
read_guard(struct arena *arena, const struct rec_file *file,
    const struct rec_record *record, struct push_rules *out, struct diag *diag)
{
	struct guard_record guard = { 0 };
	int rc = record_read(arena, file, record, guard_rows, &guard, diag);

	if (out->lead.size > 0) {
		diag_at(diag, rec_record_place(file, record), D_GUARD_TWICE);
		rc = -1;
	}
	out->lead = guard.lead;
	out->branches = guard.branches;
	out->keyring = guard.keyring;
	return rc;
}

static bool
has_value(const struct record_fields *fields, struct str value)
{
	for (size_t i = 0; i < fields->count; i++)
		if (str_equal(fields->fields[i]->value, value))
			return true;
	return false;
}

/* Whether somebody speaks for an office. */
static bool
has_officer(const struct push_rules *officers, struct str office)
{
	for (size_t i = 0; i < officers->count; i++)
		if (has_value(&officers->list[i].offices, office))
			return true;
	return false;
}

int
push_rules_read(struct arena *arena, const char *path, struct str text,
    struct push_rules *out, struct diag *diag)
{
	struct rec_file file;
	int rc;

	*out = (struct push_rules){ 0 };
	rc = rec_parse(arena, path, text, &file, diag);
	for (size_t i = 0; i < file.count; i++) {
		const struct rec_record *record = &file.records[i];
		int one = -1;

		if (str_equal(record->type, STR("Guard")))
			one = read_guard(arena, &file, record, out, diag);
		else if (str_equal(record->type, STR("Officer")))
			one = read_officer(arena, &file, record, out, diag);
		else
			diag_at(diag, rec_record_place(&file, record),
			    D_GUARD_TYPE, record->type);
		rc |= one;
	}
	/* Nobody could ever change this file again. */
	if (rc == 0 && out->count > 0 && !has_officer(out, out->lead)) {
		diag_at(diag, place_file(path), D_GUARD_LEAD);
		rc = -1;
	}
	return rc == 0 ? 0 : -1;
}

struct str
push_rules_owner(const struct push_rules *officers, struct str path)
{
	struct str rest = path, folder, period;

	if (str_cut(&rest, '/', &folder) && str_equal(folder, STR("data")) &&
	    str_cut(&rest, '/', &period) && str_ends(rest, STR(".tsv")) &&
	    str_find(rest, '/') == STR_NOWHERE) {
		struct str office = str_head(rest, rest.size - strlen(".tsv"));

		if (has_officer(officers, office))
			return office;
	}
	return officers->lead;
}

bool
push_rules_officer_matches(const struct officer *officer, struct str office,
    struct str email)
{
	if (!has_value(&officer->offices, office))
		return false;
	for (size_t i = 0; i < officer->authors.count; i++)
		if (str_glob(officer->authors.fields[i]->value, email))
			return true;
	return officer->authors.count == 0;
}
