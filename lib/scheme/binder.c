#include "scheme/binder.h"

#include "base/i18n.h"

/* How many nodes a rule, and all rules of a scheme, have at most. */
enum { NODES_MAX = 100000, NODES_ALL = 1000000 };

struct place
binder_blame(const struct binder *binder, const struct syntax *syntax)
{
	const struct syntax *caller = binder->environment->caller;

	return syntax_place(caller != NULL ? caller : syntax);
}

struct node *
binder_refused(struct binder *binder, const struct syntax *syntax)
{
	if (binder->environment->caller != NULL)
		diag_also(binder->diag, syntax_place(syntax),
		    _("here in the method"));
	binder->failed = true;
	return NULL;
}

struct node *
binder_refuse(struct binder *binder, const struct syntax *syntax,
    enum finding finding, struct str detail)
{
	diag_at(binder->diag, binder_blame(binder, syntax), finding, detail);
	return binder_refused(binder, syntax);
}

struct node *
binder_node(struct binder *binder, enum node_kind kind, enum node_type type,
    const struct syntax *syntax)
{
	struct program *program = binder->program;
	struct node *node;

	if (program->node_count >= NODES_MAX)
		return binder_refuse(binder, syntax, D_RULE_PARTS,
		    STR("100,000"));
	/* Reported once; the rules after it are unsound in silence. */
	if (binder->nodes++ == NODES_ALL)
		return binder_refuse(binder, syntax, D_SCHEME_PARTS,
		    STR("1,000,000"));
	if (binder->nodes > NODES_ALL) {
		binder->failed = true;
		return NULL;
	}
	node = arena_new(binder->arena, struct node);
	program->nodes = arena_grow(binder->arena, program->nodes,
	    program->node_count, &program->node_capacity, sizeof(node));
	program->nodes[program->node_count] = node;
	node->kind = kind;
	node->type = type;
	node->id = (uint32_t)program->node_count++;
	node->depth = 1;
	node->syntax = syntax;
	node->caller = binder->environment->caller;
	return node;
}

struct node *
binder_with_parts(struct binder *binder, struct node *node, struct node **parts,
    size_t count)
{
	if (node == NULL)
		return NULL;
	node->parts = parts;
	node->count = count;
	for (size_t i = 0; i < count; i++)
		if (parts[i]->depth >= node->depth)
			node->depth = parts[i]->depth + 1;
	if (node->depth > BINDER_DEPTH_MAX)
		return binder_refuse(binder, node->syntax, D_RULE_DEPTH,
		    STR("1,000"));
	return node;
}

struct binding *
binder_find(const struct environment *environment, struct str name)
{
	for (size_t i = environment->count; i-- > 0;)
		if (str_equal(environment->bindings[i].name, name))
			return &environment->bindings[i];
	return NULL;
}

const struct syntax *
binder_word(const struct environment *environment, const struct syntax *syntax)
{
	/* An argument whose default is its own name would never end. */
	for (int i = 0; i < BINDER_DEPTH_MAX && syntax->kind == SYNTAX_NAME;
	     i++) {
		const struct binding *binding =
		    binder_find(environment, syntax->name);

		if (binding == NULL)
			return syntax;
		environment = binding->lexical;
		syntax = binding->syntax;
	}
	return syntax;
}

struct str
binder_text(const struct syntax *syntax)
{
	return str_head(str_from_byte(syntax->origin->text, syntax->at),
	    syntax->size);
}
