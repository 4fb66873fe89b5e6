#include "git/settings.h"

static enum settings_answer
answer_of(int rc)
{
	return rc == 0		     ? SETTINGS_FOUND
	       : rc == GIT_ENOTFOUND ? SETTINGS_NONE
				     : SETTINGS_FAULT;
}

enum settings_answer
settings_read(const struct repository *repository, const char *name,
    struct arena *arena, struct str *value)
{
	git_buf found = { 0 };
	git_config *config = NULL;
	int rc = git_repository_config(&config, repository_git(repository));

	*value = (struct str){ 0 };
	/* One without a configuration cannot be told from one without this. */
	if (rc != 0)
		return SETTINGS_FAULT;
	rc = git_config_get_string_buf(&found, config, name);
	if (rc == 0)
		*value =
		    arena_str(arena, (struct str){ found.ptr, found.size });
	git_buf_dispose(&found);
	git_config_free(config);
	return answer_of(rc);
}

int
settings_write(const struct repository *repository, const char *name,
    const char *value)
{
	git_config *all = NULL, *own = NULL;
	int rc = git_repository_config(&all, repository_git(repository));

	if (rc == 0)
		rc = git_config_open_level(&own, all, GIT_CONFIG_LEVEL_LOCAL);
	if (rc == 0)
		rc = git_config_set_string(own, name, value);
	git_config_free(own);
	git_config_free(all);
	return rc == 0 ? 0 : -1;
}

struct str
settings_attribute(const struct repository *repository, const char *path,
    const char *name, struct arena *arena)
{
	const char *value = NULL;

	if (git_attr_get(&value, repository_git(repository),
		GIT_ATTR_CHECK_FILE_THEN_INDEX, path, name) != 0)
		return STR("");
	switch (git_attr_value(value)) {
	case GIT_ATTR_VALUE_TRUE:
		return STR("set");
	case GIT_ATTR_VALUE_STRING:
		return arena_str(arena, str_from(value));
	default:
		return STR("");
	}
}

struct str
settings_hooks(const struct repository *repository, struct arena *arena)
{
	git_repository *git = repository_git(repository);
	const char *top = git_repository_workdir(git);
	git_config *config = NULL;
	git_buf value = { 0 };
	struct str folder;

	if (top == NULL)
		top = git_repository_path(git);
	if (git_repository_config(&config, git) != 0 ||
	    git_config_get_path(&value, config, "core.hooksPath") != 0)
		folder = arena_format(arena, "%shooks",
		    git_repository_commondir(git));
	else if (value.ptr[0] == '/')
		folder = arena_str(arena, str_from(value.ptr));
	else
		folder = arena_format(arena, "%s%s", top, value.ptr);
	git_buf_dispose(&value);
	git_config_free(config);
	return folder;
}
