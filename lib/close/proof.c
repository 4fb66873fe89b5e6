#include "close/proof.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/version.h"
#include "git/reference.h"
#include "git/signature.h"
#include "git/tag.h"

static const char *const check_texts[] = { [PROOF_NONE] = "",
	[PROOF_CLOSED] = "closed",
	[PROOF_CHANGED] = "changed",
	[PROOF_TAG] = "tag",
	[PROOF_COMMIT] = "commit",
	[PROOF_RECORD] = "record",
	[PROOF_DIGEST] = "digest",
	[PROOF_CHAIN] = "chain",
	[PROOF_SOUND] = "sound",
	[PROOF_RESULTS] = "results",
	[PROOF_SIGNATURE] = "signature",
	[PROOF_SEEN] = "seen" };

const char *
proof_check_text(enum proof_check check)
{
	return check_texts[check];
}

const char *
proof_verdict_text(enum proof_verdict verdict)
{
	return verdict == VERDICT_PROVED       ? "proved"
	       : verdict == VERDICT_NOT_PROVED ? "not-proved"
					       : "cannot-tell";
}

void
proof_fail(struct proof *proof, enum proof_check check, struct str detail)
{
	if (proof->verdict == VERDICT_NOT_PROVED)
		return;
	proof->verdict = VERDICT_NOT_PROVED;
	proof->check = check;
	proof->detail = detail;
}

enum proof_verdict
proof_list_verdict(const struct proof_list *proofs)
{
	enum proof_verdict worst = VERDICT_PROVED;

	for (size_t i = 0; i < proofs->count; i++) {
		if (proofs->list[i].verdict == VERDICT_NOT_PROVED)
			return VERDICT_NOT_PROVED;
		if (proofs->list[i].verdict == VERDICT_UNKNOWN)
			worst = VERDICT_UNKNOWN;
	}
	return worst;
}

void
proof_list_free(struct proof_list *proofs)
{
	arena_free(&proofs->arena);
	*proofs = (struct proof_list){ 0 };
}

/* While one period is proved. */
struct proving {
	const struct proof_request *request;
	struct integrity *integrity;
	const struct repository *repository;
	struct arena *arena; /* the proofs' */
	struct proof *proof;
};

/* What is being looked at: one revision of a close. */
struct looked {
	unsigned revision;
	char tag[CLOSE_NAME_SIZE], folder[CLOSE_NAME_SIZE];
	git_oid tag_id, commit, source;
	int64_t tagged_at; /* as the tag says */
	const struct integrity_close *close;
	const struct close_record *record;
};

static void
since(struct proving *proving, const git_oid *commit)
{
	struct proof *proof = proving->proof;
	struct diag *diag = diag_new(1);
	char id[COMMIT_ID_SIZE];
	struct commit_info info;

	git_oid_tostr(id, sizeof(id), commit);
	if (commit_read(&info, proving->repository, id, proving->arena, diag) ==
	    0) {
		proof->since = arena_str(proving->arena, str_from(info.id));
		proof->author = info.author;
		proof->date = info.date;
	}
	diag_free(diag);
}

#define FAIL(proving, check, ...)                                              \
	proof_fail((proving)->proof, (check),                                  \
	    arena_format((proving)->arena, __VA_ARGS__))

static void
cannot_tell(struct proving *proving, enum proof_check check, struct str detail)
{
	if (proving->proof->verdict != VERDICT_PROVED)
		return;
	proving->proof->verdict = VERDICT_UNKNOWN;
	proving->proof->check = check;
	proving->proof->detail = detail;
}

/* libgit2's, kept. */
static struct str
reason(const struct proving *proving)
{
	return arena_str(proving->arena, repository_reason());
}

static bool
is_good(const struct proving *proving)
{
	return proving->proof->verdict == VERDICT_PROVED;
}

/* Whatever can be shown of a row: on one line, tabs as spaces, not too long. */
static struct str
row_text(struct arena *arena, struct str row)
{
	enum { MOST = 200 };
	struct str copy =
	    arena_str(arena, row.size > MOST ? str_head(row, MOST) : row);

	for (size_t i = 0; i < copy.size; i++)
		if (copy.data[i] == '\t')
			((char *)(uintptr_t)copy.data)[i] = ' ';
	return copy;
}

/*
 * Reading what a commit has
 */

/* A file of a folder of the book, in the arena; false where there is none. */
static bool
read_file(const struct proving *proving, const git_oid *commit,
    const char *folder, const char *name, struct str *out)
{
	struct tree *tree = integrity_tree(proving->integrity, commit, folder);
	struct tree_entry entry;
	bool found =
	    tree_find(tree, name, &entry) &&
	    tree_read_file(proving->repository, &entry.id, proving->arena, out);

	tree_free(tree);
	return found;
}

/* The first line in which two blobs differ, as a sentence about a path. */
static struct str
difference(struct arena *arena, struct str path, struct str old, struct str new,
    bool is_published)
{
	struct str a = { 0 }, b = { 0 };
	size_t line = close_record_first_difference(old, new, &a, &b);

	a = row_text(arena, a);
	b = row_text(arena, b);
	if (is_published)
		return arena_format(arena,
		    _(STR_FMT ":%zu: published '" STR_FMT
			      "', computed again '" STR_FMT "'"),
		    STR_ARG(path), line, STR_ARG(a), STR_ARG(b));
	return arena_format(arena,
	    _(STR_FMT ":%zu: was '" STR_FMT "', is '" STR_FMT "'"),
	    STR_ARG(path), line, STR_ARG(a), STR_ARG(b));
}

/* The bytes of a file of a tree; empty where it has none. */
static struct str
text_in(const struct proving *proving, const struct tree *tree,
    const char *name, struct arena *arena)
{
	struct tree_entry entry;
	struct str text = { 0 };

	if (tree_find(tree, name, &entry))
		tree_read_file(proving->repository, &entry.id, arena, &text);
	return text;
}

/* Whether two trees have the same at a name. */
static bool
same_at(const struct tree *a, const struct tree *b, const char *name)
{
	struct tree_entry x, y;

	return tree_find(a, name, &x) && tree_find(b, name, &y) &&
	       git_oid_equal(&x.id, &y.id);
}

/* The first row in which two trees differ; an empty text: in none. */
static struct str
tree_difference(const struct proving *proving, const struct tree *old,
    const struct tree *new, const char *path)
{
	const struct tree *sides[] = { old, new };
	struct arena scratch = { 0 };
	struct str found = { 0 };

	for (size_t i = 0; i < LENGTH(sides); i++)
		for (size_t j = 0; j < tree_count(sides[i]) && found.size == 0;
		     j++) {
			const char *name = tree_entry(sides[i], j).name;

			if (same_at(old, new, name))
				continue;
			found = difference(proving->arena,
			    arena_format(&scratch, "%s/%s", path, name),
			    text_in(proving, old, name, &scratch),
			    text_in(proving, new, name, &scratch), false);
		}
	arena_free(&scratch);
	return found;
}

/*
 * Later changes
 */

/* The first row that a breach changed, as against the close. */
static struct str
breach_detail(struct proving *proving, const struct integrity_breach *breach)
{
	const struct integrity_close *close =
	    integrity_find(proving->integrity, &breach->commit, breach->period);
	struct tree *old = NULL, *new = NULL;
	const char *folder = breach->path.data;
	struct commit_header header;
	struct str found;
	git_oid before;
	bool has_before = false;

	if (breach->kind == INTEGRITY_REMOVED)
		return arena_format(proving->arena, _(STR_FMT " was removed"),
		    STR_ARG(breach->path));
	if (breach->kind == INTEGRITY_SCHEME)
		folder = "schemes";
	if (breach->kind != INTEGRITY_RESULTS && close != NULL &&
	    close->record != NULL)
		has_before =
		    git_oid_fromstrn(&before, close->record->commit.data,
			close->record->commit.size) == 0;
	else if (commit_header_read(&header, proving->repository,
		     &breach->commit, proving->arena) &&
		 header.parent_count > 0) {
		has_before = true;
		before = header.parents[0];
	}
	if (has_before)
		old = integrity_tree(proving->integrity, &before, folder);
	new = integrity_tree(proving->integrity, &breach->commit, folder);
	found = tree_difference(proving, old, new, folder);
	tree_free(old);
	tree_free(new);
	if (found.size > 0)
		return found;
	return arena_format(proving->arena,
	    _(STR_FMT " is not as the close has it"), STR_ARG(breach->path));
}

static void
check_changes(struct proving *proving, const struct integrity_breach *breaches,
    size_t count)
{
	for (size_t i = 0; i < count && is_good(proving); i++) {
		const struct integrity_breach *breach = &breaches[i];

		if (breach->is_corrected ||
		    !period_equal(breach->period, proving->proof->period))
			continue;
		proof_fail(proving->proof, PROOF_CHANGED,
		    breach_detail(proving, breach));
		since(proving, &breach->commit);
	}
}

/*
 * The tag
 */

/* The commit that a revision's annotated tag marks; false: failed. */
static bool
read_tag(struct proving *proving, struct looked *looked)
{
	struct str name =
	    arena_format(proving->arena, "refs/tags/%s", looked->tag);
	struct tag tag;

	if (!reference_read(proving->repository, name.data, &looked->tag_id)) {
		FAIL(proving, PROOF_TAG,
		    _("there is no tag %s; run 'git fetch --tags', or 'shiji "
		      "close' to set it again"),
		    looked->tag);
		return false;
	}
	if (!tag_read(&tag, proving->repository, &looked->tag_id,
		proving->arena)) {
		FAIL(proving, PROOF_TAG,
		    _("the tag %s is not annotated, so no close made it"),
		    looked->tag);
		return false;
	}
	looked->commit = tag.commit;
	looked->tagged_at = tag.time;
	if (tag.has_commit && str_equal(tag.name, str_from(looked->tag)))
		return true;
	FAIL(proving, PROOF_TAG,
	    _("the tag %s is in truth '" STR_FMT "', or marks no commit"),
	    looked->tag, STR_ARG(tag.name));
	return false;
}

/* Whether a commit only keeps a close that one before it had made. */
static bool
keeps_close(struct proving *proving, const struct looked *looked)
{
	struct commit_header header;
	bool keeps = false;

	if (!commit_header_read(&header, proving->repository, &looked->commit,
		proving->arena))
		return false;
	for (size_t i = 0; i < header.parent_count; i++) {
		const struct integrity_close *before =
		    integrity_find(proving->integrity, &header.parents[i],
			proving->proof->period);

		keeps |= before != NULL &&
			 git_oid_equal(&before->folder, &looked->close->folder);
	}
	return keeps;
}

/* Where a tag leads must be the close, and history must have it. */
static void
check_tag(struct proving *proving, struct looked *looked)
{
	char id[COMMIT_ID_SIZE];

	git_oid_tostr(id, sizeof(id), &looked->commit);
	if (!integrity_has_seen(proving->integrity, &looked->commit)) {
		FAIL(proving, PROOF_TAG,
		    _("the tag %s marks the commit %.12s, which the history "
		      "does not have: the tag was moved, or history "
		      "rewritten"),
		    looked->tag, id);
		return;
	}
	looked->close = integrity_find(proving->integrity, &looked->commit,
	    proving->proof->period);
	looked->record = looked->close == NULL ? NULL : looked->close->record;
	if (looked->close == NULL || keeps_close(proving, looked))
		FAIL(proving, PROOF_TAG,
		    _("the tag %s marks the commit %.12s, which does not "
		      "close %s: the tag was moved"),
		    looked->tag, id, looked->folder + strlen("closed/"));
	else if (looked->record == NULL)
		FAIL(proving, PROOF_RECORD,
		    _("%s/" CLOSE_RECORD " cannot be read in the commit "
		      "%.12s"),
		    looked->folder, id);
	else if (looked->record->revision != looked->revision)
		FAIL(proving, PROOF_TAG,
		    _("the tag %s marks revision %u: it was moved"),
		    looked->tag, looked->record->revision);
}

/*
 * The commit
 */

/* Whether two trees are the same but for what one name leads to. */
static bool
same_but_name(const struct tree *a, const struct tree *b, const char *name)
{
	struct tree_entry x, y;
	bool is_new = !tree_find(a, name, &x) && tree_find(b, name, &y);

	for (size_t i = 0; i < tree_count(a); i++) {
		x = tree_entry(a, i);
		if (strcmp(x.name, name) != 0 &&
		    (!tree_find(b, x.name, &y) || x.mode != y.mode ||
			!git_oid_equal(&x.id, &y.id)))
			return false;
	}
	return tree_count(a) + is_new == tree_count(b);
}

/* Whether two trees are the same but for what lies at a path. */
static bool
same_but(const struct proving *proving, const git_oid *a_id,
    const git_oid *b_id, struct str path)
{
	struct tree *a = tree_open(proving->repository, a_id);
	struct tree *b = tree_open(proving->repository, b_id);
	struct tree_entry x, y;
	struct str name;
	bool more = str_cut(&path, '/', &name), same;

	name = arena_str(proving->arena, name);
	same = a != NULL && b != NULL && same_but_name(a, b, name.data);
	if (same && more && tree_find(a, name.data, &x) &&
	    tree_find(b, name.data, &y))
		same = same_but(proving, &x.id, &y.id, path);
	tree_free(a);
	tree_free(b);
	return same;
}

static struct str
book_path(struct proving *proving, const char *folder)
{
	struct str book = integrity_book(proving->integrity);

	return arena_format(proving->arena, STR_FMT "%s%s", STR_ARG(book),
	    book.size > 0 ? "/" : "", folder);
}

/* It has one parent, from which it was computed, and adds one folder. */
static void
check_commit(struct proving *proving, struct looked *looked)
{
	struct commit_header commit, parent;
	char id[COMMIT_ID_SIZE], source[COMMIT_ID_SIZE] = "";

	git_oid_tostr(id, sizeof(id), &looked->commit);
	if (!commit_header_read(&commit, proving->repository, &looked->commit,
		proving->arena)) {
		cannot_tell(proving, PROOF_COMMIT, reason(proving));
		return;
	}
	if (commit.parent_count == 1) {
		looked->source = commit.parents[0];
		git_oid_tostr(source, sizeof(source), &looked->source);
	}
	if (!str_equal(looked->record->commit, str_from(source)))
		FAIL(proving, PROOF_COMMIT,
		    _("the commit %.12s does not follow the one that it was "
		      "computed from"),
		    id);
	else if (!commit_header_read(&parent, proving->repository,
		     &looked->source, proving->arena))
		cannot_tell(proving, PROOF_COMMIT, reason(proving));
	else if (!same_but(proving, &parent.tree, &commit.tree,
		     book_path(proving, looked->folder)))
		FAIL(proving, PROOF_COMMIT,
		    _("the commit %.12s changes more than %s"), id,
		    looked->folder);
}

/*
 * The files
 */

static void
check_digests(struct proving *proving, const struct looked *looked)
{
	char digest[DIGEST_SIZE];
	struct tree *tree =
	    integrity_tree(proving->integrity, &looked->commit, looked->folder);
	size_t expected = 1;

	for (size_t i = 0; i < CLOSE_FILES && is_good(proving); i++) {
		const char *name =
		    close_record_file_name((enum close_record_file)i);
		struct str wanted = looked->record->digests[i], text = { 0 };
		bool needed = i != CLOSE_CORRECTION || looked->revision > 1;

		expected += needed;
		if (!needed && wanted.size == 0)
			continue;
		if (!read_file(proving, &looked->commit, looked->folder, name,
			&text))
			FAIL(proving, PROOF_DIGEST, _("%s/%s is not there"),
			    looked->folder, name);
		else if (!str_equal(wanted,
			     str_from(digest_sha256(text, digest))))
			FAIL(proving, PROOF_DIGEST,
			    _("%s/%s has not the digest that " CLOSE_RECORD
			      " says"),
			    looked->folder, name);
	}
	if (is_good(proving) && tree != NULL && tree_count(tree) != expected)
		FAIL(proving, PROOF_DIGEST,
		    _("%s has files that no close writes"), looked->folder);
	tree_free(tree);
}

/*
 * The record of the close before it, and of the one that it corrects, as they
 * were in the commit that it was computed from.
 */
static void
check_chain(struct proving *proving, const struct looked *looked,
    const struct looked *before)
{
	const struct close_record *record = looked->record;
	const struct integrity_close *previous =
	    close_build_previous(proving->integrity, &looked->source,
		record->period);
	char text[PERIOD_TEXT_SIZE];

	if (looked->revision > 1 && before != NULL && before->close != NULL &&
	    !str_equal(record->corrects, str_from(before->close->digest))) {
		FAIL(proving, PROOF_CHAIN,
		    _("revision %u does not correct the record of revision "
		      "%u"),
		    looked->revision, before->revision);
		return;
	}
	if (record->has_previous != (previous != NULL)) {
		FAIL(proving, PROOF_CHAIN,
		    _("the close before it is not the one that was closed "
		      "then"));
		return;
	}
	if (previous == NULL)
		return;
	period_text(previous->period, text);
	if (!period_equal(previous->period, record->previous) ||
	    !str_equal(str_from(previous->digest), record->previous_digest)) {
		FAIL(proving, PROOF_CHAIN,
		    _("the record of %s has not the digest that the close "
		      "names"),
		    text);
		return;
	}
}

/*
 * Computing it again
 */

static void
compare_file(struct proving *proving, const struct looked *looked,
    const char *name, struct str again)
{
	struct str published = { 0 };
	struct str path =
	    arena_format(proving->arena, "%s/%s", looked->folder, name);

	read_file(proving, &looked->commit, looked->folder, name, &published);
	if (str_equal(published, again))
		return;
	proof_fail(proving->proof, PROOF_RESULTS,
	    difference(proving->arena, path, published, again, true));
}

/* Other rules give other bytes, which proves nothing. */
static void
compare_rules(struct proving *proving, const struct close_record *record)
{
	if (record->rules == SHIJI_RULES ||
	    proving->proof->verdict != VERDICT_NOT_PROVED)
		return;
	proving->proof->verdict = VERDICT_PROVED;
	cannot_tell(proving, PROOF_RESULTS,
	    arena_format(proving->arena,
		_("closed by version %u of the rules, which this program "
		  "(version %u) cannot compute again; use shiji " STR_FMT),
		record->rules, SHIJI_RULES, STR_ARG(record->program)));
}

static void
check_sound(struct proving *proving, struct close_build *close_build)
{
	size_t count =
	    close_build->book == NULL ? 0 : close_build->book->scheme_count;

	for (size_t i = 0; i < count; i++)
		schemes_get(engine_schemes(close_build->engine),
		    &close_build->book->schemes[i]);
	if (!diag_has_errors(close_build->diag))
		return;
	if (diag_count(close_build->diag, SEVERITY_TROUBLE) > 0)
		cannot_tell(proving, PROOF_SOUND,
		    diag_first(close_build->diag, proving->arena));
	else
		proof_fail(proving->proof, PROOF_SOUND,
		    diag_first(close_build->diag, proving->arena));
}

static void
check_results(struct proving *proving, const struct looked *looked)
{
	const struct close_record *record = looked->record;
	const struct close_build_request request = { record->period,
		looked->revision, record->is_provisional, record->program,
		record->rules, record->reason, record->basis,
		record->approved_by };
	struct close_build close_build;
	struct diag *diag = diag_new(0);
	bool made = close_build_open(&close_build, proving->integrity,
			&looked->source, diag) == 0 &&
		    close_build_make(&close_build, &request) == 0;

	check_sound(proving, &close_build);
	if (!made && is_good(proving))
		FAIL(proving, PROOF_RESULTS,
		    _("%s cannot be computed from its commit"), looked->folder);
	for (size_t i = 0; i <= CLOSE_FILES && made && is_good(proving); i++) {
		struct str again =
		    close_build_file(&close_build, (enum close_record_file)i);

		if (i == CLOSE_FILES)
			compare_file(proving, looked, CLOSE_RECORD, again);
		else if (again.size > 0)
			compare_file(proving, looked,
			    close_record_file_name((enum close_record_file)i),
			    again);
	}
	compare_rules(proving, record);
	close_build_close(&close_build);
	diag_free(diag);
}

/*
 * The signature
 */

static void
check_signature(struct proving *proving, const struct looked *looked)
{
	struct str text, part, signature, who = { 0 };
	enum signature_verdict verdict;

	if (proving->request->signers == NULL)
		return;
	if (!tag_text(proving->repository, &looked->tag_id, proving->arena,
		&text)) {
		cannot_tell(proving, PROOF_SIGNATURE, reason(proving));
		return;
	}
	if (!signature_cut(text, &part, &signature)) {
		FAIL(proving, PROOF_SIGNATURE, _("the tag %s is not signed"),
		    looked->tag);
		return;
	}
	verdict = signature_check(proving->request->signers, part, signature,
	    looked->tagged_at, proving->arena, &who);
	if (verdict == SIGNATURE_BAD)
		FAIL(proving, PROOF_SIGNATURE,
		    _("the tag %s is signed by none of the "
		      "signers: " STR_FMT),
		    looked->tag, STR_ARG(who));
	else if (verdict == SIGNATURE_UNKNOWN)
		cannot_tell(proving, PROOF_SIGNATURE,
		    arena_format(proving->arena,
			_("the signature of %s cannot be checked: "
			  "ssh-keygen or gpg cannot be run"),
			looked->tag));
	proving->proof->signer = who;
}

/*
 * All of it
 */

static void
prove_revision(struct proving *proving, struct looked *looked,
    const struct looked *before)
{
	close_record_tag(proving->proof->period, looked->revision, looked->tag);
	close_record_folder(proving->proof->period, looked->folder);
	if (!read_tag(proving, looked))
		return;
	check_tag(proving, looked);
	if (is_good(proving))
		check_commit(proving, looked);
	if (is_good(proving))
		check_digests(proving, looked);
	if (is_good(proving))
		check_chain(proving, looked, before);
	if (is_good(proving))
		check_results(proving, looked);
	if (is_good(proving))
		check_signature(proving, looked);
	if (!is_good(proving) && proving->proof->since.size == 0)
		since(proving, &looked->commit);
}

static void
prove_revisions(struct proving *proving, const struct integrity_close *close)
{
	struct looked looked[2] = { 0 };
	char id[COMMIT_ID_SIZE];
	unsigned last = close->record->revision;

	/* A record may name any number; a tag for each must be there. */
	for (unsigned i = 1; i <= last && is_good(proving); i++) {
		struct looked *now = &looked[i % 2];

		*now = (struct looked){ .revision = i };
		prove_revision(proving, now,
		    i > 1 ? &looked[(i + 1) % 2] : NULL);
		if (i < last || now->close == NULL)
			continue;
		if (is_good(proving) &&
		    !git_oid_equal(&now->close->folder, &close->folder)) {
			FAIL(proving, PROOF_CHANGED,
			    _("%s is not what the tag %s marks"), now->folder,
			    now->tag);
			since(proving, &proving->request->tip);
		}
		git_oid_tostr(id, sizeof(id), &now->commit);
		proving->proof->commit =
		    arena_str(proving->arena, str_from(id));
		git_oid_tostr(id, sizeof(id), &now->tag_id);
		proving->proof->tag_id =
		    arena_str(proving->arena, str_from(id));
	}
}

static void
prove(struct proving *proving, const struct integrity_breach *breaches,
    size_t count)
{
	struct proof *proof = proving->proof;
	const struct integrity_close *close = integrity_find(proving->integrity,
	    &proving->request->tip, proof->period);

	if (close != NULL && close->record != NULL)
		proof->revision = close->record->revision;
	check_changes(proving, breaches, count);
	if (!is_good(proving))
		return;
	if (close == NULL)
		cannot_tell(proving, PROOF_CLOSED,
		    str_from(_("it is not closed")));
	else if (close->record == NULL)
		FAIL(proving, PROOF_RECORD,
		    _("its " CLOSE_RECORD " cannot be read"));
	else
		prove_revisions(proving, close);
}

static int
compare_proofs(const void *a, const void *b)
{
	const struct proof *x = a, *y = b;

	return period_compare(x->period, y->period);
}

static void
add_period(struct proof_list *proofs, struct period period)
{
	for (size_t i = 0; i < proofs->count; i++)
		if (period_equal(proofs->list[i].period, period))
			return;
	proofs->list = arena_grow(&proofs->arena, proofs->list, proofs->count,
	    &proofs->capacity, sizeof(*proofs->list));
	proofs->list[proofs->count++] = (struct proof){ .period = period };
}

/* Those named, or all that are closed or were. */
static void
list_periods(struct proof_list *proofs, const struct proof_request *request,
    const struct integrity_breach *breaches, size_t breach_count)
{
	size_t count;
	const struct integrity_close *closes =
	    integrity_closes(request->integrity, &request->tip, &count);

	for (size_t i = 0; i < request->period_count; i++)
		add_period(proofs, request->periods[i]);
	for (size_t i = 0; i < count && request->period_count == 0; i++)
		add_period(proofs, closes[i].period);
	for (size_t i = 0; i < breach_count && request->period_count == 0; i++)
		if (breaches[i].kind == INTEGRITY_REMOVED)
			add_period(proofs, breaches[i].period);
	if (proofs->count > 1)
		qsort(proofs->list, proofs->count, sizeof(*proofs->list),
		    compare_proofs);
}

int
proof_list_make(struct proof_list *proofs, const struct proof_request *request,
    struct diag *diag)
{
	struct proving proving = { .request = request,
		.integrity = request->integrity,
		.repository = integrity_repository(request->integrity),
		.arena = &proofs->arena };
	struct integrity_breach *breaches;
	size_t count;

	*proofs = (struct proof_list){ 0 };
	if (integrity_walk(request->integrity, &request->tip, NULL, 0,
		&proofs->arena, &breaches, &count, diag) != 0)
		return -1;
	list_periods(proofs, request, breaches, count);
	for (size_t i = 0; i < proofs->count; i++) {
		proving.proof = &proofs->list[i];
		prove(&proving, breaches, count);
	}
	return 0;
}
