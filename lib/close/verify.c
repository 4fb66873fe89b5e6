#include "close/verify.h"

#include "close/known_closes.h"
#include "git/commit.h"
#include "git/parents.h"
#include "git/repository.h"
#include "git/revwalk.h"

/*
 * Where to look from
 */

/* What a name leads to: a commit, or findings. */
static int
find_commit(const struct repository *repository, const char *folder,
    const char *name, git_oid *out, struct diag *diag)
{
	struct revision revision = { 0 };

	if (repository_resolve(repository, folder, name, &revision, diag) != 0)
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

static struct str
commit_day(const git_commit *commit, struct arena *arena)
{
	return commit_date(arena, git_commit_time(commit),
	    git_commit_time_offset(commit));
}

/* The parent that says it is younger than its child, or NULL. To be freed. */
static git_commit *
younger_parent(const git_commit *commit)
{
	git_commit *parent = NULL;

	for (size_t i = 0; i < parents_count(commit); i++) {
		git_oid id = parents_id(commit, i);

		if (git_commit_lookup(&parent, git_commit_owner(commit), &id) !=
		    0)
			continue;
		if (git_commit_time(commit) < git_commit_time(parent))
			return parent;
		git_commit_free(parent);
	}
	return NULL;
}

/* Whether a commit says it is older than one before it; reported if asked. */
static bool
runs_backwards(git_repository *git, const git_oid *id, struct diag *diag)
{
	git_commit *commit = NULL, *parent;
	struct arena arena = { 0 };
	char text[COMMIT_ID_SIZE];
	bool found;

	if (git_commit_lookup(&commit, git, id) != 0)
		return false;
	parent = younger_parent(commit);
	found = parent != NULL;
	if (found && diag != NULL)
		diag_at(diag, place_none(), D_BACKWARDS,
		    str_from(git_oid_tostr(text, sizeof(text), id)),
		    commit_day(commit, &arena), commit_day(parent, &arena));
	git_commit_free(parent);
	git_commit_free(commit);
	arena_free(&arena);
	return found;
}

static void
doubt_dates(struct repository *repository, const git_oid *tip,
    struct diag *diag)
{
	enum { MOST = 10 };
	struct revwalk *walk = revwalk_new(repository, NULL);
	struct arena arena = { 0 };
	size_t id_count, count = 0;
	char text[24];
	git_oid *ids;

	revwalk_from(walk, tip);
	revwalk_backwards(walk, &arena, &ids, &id_count);
	for (size_t i = 0; i < id_count; i++)
		count += runs_backwards(repository_git(repository), &ids[i],
		    count < MOST ? diag : NULL);
	revwalk_free(walk);
	arena_free(&arena);
	if (count <= MOST)
		return;
	snprintf(text, sizeof(text), "%zu", count - MOST);
	diag_at(diag, place_none(), D_BACKWARDS_MORE, str_from(text));
}

/* While tags are looked through. */
struct tag_search {
	const struct integrity *integrity;
	git_repository *git;
	struct diag *diag;
};

/* A close that history does not have: interrupted, undone, or elsewhere. */
static int
doubt_tag(const char *name, git_oid *id, void *payload)
{
	struct tag_search *search = payload;
	struct str tag = str_from(name + strlen("refs/tags/"));
	git_object *object = NULL, *commit = NULL;
	struct period period;
	unsigned revision;

	if (close_record_tag_parse(tag, &period, &revision) &&
	    git_object_lookup(&object, search->git, id, GIT_OBJECT_ANY) == 0 &&
	    git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0 &&
	    !integrity_has_seen(search->integrity, git_object_id(commit)))
		diag_at(search->diag, place_none(), D_TAG_ASTRAY, tag);
	git_object_free(commit);
	git_object_free(object);
	return 0;
}

static void
doubt_history(const struct proof_request *request, struct diag *diag)
{
	git_repository *git =
	    repository_git(integrity_repository(request->integrity));
	struct tag_search search = { request->integrity, git, diag };

	doubt_dates(integrity_repository(request->integrity), &request->tip,
	    diag);
	git_tag_foreach(git, doubt_tag, &search);
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
	doubt_history(request, diag);
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
