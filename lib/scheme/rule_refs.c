#include "scheme/rule_refs.h"

#include <stdlib.h>

/* The names that stand for something of the rule's own. */
struct scope {
	const struct item *item;     /* whose Lets are known, or NULL */
	const struct method *method; /* whose arguments are known, or NULL */
};

struct rule_refs_reader {
	struct arena arena;
	const struct scheme *scheme;
	struct rule_refs found;
	uint8_t *seen_measures, *seen_methods;
};

struct rule_refs_reader *
rule_refs_reader_new(const struct scheme *scheme)
{
	struct rule_refs_reader *reader = memory_alloc(sizeof(*reader));
	size_t measures = scheme->book->measure_count;

	*reader = (struct rule_refs_reader){ .scheme = scheme };
	reader->seen_measures = arena_array(&reader->arena, measures, 1);
	reader->seen_methods =
	    arena_array(&reader->arena, scheme->method_count, 1);
	reader->found.measures =
	    arena_array(&reader->arena, measures, sizeof(uint32_t));
	reader->found.methods =
	    arena_array(&reader->arena, scheme->method_count, sizeof(uint32_t));
	return reader;
}

void
rule_refs_reader_free(struct rule_refs_reader *reader)
{
	if (reader == NULL)
		return;
	arena_free(&reader->arena);
	free(reader);
}

static bool
is_own_name(const struct scope *scope, struct str name)
{
	for (size_t i = 0;
	     scope->method != NULL && i < scope->method->argument_count; i++)
		if (str_equal(scope->method->arguments[i].name, name))
			return true;
	for (size_t i = 0; scope->item != NULL && i < scope->item->let_count;
	     i++)
		if (str_equal(scope->item->lets[i].name, name))
			return true;
	return false;
}

static void
mention_measure(struct rule_refs_reader *reader, const struct scope *scope,
    struct str name)
{
	uint32_t measure = book_measure(reader->scheme->book, name);

	if (measure == INDEX_NONE || reader->seen_measures[measure] ||
	    is_own_name(scope, name))
		return;
	reader->seen_measures[measure] = 1;
	reader->found.measures[reader->found.measure_count++] = measure;
}

static void
mention_method(struct rule_refs_reader *reader, struct str name)
{
	uint32_t method = intern_find(&reader->scheme->method_index, name);

	if (method == INDEX_NONE || reader->seen_methods[method])
		return;
	reader->seen_methods[method] = 1;
	reader->found.methods[reader->found.method_count++] = method;
}

static void
mention_syntax(struct rule_refs_reader *reader, const struct scope *scope,
    const struct syntax *syntax)
{
	if (syntax == NULL)
		return;
	if (syntax->kind == SYNTAX_NAME)
		mention_measure(reader, scope, syntax->name);
	else if (syntax->kind == SYNTAX_CALL)
		mention_method(reader, syntax->name);
	for (size_t i = 0; i < syntax->count; i++)
		mention_syntax(reader, scope, syntax->parts[i]);
}

static void
start(struct rule_refs_reader *reader)
{
	for (size_t i = 0; i < reader->found.measure_count; i++)
		reader->seen_measures[reader->found.measures[i]] = 0;
	for (size_t i = 0; i < reader->found.method_count; i++)
		reader->seen_methods[reader->found.methods[i]] = 0;
	reader->found.measure_count = reader->found.method_count = 0;
}

struct rule_refs
rule_refs_item(struct rule_refs_reader *reader, const struct item *item)
{
	const struct scheme *scheme = reader->scheme;
	const struct scope scope = { .item = item };

	start(reader);
	for (size_t i = 0; i < item->let_count; i++)
		mention_syntax(reader, &scope, item->lets[i].value);
	mention_syntax(reader, &scope, item->rule);
	mention_syntax(reader, &scope, item->veto);
	mention_syntax(reader, &scope, item->cap.value);
	mention_syntax(reader, &scope, item->floor.value);
	mention_syntax(reader, &scope, item->missing.value);
	mention_syntax(reader, &scope, item->not_applicable.value);
	/* The list grows while it is gone through, each method once. */
	for (size_t i = 0; i < reader->found.method_count; i++) {
		const struct method *method =
		    &scheme->methods[reader->found.methods[i]];
		const struct scope body = { .method = method };

		mention_syntax(reader, &body, method->rule);
		for (size_t j = 0; j < method->argument_count; j++)
			mention_syntax(reader, &body,
			    method->arguments[j].fallback);
	}
	return reader->found;
}
