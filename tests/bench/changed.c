/*
 * changed: the least that walking a history can cost through libgit2; the
 * yardstick of `make bench` for shiji log. changed FOLDER
 *
 * From HEAD along the first parents it compares each commit's trees with its
 * parent's, entry by entry, going only where ids differ, and reads each blob
 * that changed, once. It looks into none, and prints how many there were.
 * Hashes are not verified again.
 */
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>

struct counts {
	unsigned long commits, blobs;
	unsigned long long bytes;
};

static void
check(int rc)
{
	const git_error *error = git_error_last();

	if (rc >= 0)
		return;
	fprintf(stderr, "changed: %s\n",
	    error != NULL ? error->message : "libgit2 does not say why");
	exit(2);
}

static void
read_blob(git_repository *repository, const git_oid *id, struct counts *counts)
{
	git_blob *blob;

	check(git_blob_lookup(&blob, repository, id));
	counts->blobs++;
	counts->bytes += (unsigned long long)git_blob_rawsize(blob);
	git_blob_free(blob);
}

/* What `to` has otherwise than `from`, of which NULL has nothing. */
static void
compare(git_repository *repository, const git_oid *from_id,
    const git_oid *to_id, struct counts *counts)
{
	git_tree *from = NULL, *to;

	if (from_id != NULL)
		check(git_tree_lookup(&from, repository, from_id));
	check(git_tree_lookup(&to, repository, to_id));
	for (size_t i = 0; i < git_tree_entrycount(to); i++) {
		const git_tree_entry *new = git_tree_entry_byindex(to, i);
		const git_tree_entry *old =
		    from == NULL ? NULL : git_tree_entry_byindex(from, i);
		const git_oid *id = git_tree_entry_id(new);

		if (old != NULL && git_oid_equal(git_tree_entry_id(old), id))
			continue;
		if (git_tree_entry_type(new) == GIT_OBJECT_TREE)
			compare(repository,
			    old != NULL ? git_tree_entry_id(old) : NULL, id,
			    counts);
		else
			read_blob(repository, id, counts);
	}
	git_tree_free(from);
	git_tree_free(to);
}

int
main(int argc, char **argv)
{
	git_repository *repository;
	git_commit *commit, *parent;
	struct counts counts = { 0 };
	git_oid head;

	if (argc != 2) {
		fputs("usage: changed FOLDER\n", stderr);
		return 2;
	}
	check(git_libgit2_init());
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	check(git_repository_open(&repository, argv[1]));
	check(git_reference_name_to_id(&head, repository, "HEAD"));
	check(git_commit_lookup(&commit, repository, &head));
	/* The newest commit has all files; then each that an older one has
	 * otherwise. */
	compare(repository, NULL, git_commit_tree_id(commit), &counts);
	while (commit != NULL) {
		counts.commits++;
		parent = NULL;
		if (git_commit_parentcount(commit) > 0) {
			check(git_commit_parent(&parent, commit, 0));
			compare(repository, git_commit_tree_id(commit),
			    git_commit_tree_id(parent), &counts);
		}
		git_commit_free(commit);
		commit = parent;
	}
	printf("%lu commits, %lu blobs, %llu bytes\n", counts.commits,
	    counts.blobs, counts.bytes);
	git_repository_free(repository);
	git_libgit2_shutdown();
	return 0;
}
