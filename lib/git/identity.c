#include "git/identity.h"

#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "git/commit.h"

/*
 * Dates
 */

/* `+0800`, `-05:30` or `Z` at the end of a text; cut off. */
static bool
cut_offset(struct str *text, int *minutes)
{
	struct str s = str_trim(*text);
	int digits[4], count = 0;
	size_t at = s.size;

	if (s.size > 0 && s.data[s.size - 1] == 'Z') {
		*minutes = 0;
		*text = str_trim(str_head(s, s.size - 1));
		return true;
	}
	while (at > 0 && count < 4) {
		char byte = s.data[at - 1];

		if (byte >= '0' && byte <= '9')
			digits[3 - count++] = byte - '0';
		else if (byte != ':' || count != 2)
			return false;
		at--;
	}
	if (count < 4 || at == 0 ||
	    (s.data[at - 1] != '+' && s.data[at - 1] != '-'))
		return false;
	*minutes =
	    (10 * digits[0] + digits[1]) * 60 + 10 * digits[2] + digits[3];
	if (s.data[at - 1] == '-')
		*minutes = -*minutes;
	*text = str_trim(str_head(s, at - 1));
	return true;
}

/* Local time's distance from UTC at a moment, in minutes. */
static int
local_offset(int64_t seconds)
{
	time_t moment = (time_t)seconds;
	struct tm parts;

	if (localtime_r(&moment, &parts) == NULL)
		return 0;
	return (int)(parts.tm_gmtoff / 60);
}

static bool
parse_seconds(struct str text, int64_t *out)
{
	int64_t value = 0;

	if (text.size > 0 && text.data[0] == '@')
		text = str_from_byte(text, 1);
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9' || i > 11)
			return false;
		value = 10 * value + (text.data[i] - '0');
	}
	*out = value;
	return text.size > 0;
}

/* `Sat, 5 Nov 2022 08:00:00`, the day of the week if wanted, as UTC. */
static bool
parse_mail_date(struct str text, int64_t *out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct arena arena = { 0 };
	size_t comma = str_find(text, ',');
	char month[4] = "", iso[32];
	int day, year, hour, minute, second = 0, got;
	const char *found;

	if (comma != STR_NOWHERE)
		text = str_trim(str_from_byte(text, comma + 1));
	/* NOLINTNEXTLINE(cert-err34-c): the ISO reader checks each number */
	got = sscanf(arena_str(&arena, text).data,
	    "%2d %3[A-Za-z] %4d %2d:%2d:%2d", &day, month, &year, &hour,
	    &minute, &second);
	arena_free(&arena);
	found = got >= 5 ? strstr(months, month) : NULL;
	if (found == NULL || strlen(month) != 3 || (found - months) % 3 != 0)
		return false;
	snprintf(iso, sizeof(iso), "%04d-%02d-%02dT%02d:%02d:%02d",
	    year & 0x3fff, (int)(found - months) / 3 + 1, day & 0x3f,
	    hour & 0x3f, minute & 0x3f, second & 0x3f);
	return commit_date_parse(str_from(iso), out);
}

/* `2022-11-05 08:00:00` is git's way to write a date with a T in it. */
static bool
parse_iso_date(struct str text, int64_t *out)
{
	char copy[32];

	if (text.size >= sizeof(copy))
		return false;
	memcpy(copy, text.data, text.size);
	if (text.size > 10 && copy[10] == ' ')
		copy[10] = 'T';
	return commit_date_parse((struct str){ copy, text.size }, out);
}

bool
identity_date_parse(struct str text, git_time *out)
{
	struct str rest = str_trim(text);
	int offset = 0;
	int64_t seconds;
	bool has_offset;

	/* A day alone ends like an offset: 2022-11-05 does not. */
	has_offset = rest.size > 10 && cut_offset(&rest, &offset);
	if (parse_seconds(rest, &seconds)) {
		if (!has_offset)
			offset = local_offset(seconds);
	} else if (parse_iso_date(rest, &seconds) ||
		   parse_mail_date(rest, &seconds)) {
		if (!has_offset)
			offset = local_offset(seconds);
		seconds -= (int64_t)offset * 60;
	} else {
		return false;
	}
	*out = (git_time){ .time = seconds,
		.offset = offset,
		.sign = offset < 0 ? '-' : '+' };
	return true;
}

/* Of a request, not of a record. Returns -1. */
static int
refuse(struct diag *diag, enum finding finding, struct str first,
    struct str second)
{
	diag_at(diag, place_none(), finding, first, second);
	return -1;
}

/* Of SOURCE_DATE_EPOCH, or now. */
static int
time_now(git_time *out, struct diag *diag)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	int64_t seconds = time(NULL);

	if (epoch != NULL && epoch[0] != '\0') {
		if (!parse_seconds(str_from(epoch), &seconds) ||
		    epoch[0] == '@')
			return refuse(diag, D_DATE_EPOCH, str_from(epoch),
			    STR_END);
		*out = (git_time){ .time = seconds, .offset = 0, .sign = '+' };
		return 0;
	}
	*out = (git_time){
		.time = seconds, .offset = local_offset(seconds), .sign = '+'
	};
	return 0;
}

/*
 * Names
 */

/* A setting, in the arena; NULL where it is not set. */
static const char *
setting(struct identity *identity, git_config *config, const char *name)
{
	const char *value;

	if (git_config_get_string(&value, config, name) != 0)
		return NULL;
	return arena_str(&identity->arena, str_from(value)).data;
}

static bool
is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* One of the two: `role` is AUTHOR or COMMITTER, `section` in small letters. */
static int
read_person(struct identity *identity, git_config *config, const char *role,
    const char *section, git_signature **out, struct diag *diag)
{
	struct arena *arena = &identity->arena;
	const char *name, *email, *date;
	git_time when = { 0 };

	name = getenv(arena_format(arena, "GIT_%s_NAME", role).data);
	if (!is_given(name))
		name = setting(identity, config,
		    arena_format(arena, "%s.name", section).data);
	if (!is_given(name))
		name = setting(identity, config, "user.name");
	email = getenv(arena_format(arena, "GIT_%s_EMAIL", role).data);
	if (!is_given(email))
		email = setting(identity, config,
		    arena_format(arena, "%s.email", section).data);
	if (!is_given(email))
		email = setting(identity, config, "user.email");
	if (!is_given(email))
		email = getenv("EMAIL");
	if (!is_given(name) || !is_given(email))
		return refuse(diag, D_IDENTITY_NONE, STR_END, STR_END);
	date = getenv(arena_format(arena, "GIT_%s_DATE", role).data);
	if (!is_given(date)) {
		if (time_now(&when, diag) != 0)
			return -1;
	} else if (!identity_date_parse(str_from(date), &when)) {
		return refuse(diag, D_IDENTITY_DATE, str_from(role),
		    str_from(date));
	}
	if (git_signature_new(out, name, email, when.time, when.offset) == 0)
		return 0;
	return refuse(diag, D_IDENTITY, str_from(name), str_from(email));
}

/*
 * Signing
 */

/* Whether a truth value is set, and which. */
static bool
read_flag(git_config *config, const char *name, bool *value)
{
	int flag;

	if (git_config_get_bool(&flag, config, name) != 0)
		return false;
	*value = flag != 0;
	return true;
}

static int
read_signing(struct identity *identity, git_config *config, struct diag *diag)
{
	struct signature_settings *signing = &identity->signing;
	const char *format = setting(identity, config, "gpg.format");
	bool is_ssh = format != NULL && strcmp(format, "ssh") == 0;

	signing->key = setting(identity, config, "user.signingkey");
	if (!read_flag(config, "tag.gpgsign", &identity->signs_tags))
		identity->signs_tags = is_given(signing->key);
	read_flag(config, "commit.gpgsign", &identity->signs_commits);
	if (!identity->signs_tags && !identity->signs_commits)
		return 0;
	if (format != NULL && !is_ssh && strcmp(format, "openpgp") != 0)
		return refuse(diag, D_SIGN_FORMAT, str_from(format), STR_END);
	signing->format = is_ssh ? SIGNATURE_SSH : SIGNATURE_OPENPGP;
	signing->program = setting(identity, config,
	    is_ssh ? "gpg.ssh.program" : "gpg.openpgp.program");
	if (!is_given(signing->program) && !is_ssh)
		signing->program = setting(identity, config, "gpg.program");
	if (!is_given(signing->program))
		signing->program = is_ssh ? "ssh-keygen" : "gpg";
	if (is_given(signing->key))
		return 0;
	if (is_ssh)
		return refuse(diag, D_SIGN_KEY, STR_END, STR_END);
	signing->key = arena_format(&identity->arena, "%s <%s>",
	    identity->committer->name, identity->committer->email)
			   .data;
	return 0;
}

int
identity_read(struct identity *identity, git_repository *git, struct diag *diag)
{
	git_config *config = NULL;
	int rc;

	*identity = (struct identity){ 0 };
	if (git_repository_config_snapshot(&config, git) != 0)
		return refuse(diag, D_SETTINGS, STR_END, STR_END);
	rc = read_person(identity, config, "AUTHOR", "author",
	    &identity->author, diag);
	if (rc == 0)
		rc = read_person(identity, config, "COMMITTER", "committer",
		    &identity->committer, diag);
	if (rc == 0)
		rc = read_signing(identity, config, diag);
	git_config_free(config);
	return rc;
}

void
identity_free(struct identity *identity)
{
	git_signature_free(identity->author);
	git_signature_free(identity->committer);
	arena_free(&identity->arena);
	*identity = (struct identity){ 0 };
}
