#include "git/revision.h"

#include "git/revparse.h"

static void
report(struct diag *diag, const char *folder, enum finding finding,
    struct str first, struct str second)
{
	diag_at_path(diag, "", str_from(folder), finding, first, second);
}

static void
report_revision(const struct repository *repository, const char *folder,
    const char *name, int rc, struct diag *diag)
{
	bool is_head = name[0] == '@' || strncmp(name, "HEAD", 4) == 0;
	struct str unknown = str_from(name);
	struct buffer kept = { 0 };

	/* The questions that follow may replace the reason. */
	buffer_add(&kept, repository_reason());
	if (rc == GIT_ENOTFOUND && is_head &&
	    git_repository_head_unborn(repository_git(repository)) == 1)
		report(diag, folder, D_REVISION_UNBORN, unknown, STR_END);
	else if (rc == GIT_ENOTFOUND && repository_is_shallow(repository))
		report(diag, folder, D_REVISION_SHALLOW, unknown, STR_END);
	else
		report(diag, folder, D_REVISION, unknown, buffer_str(&kept));
	buffer_free(&kept);
}

/* The tree of a commit, a tag or a tree, and the commit if there is one. */
static int
peel(const git_object *object, struct revision *out)
{
	git_object *peeled = NULL;
	int rc = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);

	if (rc == 0) {
		out->has_commit = true;
		out->commit = *git_object_id(peeled);
		out->tree = *git_commit_tree_id((const git_commit *)peeled);
	} else {
		rc = git_object_peel(&peeled, object, GIT_OBJECT_TREE);
		if (rc == 0)
			out->tree = *git_object_id(peeled);
	}
	git_object_free(peeled);
	return rc;
}

int
revision_resolve(const struct repository *repository, const char *folder,
    const char *name, struct revision *out, struct diag *diag)
{
	git_object *object = NULL;
	struct buffer prefix = { 0 };
	int rc = revparse(&object, repository, name);

	*out = (struct revision){ 0 };
	if (rc != 0) {
		report_revision(repository, folder, name, rc, diag);
		return -1;
	}
	rc = peel(object, out);
	if (rc == GIT_EPEEL || rc == GIT_EINVALIDSPEC) {
		report(diag, folder, D_REVISION_KIND, str_from(name), STR_END);
	} else if (rc != 0) {
		buffer_format(&prefix, "%s:", name);
		buffer_add_byte(&prefix, '\0');
		repository_report_object(diag, prefix.data, STR(""),
		    git_object_id(object));
	}
	git_object_free(object);
	buffer_free(&prefix);
	return rc == 0 ? 0 : -1;
}

bool
revision_cut_path(struct str *revision, struct str *path)
{
	size_t depth = 0;

	for (size_t i = 0; i < revision->size && revision->data[0] != ':';
	     i++) {
		char byte = revision->data[i];

		if (byte == '{')
			depth++;
		else if (byte == '}' && depth > 0)
			depth--;
		else if (byte == ':' && depth == 0) {
			*path = str_from_byte(*revision, i + 1);
			*revision = str_head(*revision, i);
			return true;
		}
	}
	return false;
}
