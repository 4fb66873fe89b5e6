#include "git/parents.h"

#include "base/str.h"

/* `tree ID` and then each `parent ID` have a line of always the same size. */
enum {
	TREE_SIZE = sizeof("tree \n") - 1 + GIT_OID_HEXSZ,
	KEY_SIZE = sizeof("parent ") - 1,
	LINE_SIZE = KEY_SIZE + GIT_OID_HEXSZ + 1
};

/* The lines after that of the tree. */
static struct str
lines_of(const git_commit *commit)
{
	return str_from_byte(str_from(git_commit_raw_header(commit)),
	    TREE_SIZE);
}

size_t
parents_count(const git_commit *commit)
{
	struct str lines = lines_of(commit);
	size_t count = 0;

	while (str_starts(str_from_byte(lines, count * LINE_SIZE),
	    STR("parent ")))
		count++;
	return count;
}

git_oid
parents_id(const git_commit *commit, size_t number)
{
	struct str line = str_from_byte(lines_of(commit), number * LINE_SIZE);
	git_oid id = { { 0 } };

	git_oid_fromstrn(&id, line.data + KEY_SIZE, GIT_OID_HEXSZ);
	return id;
}

bool
parents_first(const git_commit *commit, git_oid *out)
{
	bool has_one = parents_count(commit) > 0;

	if (has_one)
		*out = parents_id(commit, 0);
	return has_one;
}

bool
parents_only(const git_commit *commit, git_oid *out)
{
	return parents_count(commit) == 1 && parents_first(commit, out);
}
