#include "close/push_check.h"

#include <errno.h>
#include <stdlib.h>

#include "analysis/trailer.h"
#include "base/i18n.h"
#include "base/version.h"
#include "book/merge_records.h"
#include "book/push_rules.h"
#include "close/close_build.h"
#include "git/commit_changes.h"
#include "git/commit_graph.h"
#include "git/reference.h"
#include "git/revwalk.h"
#include "git/signer.h"
#include "git/tag.h"
#include "git/text_merge.h"
#include "score/tree_check.h"

/* A book of the repository. */
struct guarded {
	struct str path; /* of its folder, "" for the root */
	struct integrity *integrity;
	struct tree_check *tree_check;
	/* In force for the branch in hand. */
	struct push_rules officers;
	struct signers *signers; /* NULL: no office has a key */
	struct str *ssh_keys;
	size_t ssh_key_count;
};

struct guard {
	struct repository *repository;
	struct commit_graph *graph;
	struct push_check_verdict *verdict;
	struct arena *arena; /* the verdict's */
	struct diag *diag;
	const struct push_check_request *request;
	struct guarded *books;
	size_t book_count, book_capacity;
	git_oid *heads; /* branches as they are */
	size_t head_count;
	struct str default_branch; /* refs/heads/main */
	git_oid default_head;	   /* all zeros: it has no commit */
};

/* A commit in hand. */
struct judged {
	struct guard *guard;
	const struct push_check_update *update;
	git_oid id;
	const git_oid *parents;
	size_t parent_count;
	struct commit_info info;
	struct arena arena;
	/* The book in hand, in the commit and in each parent. */
	struct guarded *book;
	struct commit_change_side side, *sides;
	/* By whom it is signed: asked once. */
	bool is_signer_known;
	enum signer_verdict signer;
	size_t ssh_key;
	struct str gpg_key;
	struct trailers actual; /* what its records say of its claims */
	bool is_comparable;	/* so that they say anything */
};

/*
 * Refusing
 */

static void
refuse(struct guard *guard, const struct push_check_refusal *refusal)
{
	struct push_check_verdict *verdict = guard->verdict;

	if (verdict->count == PUSH_CHECK_REFUSALS_MAX) {
		verdict->more++;
		return;
	}
	verdict->list = arena_grow(&verdict->arena, verdict->list,
	    verdict->count, &verdict->capacity, sizeof(*verdict->list));
	verdict->list[verdict->count++] = *refusal;
}

/* A reference, as a whole. */
static void
refuse_update(struct guard *guard, const struct push_check_update *update,
    const char *what, const char *remedy)
{
	refuse(guard, &(struct push_check_refusal){ .ref = update->ref,
			  .what = str_from(what),
			  .remedy = str_from(remedy) });
}

/* Something in a commit, at a path of the book. */
static void
refuse_commit(struct judged *judged, struct str path, struct str what,
    struct str remedy)
{
	struct guard *guard = judged->guard;
	struct push_check_refusal refusal = { .ref = judged->update->ref };
	struct str book = judged->book == NULL ? STR("") : judged->book->path;

	if (guard->verdict->count == PUSH_CHECK_REFUSALS_MAX) {
		guard->verdict->more++;
		return;
	}
	refusal.what = arena_str(guard->arena, what);
	refusal.remedy = arena_str(guard->arena, remedy);
	if (path.size > 0)
		refusal.place = arena_format(guard->arena, STR_FMT "%s" STR_FMT,
		    STR_ARG(book), book.size > 0 ? "/" : "", STR_ARG(path));
	/* The commit's texts go with it. */
	(void)commit_read(&refusal.commit, guard->repository, judged->info.id,
	    guard->arena, guard->diag);
	refuse(guard, &refusal);
}

/*
 * Books
 */

static struct guarded *
find_book(const struct guard *guard, struct str path)
{
	for (size_t i = 0; i < guard->book_count; i++)
		if (str_equal(guard->books[i].path, path))
			return &guard->books[i];
	return NULL;
}

static void
meet_entry(void *context, struct str folder, const struct tree_entry *entry)
{
	struct guard *guard = context;
	struct str path;

	if (strcmp(entry->name, "book.rec") != 0 || entry->kind != TREE_FILE ||
	    find_book(guard, folder) != NULL)
		return;
	guard->books = arena_grow(guard->arena, guard->books, guard->book_count,
	    &guard->book_capacity, sizeof(*guard->books));
	path = arena_str(guard->arena, folder);
	guard->books[guard->book_count++] = (struct guarded){ .path = path,
		.integrity = integrity_new(guard->repository, path),
		.tree_check = tree_check_new(guard->repository, path) };
}

/* Add the books that a commit has. */
static int
find_books(struct guard *guard, const git_oid *id)
{
	struct tree *tree = tree_open_at(guard->repository, id, "");
	int rc = tree == NULL ? -1 : tree_walk(tree, meet_entry, guard);

	tree_free(tree);
	if (rc != 0)
		repository_report_object(guard->diag, "", STR(""), id);
	return rc;
}

/* A file of a tree, in the arena; false where there is none. */
static bool
read_file(const struct guard *guard, const struct tree *tree, struct str path,
    struct arena *arena, struct str *out)
{
	struct tree_entry entry;
	struct str text;
	bool found = tree_find_path(tree, path.data, &entry) &&
		     entry.kind == TREE_FILE &&
		     tree_read_file(guard->repository, &entry.id, arena, &text);

	if (found)
		*out = text;
	return found;
}

/*
 * Officers in force
 */

/* All ssh keys, each once. */
static void
list_keys(struct guard *guard, struct guarded *book)
{
	const struct push_rules *officers = &book->officers;
	size_t capacity = 0;

	book->ssh_keys = NULL;
	book->ssh_key_count = 0;
	for (size_t i = 0; i < officers->count; i++)
		for (size_t j = 0; j < officers->list[i].keys.count; j++) {
			struct str key =
			    officers->list[i].keys.fields[j]->value;

			if (!push_rules_key_is_ssh(key))
				continue;
			book->ssh_keys = arena_grow(guard->arena,
			    book->ssh_keys, book->ssh_key_count, &capacity,
			    sizeof(*book->ssh_keys));
			book->ssh_keys[book->ssh_key_count++] = key;
		}
}

static int
write_keys(struct guard *guard, struct guarded *book, const struct tree *tree)
{
	struct str keyring = STR("");

	signers_free(book->signers);
	book->signers = NULL;
	list_keys(guard, book);
	if (book->officers.keyring.size > 0)
		read_file(guard, tree,
		    arena_str(guard->arena, book->officers.keyring),
		    guard->arena, &keyring);
	if (book->ssh_key_count == 0 && keyring.size == 0)
		return 0;
	book->signers =
	    signers_new(book->ssh_keys, book->ssh_key_count, keyring);
	if (book->signers != NULL)
		return 0;
	diag_at(guard->diag, place_none(), D_GUARD_KEYS,
	    str_from(strerror(errno)));
	return -1;
}

/* Whether a commit has a guard.rec: that is in force then. */
static int
take_officers(struct guard *guard, struct guarded *book, const git_oid *commit,
    bool *found)
{
	struct tree *tree = NULL;
	struct str text;
	int rc = 0;

	*found = false;
	if (git_oid_is_zero(commit))
		return 0;
	tree = integrity_tree(book->integrity, commit, "");
	if (read_file(guard, tree, STR(OFFICERS_FILE), guard->arena, &text)) {
		*found = true;
		rc = push_rules_read(guard->arena, OFFICERS_FILE, text,
		    &book->officers, guard->diag);
		if (rc == 0)
			rc = write_keys(guard, book, tree);
	}
	tree_free(tree);
	return rc;
}

/*
 * Never that of the push: of the branch as it is, or else of the default
 * branch as it is.
 */
static int
settle_officers(struct guard *guard, const struct push_check_update *update)
{
	int rc = 0;

	for (size_t i = 0; i < guard->book_count && rc == 0; i++) {
		struct guarded *book = &guard->books[i];
		bool found;

		book->officers = (struct push_rules){ 0 };
		signers_free(book->signers);
		book->signers = NULL;
		rc = take_officers(guard, book, &update->before, &found);
		if (rc == 0 && !found)
			rc = take_officers(guard, book, &guard->default_head,
			    &found);
	}
	return rc;
}

static bool
is_protected(const struct guard *guard, const struct push_check_update *update)
{
	struct str name = str_from_byte(update->ref, strlen("refs/heads/"));
	bool is_listed = false;

	for (size_t i = 0; i < guard->book_count; i++) {
		const struct record_fields *branches =
		    &guard->books[i].officers.branches;

		for (size_t j = 0; j < branches->count; j++)
			if (str_glob(branches->fields[j]->value, name))
				return true;
		is_listed |= branches->count > 0;
	}
	return !is_listed && str_equal(update->ref, guard->default_branch);
}

/*
 * Whose file
 */

static void
settle_signer(struct judged *judged)
{
	if (judged->is_signer_known)
		return;
	judged->is_signer_known = true;
	judged->signer = SIGNER_NONE;
	if (judged->book->signers != NULL)
		judged->signer = signers_check(judged->book->signers,
		    judged->guard->repository, &judged->id, &judged->arena,
		    &judged->ssh_key, &judged->gpg_key);
}

/* A gpg key id is the end of its fingerprint. */
static bool
is_gpg_key(struct str fingerprint, struct str id)
{
	if (id.size == 0 || id.size > fingerprint.size)
		return false;
	fingerprint = str_from_byte(fingerprint, fingerprint.size - id.size);
	for (size_t i = 0; i < id.size; i++)
		if ((fingerprint.data[i] | 0x20) != (id.data[i] | 0x20))
			return false;
	return true;
}

static bool
is_signed_by(struct judged *judged, const struct officer *officer)
{
	settle_signer(judged);
	for (size_t i = 0; i < officer->keys.count; i++) {
		struct str key = officer->keys.fields[i]->value;
		bool is_ssh = push_rules_key_is_ssh(key);

		if (is_ssh && judged->signer == SIGNER_SSH &&
		    str_equal(key, judged->book->ssh_keys[judged->ssh_key]))
			return true;
		if (!is_ssh && judged->signer == SIGNER_GPG &&
		    is_gpg_key(key, judged->gpg_key))
			return true;
	}
	return officer->keys.count == 0;
}

enum right { RIGHT_GIVEN, RIGHT_UNSIGNED, RIGHT_NONE };

/* Whether a commit speaks for an office. */
static enum right
right_of(struct judged *judged, struct str office)
{
	const struct push_rules *officers = &judged->book->officers;
	enum right right = RIGHT_NONE;

	for (size_t i = 0; i < officers->count; i++) {
		if (!push_rules_officer_matches(&officers->list[i], office,
			judged->info.email))
			continue;
		if (is_signed_by(judged, &officers->list[i]))
			return RIGHT_GIVEN;
		right = RIGHT_UNSIGNED;
	}
	return right;
}

/* `agri, stats`: for whom an author's address speaks. */
static struct str
offices_of(struct judged *judged)
{
	const struct push_rules *officers = &judged->book->officers;
	struct buffer text = { 0 };
	struct str copy;

	for (size_t i = 0; i < officers->count; i++) {
		const struct officer *officer = &officers->list[i];

		for (size_t j = 0; j < officer->offices.count; j++) {
			struct str office = officer->offices.fields[j]->value;

			if (officer->authors.count == 0 ||
			    !push_rules_officer_matches(officer, office,
				judged->info.email))
				continue;
			if (text.size > 0)
				buffer_add(&text, STR(", "));
			buffer_add(&text, office);
		}
	}
	copy = arena_str(&judged->arena,
	    text.size > 0 ? buffer_str(&text) : str_from(_("no office")));
	buffer_free(&text);
	return copy;
}

static void
refuse_file(struct judged *judged, struct str path, struct str office,
    enum right right)
{
	struct arena *arena = &judged->arena;
	struct str what, remedy;

	if (right == RIGHT_UNSIGNED && judged->signer == SIGNER_UNKNOWN) {
		what = arena_format(arena,
		    _("this file belongs to the office " STR_FMT
		      ", and the server cannot check signatures: ssh-keygen "
		      "or gpg cannot be run"),
		    STR_ARG(office));
		remedy = str_from(_("have the server's keeper install it"));
	} else if (right == RIGHT_UNSIGNED) {
		what = arena_format(arena,
		    _("this file belongs to the office " STR_FMT
		      ", and the commit is not signed with a key of it"),
		    STR_ARG(office));
		remedy = str_from(_("sign it: 'git commit --amend -S', with a "
				    "key that guard.rec names"));
	} else {
		what = arena_format(arena,
		    _("this file belongs to the office " STR_FMT "; " STR_FMT
		      " speaks for " STR_FMT),
		    STR_ARG(office), STR_ARG(judged->info.email),
		    STR_ARG(offices_of(judged)));
		remedy = arena_format(arena,
		    _("take it out of the commit, and let " STR_FMT
		      " commit it"),
		    STR_ARG(office));
	}
	refuse_commit(judged, path, what, remedy);
}

/*
 * Own changes
 */

static bool
adds_up(const void *context, struct str measure)
{
	const struct book *book = context;
	uint32_t number = book_measure(book, measure);

	return number != INDEX_NONE && book->measures[number].entries == 1;
}

static struct str
text_of(struct judged *judged, const struct commit_change_version *version)
{
	struct str text;

	if (version->mode == 0 || !tree_read_file(judged->guard->repository,
				      &version->id, &judged->arena, &text))
		return STR("");
	return text;
}

/*
 * Whether a file of a merge is just what merging gives, by records or by
 * lines: then it is as little the merger's own as one that is taken over.
 */
static bool
is_mere_merge(struct judged *judged, const struct commit_change *change,
    const struct book *book)
{
	struct merge_request request = { .path = change->path.data,
		.marker_size = 7,
		.adds_up = book != NULL ? adds_up : NULL,
		.context = book };
	struct merge_result result = { 0 };
	enum merge_outcome outcome;
	struct str text = text_of(judged, &change->version);
	bool is_clean = false, same;

	if (!change->is_joined)
		return false;
	request.sides[MERGE_BASE] = text_of(judged, &change->base);
	request.sides[MERGE_OURS] = text_of(judged, &change->sides[0]);
	request.sides[MERGE_THEIRS] = text_of(judged, &change->sides[1]);
	outcome = merge_records(&request, &judged->arena, &result);
	is_clean = outcome == MERGE_CLEAN;
	same = is_clean && str_equal(buffer_str(&result.text), text);
	if (!same) {
		buffer_clear(&result.text);
		if (text_merge(request.sides[MERGE_BASE],
			request.sides[MERGE_OURS], request.sides[MERGE_THEIRS],
			7, &result.text, &is_clean) == 0)
			same = is_clean &&
			       str_equal(buffer_str(&result.text), text);
	}
	buffer_free(&result.text);
	return same;
}

static struct tree *
base_tree(const void *context, const git_oid *commit)
{
	const struct guarded *book = context;

	return integrity_tree(book->integrity, commit, "");
}

/* `path:line:column` of a finding, cut off its front. */
static struct str
cut_place(struct str *error)
{
	struct str place = { 0 };

	for (size_t i = 0; i + 1 < error->size; i++)
		if (error->data[i] == ':' && error->data[i + 1] == ' ') {
			place = str_head(*error, i);
			*error = str_from_byte(*error, i + 2);
			break;
		}
	return place;
}

/* The guard.rec of a commit, not in force yet, must be one that can be. */
static void
check_officers(struct judged *judged)
{
	struct push_rules officers;
	struct diag *diag = diag_new(1);
	struct str text, error, place;

	if (read_file(judged->guard, judged->side.tree, STR(OFFICERS_FILE),
		&judged->arena, &text) &&
	    push_rules_read(&judged->arena, OFFICERS_FILE, text, &officers,
		diag) != 0) {
		error = diag_first(diag, &judged->arena);
		place = cut_place(&error);
		refuse_commit(judged, place, error,
		    str_from(_("correct it in this commit: 'git commit "
			       "--amend', or 'git rebase -i' for an older "
			       "one")));
	}
	diag_free(diag);
}

static void
check_change(struct judged *judged, const struct commit_change *change,
    const struct book *book)
{
	struct str office =
	    push_rules_owner(&judged->book->officers, change->path);
	enum right right;

	if (str_equal(change->path, STR(OFFICERS_FILE)))
		check_officers(judged);
	if (judged->book->officers.count == 0)
		return;
	right = right_of(judged, office);
	if (right != RIGHT_GIVEN && !is_mere_merge(judged, change, book))
		refuse_file(judged, change->path, office, right);
}

static void
check_changes(struct judged *judged, const struct book *book)
{
	struct commit_change *list;
	size_t count;

	if (commit_changes_own(judged->guard->repository, &judged->side,
		judged->sides, judged->parent_count, base_tree, judged->book,
		&judged->arena, &list, &count) != 0) {
		repository_report_object(judged->guard->diag, "", STR(""),
		    &judged->id);
		return;
	}
	for (size_t i = 0; i < count; i++)
		check_change(judged, &list[i], book);
}

/*
 * Soundness
 */

static bool
check_sound(struct judged *judged, const git_oid *tree)
{
	struct str error =
	    tree_check_check(judged->book->tree_check, &judged->id, tree);
	struct str place;

	if (error.size == 0)
		return true;
	place = cut_place(&error);
	refuse_commit(judged, place, error,
	    str_from(_("every commit must be sound: correct it in this one, by "
		       "'git commit --amend', or 'git rebase -i' for an older "
		       "one; 'shiji validate' tells all that is wrong")));
	return false;
}

/*
 * Trailers
 */

/* The periods that a message speaks of, each once. */
static struct period *
list_claimed(struct judged *judged, size_t *count)
{
	const struct commit_info *info = &judged->info;
	struct period *list =
	    arena_array(&judged->arena, info->trailer_count + 1, sizeof(*list));

	*count = 0;
	for (size_t i = 0; i < info->trailer_count; i++)
		if (trailer_is_claim(&info->trailers[i]) &&
		    trailer_period(&info->trailers[i], &list[*count]) &&
		    !trailers_speak_of(info, i, list[*count]))
			++*count;
	return list;
}

/* The tree of a book; NULL where there is none, or it is no book. */
static const git_oid *
book_id(const struct tree *tree)
{
	struct tree_entry entry;

	return tree_find(tree, "book.rec", &entry) ? tree_id(tree) : NULL;
}

/*
 * What the book's totals were in the first parent and are now. The parent goes
 * first, since the book stands there already, as a rule.
 */
static void
add_actual(struct judged *judged)
{
	struct tree_check *tree_check = judged->book->tree_check;
	const git_oid *to = book_id(judged->side.tree), *from = NULL;
	const git_oid *parent = &judged->id;
	struct snapshot *before, after;
	size_t count;
	struct period *periods = list_claimed(judged, &count);

	if (judged->parent_count > 0) {
		parent = &judged->sides[0].commit;
		from = book_id(judged->sides[0].tree);
	}
	judged->is_comparable &=
	    from == NULL ||
	    tree_check_check(tree_check, parent, from).size == 0;
	before = arena_array(&judged->arena, count + 1, sizeof(*before));
	for (size_t i = 0; i < count && judged->is_comparable; i++)
		tree_check_totals(tree_check, parent, from, periods[i],
		    &before[i]);
	judged->is_comparable &=
	    to == NULL ||
	    tree_check_check(tree_check, &judged->id, to).size == 0;
	for (size_t i = 0; i < count && judged->is_comparable; i++) {
		tree_check_totals(tree_check, &judged->id, to, periods[i],
		    &after);
		trailers_add(&judged->actual, periods[i], &before[i], &after);
		snapshot_free(&after);
	}
	for (size_t i = 0; i < count; i++)
		snapshot_free(&before[i]);
}

static void
check_trailers(struct judged *judged)
{
	struct trailer_fault *faults;
	size_t count;

	if (!trailers_claim(&judged->info) || !judged->is_comparable)
		return;
	judged->book = NULL;
	faults = trailers_check(&judged->actual, &judged->info, &judged->arena,
	    &count);
	for (size_t i = 0; i < count; i++) {
		struct str claimed = faults[i].claimed;
		struct str actual = faults[i].actual;
		struct str what;

		if (claimed.size == 0)
			what = arena_format(&judged->arena,
			    _("the message leaves out '" STR_FMT "'"),
			    STR_ARG(actual));
		else if (actual.size == 0)
			what = arena_format(&judged->arena,
			    _("the message says '" STR_FMT
			      "', and nothing moved"),
			    STR_ARG(claimed));
		else
			what = arena_format(&judged->arena,
			    _("the message says '" STR_FMT
			      "', the records '" STR_FMT "'"),
			    STR_ARG(claimed), STR_ARG(actual));
		refuse_commit(judged, STR(""), what,
		    str_from(_("'git commit --amend' with the hook "
			       "prepare-commit-msg sets it right ('shiji "
			       "init .' installs it), or take the trailers "
			       "out")));
	}
}

/*
 * Closes
 */

/* Whether a parent has the same folder of results. */
static bool
is_kept(const struct judged *judged, const struct integrity_close *close)
{
	for (size_t i = 0; i < judged->parent_count; i++) {
		const struct integrity_close *before =
		    integrity_find(judged->book->integrity, &judged->parents[i],
			close->period);

		if (before != NULL &&
		    git_oid_equal(&before->folder, &close->folder))
			return true;
	}
	return false;
}

/* The first file of a close that is not what its commit gives; or empty. */
static struct str
compare_results(struct judged *judged, const struct integrity_close *close,
    const struct close_build *close_build, struct str *detail)
{
	struct arena *arena = &judged->arena;
	size_t expected = 0, found = 0;
	char folder[CLOSE_NAME_SIZE];
	struct tree *tree;

	close_record_folder(close->period, folder);
	tree = integrity_tree(judged->book->integrity, &judged->id, folder);
	for (size_t i = 0; i <= CLOSE_FILES; i++) {
		const char *name =
		    i == CLOSE_FILES
			? CLOSE_RECORD
			: close_record_file_name((enum close_record_file)i);
		struct str again =
		    close_build_file(close_build, (enum close_record_file)i);
		struct str published = STR(""), a, b;
		size_t line;

		expected += again.size > 0;
		found += read_file(judged->guard, tree, str_from(name), arena,
		    &published);
		line = close_record_first_difference(published, again, &a, &b);
		if (line == 0)
			continue;
		*detail = arena_format(arena,
		    _("published '" STR_FMT "', computed from its commit "
		      "'" STR_FMT "'"),
		    STR_ARG(a), STR_ARG(b));
		tree_free(tree);
		return arena_format(arena, "%s/%s:%zu", folder, name, line);
	}
	if (tree_count(tree) != expected || found != expected) {
		*detail =
		    str_from(_("there are other files than a close makes"));
		tree_free(tree);
		return arena_str(arena, str_from(folder));
	}
	tree_free(tree);
	return STR("");
}

/* Compute a close again from the commit that it names. */
static void
check_close(struct judged *judged, const struct integrity_close *close)
{
	const struct close_record *record = close->record;
	char folder[CLOSE_NAME_SIZE];
	struct str path = str_from(close_record_folder(close->period, folder));
	struct str place = path, detail = STR("");
	struct close_build close_build;
	git_oid source;

	/* What is no record, or not of the parent, integrity_walk() reports. */
	if (record == NULL || judged->parent_count != 1 ||
	    git_oid_fromstrn(&source, record->commit.data,
		record->commit.size) != 0 ||
	    !git_oid_equal(&source, &judged->parents[0]))
		return;
	if (record->rules != SHIJI_RULES) {
		detail = arena_format(&judged->arena,
		    _("closed by version %u of the rules; this server has "
		      "version %u"),
		    record->rules, (unsigned)SHIJI_RULES);
	} else {
		const struct close_build_request request = { record->period,
			record->revision, record->is_provisional,
			record->program, record->rules, record->reason,
			record->basis, record->approved_by };

		struct diag *diag = diag_new(0);

		if (close_build_open(&close_build, judged->book->integrity,
			&source, diag) != 0 ||
		    close_build_make(&close_build, &request) != 0) {
			detail = diag_first(diag, &judged->arena);
			if (detail.size == 0)
				detail = str_from(_("it cannot be computed"));
		} else {
			place = compare_results(judged, close, &close_build,
			    &detail);
		}
		close_build_close(&close_build);
		diag_free(diag);
	}
	if (detail.size > 0)
		refuse_commit(judged, place, detail,
		    str_from(_("take the commit back, and let 'shiji close' "
			       "make it")));
}

/* A commit that closes does nothing else. */
static void
check_alone(struct judged *judged, const struct integrity_close *close)
{
	struct commit_change *list;
	char folder[CLOSE_NAME_SIZE];
	struct str start;
	size_t count;

	start = arena_format(&judged->arena, "%s/",
	    close_record_folder(close->period, folder));
	if (commit_changes_own(judged->guard->repository, &judged->side,
		judged->sides, judged->parent_count, base_tree, judged->book,
		&judged->arena, &list, &count) != 0)
		return;
	for (size_t i = 0; i < count; i++)
		if (!str_starts(list[i].path, start)) {
			refuse_commit(judged, list[i].path,
			    str_from(_("a commit that closes a period changes "
				       "nothing else")),
			    str_from(_("commit this apart, before or after "
				       "the close")));
			return;
		}
}

static void
check_closes(struct judged *judged)
{
	size_t count;
	const struct integrity_close *closes =
	    integrity_closes(judged->book->integrity, &judged->id, &count);

	for (size_t i = 0; i < count; i++)
		if (!is_kept(judged, &closes[i])) {
			check_alone(judged, &closes[i]);
			check_close(judged, &closes[i]);
		}
}

/*
 * A commit
 */

static bool
same_tree(const struct tree *a, const struct tree *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return git_oid_equal(tree_id(a), tree_id(b));
}

/* Whether the book is as in every parent, or there is none anywhere. */
static bool
is_untouched(const struct judged *judged)
{
	for (size_t i = 0; i < judged->parent_count; i++)
		if (!same_tree(judged->sides[i].tree, judged->side.tree))
			return false;
	return judged->parent_count > 0 || judged->side.tree == NULL;
}

static void
judge_book(struct judged *judged)
{
	const git_oid *tree = book_id(judged->side.tree);
	const struct book *book = NULL;
	bool is_moved =
	    judged->parent_count == 0
		? tree != NULL
		: !same_tree(judged->sides[0].tree, judged->side.tree);

	/* While the book still stands at the parent. */
	if (is_moved && trailers_claim(&judged->info))
		add_actual(judged);
	if (tree != NULL && check_sound(judged, tree) &&
	    judged->parent_count > 1)
		book = tree_check_book(judged->book->tree_check, &judged->id,
		    tree);
	check_changes(judged, book);
	check_closes(judged);
	tree_check_forget(judged->book->tree_check);
}

static void
judge_commit(struct guard *guard, const struct push_check_update *update,
    const git_oid *id, const git_oid *parents, size_t parent_count)
{
	struct judged judged = { .guard = guard,
		.update = update,
		.id = *id,
		.parents = parents,
		.parent_count = parent_count,
		.is_comparable = true };
	char text[COMMIT_ID_SIZE];

	git_oid_tostr(text, sizeof(text), id);
	if (commit_read(&judged.info, guard->repository, text, &judged.arena,
		guard->diag) != 0)
		return;
	guard->verdict->commits++;
	judged.side.commit = *id;
	judged.sides =
	    arena_array(&judged.arena, parent_count + 1, sizeof(*judged.sides));
	for (size_t i = 0; i < guard->book_count; i++) {
		judged.book = &guard->books[i];
		judged.is_signer_known = false;
		judged.side.tree =
		    integrity_tree(judged.book->integrity, id, "");
		for (size_t j = 0; j < parent_count; j++)
			judged.sides[j] =
			    (struct commit_change_side){ parents[j],
				    integrity_tree(judged.book->integrity,
					&parents[j], "") };
		if (!is_untouched(&judged))
			judge_book(&judged);
		tree_free(judged.side.tree);
		for (size_t j = 0; j < parent_count; j++)
			tree_free(judged.sides[j].tree);
	}
	check_trailers(&judged);
	trailers_free(&judged.actual);
	arena_free(&judged.arena);
}

/*
 * Closed periods
 */

static struct str
text_at(struct judged *judged, const struct tree *tree, struct str path)
{
	struct str text = STR("");

	read_file(judged->guard, tree, path, &judged->arena, &text);
	return text;
}

/* Whether a path is another one or lies in it. */
static bool
is_inside(struct str path, struct str folder)
{
	return str_starts(path, folder) &&
	       (path.size == folder.size || path.data[folder.size] == '/');
}

/*
 * The first line that a commit changed of what a close rests on, which may be
 * a folder: `data/2022-10/agri.tsv:5`.
 */
static struct str
changed_line(struct judged *judged, const git_oid *id, struct str folder)
{
	struct guard *guard = judged->guard;
	struct commit_change_side now = { *id,
		integrity_tree(judged->book->integrity, id, "") };
	struct commit_change_side before = { 0 };
	struct str place = folder, a, b;
	struct commit_header header;
	struct commit_change *list;
	size_t count = 0;

	if (commit_header_read(&header, guard->repository, id,
		&judged->arena) &&
	    header.parent_count > 0) {
		before.commit = header.parents[0];
		before.tree =
		    integrity_tree(judged->book->integrity, &before.commit, "");
	}
	if (before.tree != NULL &&
	    commit_changes_own(guard->repository, &now, &before, 1, NULL, NULL,
		&judged->arena, &list, &count) != 0)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		struct str path = list[i].path;
		size_t line;

		if (!is_inside(path, folder))
			continue;
		line = close_record_first_difference(text_at(judged,
							 before.tree, path),
		    text_at(judged, now.tree, path), &a, &b);
		place = line > 0 ? arena_format(&judged->arena, STR_FMT ":%zu",
				       STR_ARG(path), line)
				 : path;
		break;
	}
	tree_free(before.tree);
	tree_free(now.tree);
	return place;
}

static void
refuse_breach(struct guard *guard, const struct push_check_update *update,
    struct guarded *book, const struct integrity_breach *breach)
{
	struct judged judged = {
		.guard = guard, .update = update, .book = book
	};
	char id[COMMIT_ID_SIZE], period[PERIOD_TEXT_SIZE];
	struct str what, remedy;

	git_oid_tostr(id, sizeof(id), &breach->commit);
	period_text(breach->period, period);
	if (commit_read(&judged.info, guard->repository, id, &judged.arena,
		guard->diag) != 0)
		return;
	remedy = arena_format(&judged.arena,
	    _("take the change back ('git revert' does not: it leaves this "
	      "commit; 'git rebase -i' does), or close the period again in "
	      "the same push: 'shiji close --correct %s'"),
	    period);
	switch (breach->kind) {
	case INTEGRITY_REMOVED:
		what = arena_format(&judged.arena,
		    _("%s is closed, and its results are gone here"), period);
		remedy = str_from(_("take the commit back: what was published "
				    "stays"));
		break;
	case INTEGRITY_RESULTS:
		what = arena_format(&judged.arena,
		    _("the results of %s are neither as they were published "
		      "nor made by a close"),
		    period);
		remedy = arena_format(&judged.arena,
		    _("take the commit back; results are made by 'shiji "
		      "close %s', and corrected by 'shiji close --correct "
		      "%s'"),
		    period, period);
		break;
	case INTEGRITY_SCHEME:
		what = arena_format(&judged.arena,
		    _("%s is closed, and this scheme is the one that it was "
		      "scored by"),
		    period);
		break;
	default:
		what = arena_format(&judged.arena,
		    _("%s is closed, and was computed from this"), period);
		break;
	}
	refuse_commit(&judged,
	    breach->kind == INTEGRITY_REMOVED
		? breach->path
		: changed_line(&judged, &breach->commit, breach->path),
	    what, remedy);
	arena_free(&judged.arena);
}

static int
check_frozen(struct guard *guard, const struct push_check_update *update,
    const git_oid *hidden, size_t hidden_count)
{
	int rc = 0;

	for (size_t i = 0; i < guard->book_count && rc == 0; i++) {
		struct integrity_breach *list;
		size_t count;

		rc = integrity_walk(guard->books[i].integrity, &update->after,
		    hidden, hidden_count, guard->arena, &list, &count,
		    guard->diag);
		for (size_t j = 0; rc == 0 && j < count; j++)
			if (!list[j].is_corrected)
				refuse_breach(guard, update, &guard->books[i],
				    &list[j]);
	}
	return rc;
}

/*
 * Branches
 */

/* The commits of a push, newest first. */
struct commits {
	struct listed {
		git_oid id;
		const git_oid *parents;
		size_t parent_count;
	} * list;
	size_t count, capacity;
	struct arena arena;
};

static void
list_commits(struct guard *guard, const git_oid *tip, const git_oid *hidden,
    size_t hidden_count, struct commits *commits)
{
	struct revwalk *walk = revwalk_new(guard->repository, guard->diag);
	struct revwalk_commit commit;

	revwalk_from(walk, tip);
	for (size_t i = 0; i < hidden_count; i++)
		revwalk_without(walk, &hidden[i]);
	while (revwalk_next(walk, &commit)) {
		git_oid *parents = arena_array(&commits->arena,
		    commit.parent_count + 1, sizeof(*parents));

		for (size_t i = 0; i < commit.parent_count; i++)
			parents[i] = commit.parents[i];
		commits->list = arena_grow(&commits->arena, commits->list,
		    commits->count, &commits->capacity, sizeof(*commits->list));
		commits->list[commits->count++] =
		    (struct listed){ commit.id, parents, commit.parent_count };
	}
	revwalk_free(walk);
}

/* Each commit, those before it first. */
static int
judge_commits(struct guard *guard, const struct push_check_update *update,
    const git_oid *hidden, size_t hidden_count)
{
	struct commits commits = { 0 };

	list_commits(guard, &update->after, hidden, hidden_count, &commits);
	for (size_t i = commits.count; i-- > 0;)
		judge_commit(guard, update, &commits.list[i].id,
		    commits.list[i].parents, commits.list[i].parent_count);
	arena_free(&commits.arena);
	return diag_has_errors(guard->diag) ? -1 : 0;
}

static bool
is_there(const git_oid *id)
{
	return !git_oid_is_zero(id);
}

/* What a branch's own history may not lose. */
static void
check_history(struct guard *guard, const struct push_check_update *update)
{
	if (!is_there(&update->before) || !is_protected(guard, update))
		return;
	if (!is_there(&update->after))
		refuse_update(guard, update,
		    _("this branch is kept, and may not be deleted"),
		    _("push to it, or make another branch"));
	else if (!commit_graph_reaches(guard->graph, &update->after,
		     &update->before))
		refuse_update(guard, update,
		    _("history would be rewritten: the push lacks commits "
		      "that the branch has"),
		    _("'git pull' takes them in, then push without --force; "
		      "what was wrong is put right by a new commit"));
}

static int
judge_branch(struct guard *guard, const struct push_check_update *update)
{
	const git_oid *hidden = guard->heads;
	size_t hidden_count = guard->head_count;
	int rc = 0;

	if (is_there(&update->before)) {
		hidden = &update->before;
		hidden_count = 1;
		rc = find_books(guard, &update->before);
	}
	/* Git lets nothing but a commit be a branch. */
	if (rc == 0 && is_there(&update->after))
		rc = find_books(guard, &update->after);
	if (rc == 0 && is_there(&guard->default_head))
		rc = find_books(guard, &guard->default_head);
	if (rc == 0)
		rc = settle_officers(guard, update);
	if (rc != 0)
		return rc;
	check_history(guard, update);
	if (guard->book_count == 0 || !is_there(&update->after))
		return 0;
	rc = judge_commits(guard, update, hidden, hidden_count);
	return rc == 0 ? check_frozen(guard, update, hidden, hidden_count) : rc;
}

/*
 * Tags of closes
 */

/* Whether a branch has a commit, as it is or as it is pushed. */
static bool
is_on_branch(const struct guard *guard, const git_oid *id)
{
	for (size_t i = 0; i < guard->head_count; i++)
		if (commit_graph_reaches(guard->graph, &guard->heads[i], id))
			return true;
	for (size_t i = 0; i < guard->request->count; i++)
		if (str_starts(guard->request->updates[i].ref,
			STR("refs/heads/")) &&
		    is_there(&guard->request->updates[i].after) &&
		    commit_graph_reaches(guard->graph,
			&guard->request->updates[i].after, id))
			return true;
	return false;
}

/* The close that a tag's commit makes in some book. */
static bool
makes_close(struct guard *guard, const struct push_check_update *update,
    const git_oid *id, struct period period, unsigned revision)
{
	struct judged judged = { .guard = guard, .update = update, .id = *id };
	const struct integrity_close *close;
	struct commit_header header;
	char text[COMMIT_ID_SIZE];
	bool found = false;

	git_oid_tostr(text, sizeof(text), id);
	if (commit_read(&judged.info, guard->repository, text, &judged.arena,
		guard->diag) != 0 ||
	    !commit_header_read(&header, guard->repository, id, &judged.arena))
		goto done;
	judged.parents = header.parents;
	judged.parent_count = header.parent_count;
	for (size_t i = 0; i < guard->book_count && !found; i++) {
		judged.book = &guard->books[i];
		close = integrity_find(judged.book->integrity, id, period);
		found = close != NULL && close->record != NULL &&
			close->record->revision == revision &&
			!is_kept(&judged, close);
		if (found)
			check_close(&judged, close);
	}
done:
	arena_free(&judged.arena);
	return found;
}

static void
check_new_tag(struct guard *guard, const struct push_check_update *update,
    struct str name, struct period period, unsigned revision)
{
	struct arena arena = { 0 };
	struct tag tag;

	if (!tag_read(&tag, guard->repository, &update->after, &arena) ||
	    !str_equal(tag.name, name) || !tag.has_commit)
		refuse_update(guard, update,
		    _("this is not the annotated tag that a close makes"),
		    _("delete it ('git tag -d'), and let 'shiji close' set "
		      "it"));
	else if (!is_on_branch(guard, &tag.commit))
		refuse_update(guard, update,
		    _("it marks a commit that no branch has"),
		    _("push the branch with it: 'git push --atomic "
		      "origin main --tags'"));
	else if (!makes_close(guard, update, &tag.commit, period, revision))
		refuse_update(guard, update,
		    _("it does not mark the commit that closed this "
		      "period"),
		    _("delete it ('git tag -d'), and let 'shiji "
		      "close' set it"));
	arena_free(&arena);
}

/* Add the books of the commit that a tag leads to. */
static int
find_tagged_books(struct guard *guard, const git_oid *id)
{
	git_oid commit;

	if (!is_there(id) || !tag_peel(guard->repository, id, &commit))
		return 0;
	return find_books(guard, &commit);
}

static int
judge_tag(struct guard *guard, const struct push_check_update *update)
{
	struct str name = str_from_byte(update->ref, strlen("refs/tags/"));
	struct period period;
	unsigned revision;
	int rc = find_tagged_books(guard, &update->before);

	if (rc == 0)
		rc = find_tagged_books(guard, &update->after);
	if (rc != 0 || guard->book_count == 0)
		return rc;
	if (is_there(&update->before))
		refuse_update(guard, update,
		    is_there(&update->after)
			? _("the tag of a close may not be moved")
			: _("the tag of a close may not be deleted"),
		    _("a correction has a tag of its own: 'shiji close "
		      "--correct'; 'git fetch --tags --force' brings back "
		      "what was published"));
	else if (!close_record_tag_parse(name, &period, &revision))
		refuse_update(guard, update,
		    _("tags below close/ are for closes, and this names no "
		      "period"),
		    _("give it another name"));
	else
		check_new_tag(guard, update, name, period, revision);
	return 0;
}

/*
 * All of it
 */

static void
read_heads(struct guard *guard)
{
	size_t count;
	const struct reference *list = reference_list(guard->repository,
	    STR("refs/heads/"), guard->arena, &count);

	guard->default_branch =
	    reference_of_head(guard->repository, guard->arena);
	if (!guard->request->is_push)
		return;
	guard->heads =
	    arena_array(guard->arena, count + 1, sizeof(*guard->heads));
	for (size_t i = 0; i < count; i++) {
		guard->heads[guard->head_count++] = list[i].id;
		if (str_equal(list[i].name, guard->default_branch))
			guard->default_head = list[i].id;
	}
}

static int
judge_update(struct guard *guard, const struct push_check_update *update)
{
	if (git_oid_equal(&update->before, &update->after))
		return 0;
	if (str_starts(update->ref, STR("refs/heads/")))
		return judge_branch(guard, update);
	if (str_starts(update->ref, STR("refs/replace/")) &&
	    is_there(&update->after))
		refuse_update(guard, update,
		    _("it would have git show another object in place of a "
		      "true one"),
		    _("'git replace -d' takes it back; put right by a new "
		      "commit what is wrong"));
	return 0;
}

int
push_check_judge(struct repository *repository,
    const struct push_check_request *request,
    struct push_check_verdict *verdict, struct diag *diag)
{
	const struct push_check_update *updates = request->updates;
	struct guard guard = { .repository = repository,
		.graph = commit_graph_new(repository),
		.verdict = verdict,
		.arena = &verdict->arena,
		.diag = diag,
		.request = request };
	int rc = 0;

	*verdict = (struct push_check_verdict){ 0 };
	read_heads(&guard);
	for (size_t i = 0; i < request->count && rc == 0; i++)
		rc = judge_update(&guard, &updates[i]);
	/* Whether a branch has what a tag marks is known by now. */
	for (size_t i = 0; i < request->count && rc == 0; i++)
		if (str_starts(updates[i].ref, STR("refs/tags/close/")) &&
		    !git_oid_equal(&updates[i].before, &updates[i].after))
			rc = judge_tag(&guard, &updates[i]);
	for (size_t i = 0; i < guard.book_count; i++) {
		integrity_free(guard.books[i].integrity);
		tree_check_free(guard.books[i].tree_check);
		signers_free(guard.books[i].signers);
	}
	commit_graph_free(guard.graph);
	return rc == 0 && diag_has_errors(diag) ? -1 : rc;
}

void
push_check_verdict_free(struct push_check_verdict *verdict)
{
	arena_free(&verdict->arena);
	*verdict = (struct push_check_verdict){ 0 };
}
