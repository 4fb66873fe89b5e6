#include "git/tag.h"

bool
tag_read(struct tag *out, const struct repository *repository,
    const git_oid *id, struct arena *arena)
{
	git_tag *tag = NULL;
	const git_signature *tagger;

	*out = (struct tag){ 0 };
	if (git_tag_lookup(&tag, repository_git(repository), id) != 0)
		return false;
	tagger = git_tag_tagger(tag);
	out->name = arena_str(arena, str_from(git_tag_name(tag)));
	out->time = tagger == NULL ? 0 : tagger->when.time;
	git_tag_free(tag);
	out->has_commit = tag_peel(repository, id, &out->commit);
	return true;
}

bool
tag_text(const struct repository *repository, const git_oid *id,
    struct arena *arena, struct str *out)
{
	git_odb_object *object = NULL;

	if (git_odb_read(&object, repository_objects(repository), id) != 0)
		return false;
	*out = arena_str(arena, (struct str){ git_odb_object_data(object),
				    git_odb_object_size(object) });
	git_odb_object_free(object);
	return true;
}

bool
tag_peel(const struct repository *repository, const git_oid *id,
    git_oid *commit)
{
	git_object *object = NULL, *peeled = NULL;
	bool found = git_object_lookup(&object, repository_git(repository), id,
			 GIT_OBJECT_ANY) == 0 &&
		     git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) == 0;

	if (found)
		*commit = *git_object_id(peeled);
	git_object_free(peeled);
	git_object_free(object);
	return found;
}
