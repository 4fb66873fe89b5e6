#include "close/verify.h"

#include "close/known_closes.h"
#include "git/commit.h"
#include "git/reference.h"
#include "git/revision.h"
#include "git/revwalk.h"
#include "git/tag.h"

/*
 * Where to look from
 */

/* What a name leads to: a commit, or findings. */
static int
find_commit(const struct repository *repository, const char *folder,
    const char *name, git_oid *out, struct diag *diag)
{
	struct revision revision = { 0 };

	if (revision_resolve(repository, folder, name, &revision, diag) != 0)
		return -1;
	if (!revision.has_commit) {
		diag_at(diag, place_none(), D_VERIFY_REVISION, str_from(name));
		return -1;
	}
	*out = revision.commit;
	return 0;
}

/* The commit, and the path of the book in it: `REVISION:PATH` names both. */
static int
find_tip(const struct repository *repository,
    const struct verify_request *request, struct arena *arena, git_oid *tip,
    struct str *path, struct diag *diag)
{
	const char *name =
	    request->revision == NULL ? "HEAD" : request->revision;
	struct str whole = str_from(name);

	*path = (struct str){ 0 };
	if (revision_cut_path(&whole, path))
		name = arena_str(arena, whole).data;
	else if (repository_locate(repository, request->folder, arena, path,
		     diag) != 0)
		return -1;
	while (str_ends(*path, STR("/")))
		path->size--;
	return find_commit(repository, request->folder, name, tip, diag);
}

/*
 * Doubts
 */

/* A commit's day, and that of a parent that says it is younger. */
struct days {
	struct str own, before;
};

/* Whether a commit says it is older than one before it. */
static bool
runs_backwards(const struct repository *repository, const git_oid *id,
    struct arena *arena, struct days *days)
{
	struct commit_header own, before;

	if (!commit_header_read(&own, repository, id, arena))
		return false;
	for (size_t i = 0; i < own.parent_count; i++)
		if (commit_header_read(&before, repository, &own.parents[i],
			arena) &&
		    own.time < before.time) {
			days->own = commit_date(arena, own.time, own.offset);
			days->before =
			    commit_date(arena, before.time, before.offset);
			return true;
		}
	return false;
}

static void
report_backwards(struct diag *diag, const git_oid *id, const struct days *days)
{
	char text[COMMIT_ID_SIZE];

	diag_at(diag, place_none(), D_BACKWARDS,
	    str_from(git_oid_tostr(text, sizeof(text), id)), days->own,
	    days->before);
}

static void
doubt_dates(struct repository *repository, const git_oid *tip,
    struct diag *diag)
{
	enum { MOST = 10 };
	struct revwalk *walk = revwalk_new(repository, NULL);
	struct arena arena = { 0 }, scratch = { 0 };
	size_t id_count, count = 0;
	struct days days;
	char text[24];
	git_oid *ids;

	revwalk_from(walk, tip);
	revwalk_backwards(walk, &arena, &ids, &id_count);
	for (size_t i = 0; i < id_count; i++) {
		struct arena_mark mark = arena_mark(&scratch);

		if (runs_backwards(repository, &ids[i], &scratch, &days) &&
		    ++count <= MOST)
			report_backwards(diag, &ids[i], &days);
		arena_release(&scratch, mark);
	}
	revwalk_free(walk);
	arena_free(&scratch);
	arena_free(&arena);
	if (count <= MOST)
		return;
	snprintf(text, sizeof(text), "%zu", count - MOST);
	diag_at(diag, place_none(), D_BACKWARDS_MORE, str_from(text));
}

/* Closes that history does not have: interrupted, undone, or elsewhere. */
static void
doubt_tags(const struct integrity *integrity, struct diag *diag)
{
	const struct repository *repository = integrity_repository(integrity);
	static const struct str prefix = STR_INIT("refs/tags/");
	struct arena arena = { 0 };
	size_t count;
	const struct reference *list =
	    reference_list(repository, prefix, &arena, &count);

	for (size_t i = 0; i < count; i++) {
		struct str tag = str_from_byte(list[i].name, prefix.size);
		struct period period;
		unsigned revision;
		git_oid commit;

		if (close_record_tag_parse(tag, &period, &revision) &&
		    tag_peel(repository, &list[i].id, &commit) &&
		    !integrity_has_seen(integrity, &commit))
			diag_at(diag, place_none(), D_TAG_ASTRAY, tag);
	}
	arena_free(&arena);
}

/*
 * All of it
 */

static int
prove(struct proof_list *proofs, const struct proof_request *request,
    const char *branch, struct known_closes *known, struct diag *diag)
{
	if (known_closes_read(known, request->integrity, diag) != 0 ||
	    proof_list_make(proofs, request, diag) != 0)
		return -1;
	doubt_dates(integrity_repository(request->integrity), &request->tip,
	    diag);
	doubt_tags(request->integrity, diag);
	known_closes_compare(known, request, branch, proofs, diag);
	return 0;
}

static int
check_clone(const struct repository *repository, const char *folder,
    struct diag *diag)
{
	if (repository_is_shallow(repository)) {
		diag_at(diag, place_none(), D_VERIFY_SHALLOW);
		return -1;
	}
	repository_doubts(repository, folder, diag);
	return 0;
}

static int
verify(struct proof_list *proofs, struct repository *repository,
    const struct verify_request *request, struct diag *diag)
{
	struct proof_request wanted = { .periods = request->periods,
		.period_count = request->period_count,
		.signers = request->signers };
	struct known_closes known = { 0 };
	struct arena arena = { 0 };
	const char *branch = NULL;
	struct str path;
	int rc = check_clone(repository, request->folder, diag);

	if (rc == 0)
		rc = find_tip(repository, request, &arena, &wanted.tip, &path,
		    diag);
	if (rc == 0) {
		wanted.integrity = integrity_new(repository, path);
		if (request->revision == NULL)
			branch = repository_branch(repository, &arena);
		rc = prove(proofs, &wanted, branch, &known, diag);
	}
	/* What another commit has says nothing of the branch's head. */
	if (rc == 0 && !request->is_dry_run && request->revision == NULL)
		(void)known_closes_write(&known, &wanted, branch, proofs, diag);
	if (rc == 0 && proofs->count == 0) {
		diag_at(diag, place_none(), D_VERIFY_NONE);
		rc = -1;
	}
	known_closes_free(&known);
	integrity_free(wanted.integrity);
	arena_free(&arena);
	return rc;
}

int
verify_book(struct proof_list *proofs, const struct verify_request *request,
    struct diag *diag)
{
	struct repository *repository;
	int rc;

	*proofs = (struct proof_list){ 0 };
	if (repository_open(&repository, request->folder, REPOSITORY_PROVE,
		diag) != 0)
		return -1;
	rc = verify(proofs, repository, request, diag);
	repository_close(repository);
	return rc;
}
