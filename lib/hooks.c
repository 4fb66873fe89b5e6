#include "hooks.h"

#include "embedded.h"

/* The sizes are no constants to the compiler. */
static const struct {
	const char *name, *text;
	const size_t *size;
} hooks[] = {
	{ "pre-commit", hooks_pre_commit, &hooks_pre_commit_size },
	{ "prepare-commit-msg", hooks_prepare_commit_msg,
	    &hooks_prepare_commit_msg_size },
	{ "commit-msg", hooks_commit_msg, &hooks_commit_msg_size },
};

struct hook
hook_at(size_t number)
{
	struct hook hook = { 0 };

	if (number >= LENGTH(hooks))
		return hook;
	hook.name = hooks[number].name;
	hook.text = (struct str){ hooks[number].text, *hooks[number].size };
	return hook;
}
