#include "close/known_closes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "git/reference.h"

/* The folder of such files, in the arena; NULL where no home is known. */
static const char *
state_folder(struct arena *arena)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	/* The specification has relative paths ignored. */
	if (state != NULL && state[0] == '/')
		return arena_format(arena, "%s/shiji", state).data;
	if (home == NULL || home[0] != '/')
		return NULL;
	return arena_format(arena, "%s/.local/state/shiji", home).data;
}

/* A file for each book of each repository, named for where they are. */
static void
settle_path(struct known_closes *seen, const struct integrity *integrity)
{
	const char *own =
	    repository_common_folder(integrity_repository(integrity));
	const char *folder = state_folder(&seen->arena);
	char *real = realpath(own, NULL);
	char digest[DIGEST_SIZE];
	struct str key;

	seen->repository =
	    arena_str(&seen->arena, str_from(real != NULL ? real : own));
	free(real);
	seen->book = arena_str(&seen->arena, integrity_book(integrity));
	key = arena_format(&seen->arena, STR_FMT "\n" STR_FMT,
	    STR_ARG(seen->repository), STR_ARG(seen->book));
	if (folder != NULL)
		seen->path = arena_format(&seen->arena, "%s/%.16s.rec", folder,
		    digest_sha256(key, digest))
				 .data;
}

/*
 * Reading
 */

static int
read_bytes(const char *path, struct buffer *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	if (fd < 0)
		return errno;
	while (got > 0) {
		buffer_reserve(out, 8192);
		got = read(fd, out->data + out->size, 8192);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			out->size += (size_t)got;
	}
	close(fd);
	return got < 0 ? errno : 0;
}

static void
add_branch(struct known_closes *seen, struct str name, struct str head)
{
	seen->branches =
	    arena_grow(&seen->arena, seen->branches, seen->branch_count,
		&seen->branch_capacity, sizeof(*seen->branches));
	seen->branches[seen->branch_count++] =
	    (struct seen_branch){ name, head };
}

static void
add_close(struct known_closes *seen, struct period period, unsigned revision,
    struct str tag)
{
	seen->closes = arena_grow(&seen->arena, seen->closes, seen->close_count,
	    &seen->close_capacity, sizeof(*seen->closes));
	seen->closes[seen->close_count++] =
	    (struct seen_close){ period, revision, tag };
}

/* `refs/heads/main 40 digits`; `2022-10 1 40 digits`. False: no such thing. */
static bool
take_field(struct known_closes *seen, const struct rec_field *field)
{
	struct str rest = field->value, first, second;
	struct period period;
	unsigned revision;
	struct str tag;

	if (str_equal(field->name, STR("Head"))) {
		if (!str_cut(&rest, ' ', &first) || rest.size != GIT_OID_HEXSZ)
			return false;
		add_branch(seen, first, rest);
		return true;
	}
	if (!str_equal(field->name, STR("Close")))
		return true;
	if (!str_cut(&rest, ' ', &first) || !str_cut(&rest, ' ', &second) ||
	    rest.size != GIT_OID_HEXSZ)
		return false;
	tag = arena_format(&seen->arena,
	    str_equal(second, STR("1")) ? "close/" STR_FMT
					: "close/" STR_FMT "." STR_FMT,
	    STR_ARG(first), STR_ARG(second));
	if (!close_record_tag_parse(tag, &period, &revision))
		return false;
	add_close(seen, period, revision, rest);
	return true;
}

static bool
take_text(struct known_closes *seen, struct str text)
{
	struct diag *diag = diag_new(1);
	struct rec_file file;
	bool fits =
	    rec_parse(&seen->arena, seen->path, text, &file, diag) == 0 &&
	    file.count == 1 && str_equal(file.records[0].type, STR("Seen"));

	for (size_t i = 0; fits && i < file.records[0].count; i++)
		fits = take_field(seen, &file.records[0].fields[i]);
	diag_free(diag);
	return fits;
}

/* Of the file; returns -1. */
static int
refuse(const struct known_closes *seen, struct diag *diag, enum finding finding,
    struct str detail)
{
	diag_at_path(diag, "", str_from(seen->path), finding, detail, STR_END);
	return -1;
}

int
known_closes_read(struct known_closes *seen, const struct integrity *integrity,
    struct diag *diag)
{
	struct buffer bytes = { 0 };
	int error, rc = 0;

	*seen = (struct known_closes){ 0 };
	settle_path(seen, integrity);
	if (seen->path == NULL)
		return 0;
	error = read_bytes(seen->path, &bytes);
	if (error != 0 && error != ENOENT && error != ENOTDIR)
		rc = refuse(seen, diag, D_SOURCE, str_from(strerror(error)));
	else if (error == 0 &&
		 !take_text(seen, arena_str(&seen->arena, buffer_str(&bytes))))
		rc = refuse(seen, diag, D_KNOWN_CLOSES, STR_END);
	buffer_free(&bytes);
	return rc;
}

void
known_closes_free(struct known_closes *seen)
{
	arena_free(&seen->arena);
	*seen = (struct known_closes){ 0 };
}

/*
 * Comparing
 */

static struct seen_branch *
find_branch(const struct known_closes *seen, const char *name)
{
	for (size_t i = 0; i < seen->branch_count; i++)
		if (str_equal(seen->branches[i].name, str_from(name)))
			return &seen->branches[i];
	return NULL;
}

static void
compare_head(const struct known_closes *seen,
    const struct proof_request *request, const char *branch, struct diag *diag)
{
	const struct seen_branch *before =
	    branch == NULL ? NULL : find_branch(seen, branch);
	git_oid head;

	if (before == NULL ||
	    git_oid_fromstrn(&head, before->head.data, before->head.size) !=
		0 ||
	    integrity_has_seen(request->integrity, &head))
		return;
	diag_at(diag, place_none(), D_REWRITTEN, before->name, before->head);
}

/* What a tag's reference holds now; empty: there is none. */
static struct str
tag_now(const struct proof_request *request, const struct seen_close *close,
    struct arena *arena)
{
	char tag[CLOSE_NAME_SIZE], text[COMMIT_ID_SIZE];
	struct str name;
	git_oid id;

	name = arena_format(arena, "refs/tags/%s",
	    close_record_tag(close->period, close->revision, tag));
	if (!reference_read(integrity_repository(request->integrity), name.data,
		&id))
		return (struct str){ 0 };
	return arena_str(arena,
	    str_from(git_oid_tostr(text, sizeof(text), &id)));
}

static struct proof *
proof_of(struct proof_list *proofs, struct period period)
{
	for (size_t i = 0; i < proofs->count; i++)
		if (period_equal(proofs->list[i].period, period))
			return &proofs->list[i];
	return NULL;
}

/* A close that was seen and that nothing speaks of any more. */
static struct proof *
add_lost(struct proof_list *proofs, struct period period)
{
	size_t at = proofs->count;

	proofs->list = arena_grow(&proofs->arena, proofs->list, proofs->count,
	    &proofs->capacity, sizeof(*proofs->list));
	for (proofs->count++;
	     at > 0 && period_compare(proofs->list[at - 1].period, period) > 0;
	     at--)
		proofs->list[at] = proofs->list[at - 1];
	proofs->list[at] = (struct proof){ .period = period };
	return &proofs->list[at];
}

void
known_closes_compare(struct known_closes *seen,
    const struct proof_request *request, const char *branch,
    struct proof_list *proofs, struct diag *diag)
{
	/* What a branch has lost of a close the walk through it finds. */
	compare_head(seen, request, branch, diag);
	for (size_t i = 0; i < seen->close_count; i++) {
		const struct seen_close *close = &seen->closes[i];
		struct str now = tag_now(request, close, &proofs->arena);
		struct proof *proof = proof_of(proofs, close->period);
		char tag[CLOSE_NAME_SIZE];

		close_record_tag(close->period, close->revision, tag);
		if (str_equal(now, close->tag) ||
		    (proof == NULL && request->period_count > 0))
			continue;
		if (proof == NULL)
			proof = add_lost(proofs, close->period);
		proof_fail(proof, PROOF_SEEN,
		    arena_format(&proofs->arena,
			_("the tag %s held " STR_FMT
			  " when last proved, and %s now; if that was meant, "
			  "remove %s"),
			tag, STR_ARG(close->tag),
			now.size > 0 ? now.data : _("nothing"), seen->path));
	}
}

/*
 * Writing
 */

static const struct seen_close *
find_seen(const struct known_closes *seen, struct period period,
    unsigned revision)
{
	for (size_t i = 0; i < seen->close_count; i++)
		if (period_equal(seen->closes[i].period, period) &&
		    seen->closes[i].revision == revision)
			return &seen->closes[i];
	return NULL;
}

static void
note_now(struct known_closes *seen, const struct proof_request *request,
    const char *branch, const struct proof_list *proofs)
{
	struct seen_branch *known =
	    branch == NULL ? NULL : find_branch(seen, branch);
	char id[COMMIT_ID_SIZE];
	struct str head;

	git_oid_tostr(id, sizeof(id), &request->tip);
	head = arena_str(&seen->arena, str_from(id));
	if (known != NULL)
		known->head = head;
	else if (branch != NULL)
		add_branch(seen, str_from(branch), head);
	for (size_t i = 0; i < proofs->count; i++) {
		const struct proof *proof = &proofs->list[i];

		if (proof->verdict == VERDICT_PROVED &&
		    find_seen(seen, proof->period, proof->revision) == NULL)
			add_close(seen, proof->period, proof->revision,
			    proof->tag_id);
	}
}

static void
print_seen(const struct known_closes *seen, struct buffer *out)
{
	char text[PERIOD_TEXT_SIZE];

	buffer_add(out,
	    STR("# What 'shiji close --verify' saw last; see shiji-close(1).\n"
		"\n%rec: Seen\n\n"));
	buffer_format(out, "Repository: " STR_FMT "\nBook: " STR_FMT "\n",
	    STR_ARG(seen->repository),
	    STR_ARG(seen->book.size > 0 ? seen->book : STR(".")));
	for (size_t i = 0; i < seen->branch_count; i++)
		buffer_format(out, "Head: " STR_FMT " " STR_FMT "\n",
		    STR_ARG(seen->branches[i].name),
		    STR_ARG(seen->branches[i].head));
	for (size_t i = 0; i < seen->close_count; i++)
		buffer_format(out, "Close: %s %u " STR_FMT "\n",
		    period_text(seen->closes[i].period, text),
		    seen->closes[i].revision, STR_ARG(seen->closes[i].tag));
}

/* All folders on the way to a file. */
static void
make_folders(struct arena *arena, const char *path)
{
	for (size_t i = 1; path[i] != '\0'; i++)
		if (path[i] == '/')
			(void)mkdir(
			    arena_str(arena, str_head(str_from(path), i)).data,
			    0700);
}

static int
replace(const char *path, struct str bytes)
{
	struct arena arena = { 0 };
	struct str draft = arena_format(&arena, "%s.XXXXXX", path);
	int fd, rc;

	make_folders(&arena, path);
	fd = mkstemp((char *)(uintptr_t)draft.data);
	rc = fd >= 0 &&
		     write(fd, bytes.data, bytes.size) == (ssize_t)bytes.size &&
		     fsync(fd) == 0
		 ? 0
		 : -1;
	if (fd >= 0 && close(fd) != 0)
		rc = -1;
	if (rc == 0)
		rc = rename(draft.data, path);
	if (rc != 0) {
		rc = errno;
		if (fd >= 0)
			unlink(draft.data);
	}
	arena_free(&arena);
	return rc;
}

int
known_closes_write(struct known_closes *seen,
    const struct proof_request *request, const char *branch,
    const struct proof_list *proofs, struct diag *diag)
{
	struct buffer text = { 0 };
	int error;

	if (seen->path == NULL) {
		diag_at(diag, place_none(), D_KNOWN_CLOSES_HOME);
		return -1;
	}
	note_now(seen, request, branch, proofs);
	print_seen(seen, &text);
	error = replace(seen->path, buffer_str(&text));
	buffer_free(&text);
	if (error == 0)
		return 0;
	return refuse(seen, diag, D_KNOWN_CLOSES_WRITE,
	    str_from(strerror(error)));
}
