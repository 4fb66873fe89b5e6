#include "scheme/item_match.h"

#include <stdlib.h>

#include "scheme/rule_refs.h"

/* One of the two schemes, and what is known of each of its items. */
struct operand {
	const struct scheme *scheme;
	uint32_t *partner; /* of each item, or INDEX_NONE */
	struct dependencies {
		struct str *ids; /* of measures, sorted */
		size_t count;
	} * reads;
};

struct pairer {
	struct arena *arena;
	struct operand sides[2];
};

/* How often a key stands among the items left of each side, and where last. */
struct slot {
	uint32_t count[2], item[2];
};

struct slots {
	struct intern index;
	struct slot *slots;
	size_t count;
};

static int
compare_ids(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void
find_reads(struct pairer *pairer, struct operand *side)
{
	const struct scheme *scheme = side->scheme;
	struct rule_refs_reader *reader = rule_refs_reader_new(scheme);

	side->reads = arena_array(pairer->arena, scheme->item_count,
	    sizeof(*side->reads));
	for (size_t i = 0; i < scheme->item_count; i++) {
		struct rule_refs found =
		    rule_refs_item(reader, &scheme->items[i]);
		struct dependencies *reads = &side->reads[i];

		reads->count = found.measure_count;
		reads->ids = arena_array(pairer->arena, reads->count,
		    sizeof(*reads->ids));
		for (size_t j = 0; j < reads->count; j++)
			reads->ids[j] =
			    scheme->book->measures[found.measures[j]].id;
		if (reads->count > 1)
			qsort(reads->ids, reads->count, sizeof(*reads->ids),
			    compare_ids);
	}
	rule_refs_reader_free(reader);
}

static void
join(struct pairer *pairer, uint32_t from, uint32_t to)
{
	pairer->sides[0].partner[from] = to;
	pairer->sides[1].partner[to] = from;
}

static void
pair_ids(struct pairer *pairer)
{
	const struct scheme *from = pairer->sides[0].scheme;

	for (uint32_t i = 0; i < from->item_count; i++) {
		uint32_t other =
		    scheme_item(pairer->sides[1].scheme, from->items[i].id);

		if (other != INDEX_NONE)
			join(pairer, i, other);
	}
}

/* The slot of a key; `room` is how many keys there may be in all. */
static struct slot *
slot_of(struct pairer *pairer, struct slots *slots, struct str key, size_t room)
{
	uint32_t number = (uint32_t)slots->count;

	if (slots->slots == NULL)
		slots->slots =
		    arena_array(pairer->arena, room, sizeof(*slots->slots));
	if (intern_add(&slots->index, key, &number))
		slots->count++;
	return &slots->slots[number];
}

static void
count_key(struct slot *slot, size_t side, uint32_t item)
{
	slot->count[side]++;
	slot->item[side] = item;
}

/* Text without the white space outside of quotes. */
static void
add_dense(struct buffer *out, struct str text)
{
	bool quoted = false;

	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];

		quoted ^= byte == '"';
		if (quoted || (byte != ' ' && byte != '\t' && byte != '\n'))
			buffer_add_byte(out, byte);
	}
}

/* What stands for an item; an empty key takes no part. */
typedef struct str (*key_function)(struct pairer *pairer, size_t side,
    uint32_t item);

static struct str
name_key(struct pairer *pairer, size_t side, uint32_t item)
{
	return pairer->sides[side].scheme->items[item].name;
}

static struct str
kept(struct pairer *pairer, struct buffer *buffer)
{
	struct str key = arena_str(pairer->arena, buffer_str(buffer));

	buffer_free(buffer);
	return key;
}

static struct str
rule_key(struct pairer *pairer, size_t side, uint32_t number)
{
	const struct item *item = &pairer->sides[side].scheme->items[number];
	struct buffer text = { 0 };

	if (item->rule_field == NULL ||
	    pairer->sides[side].reads[number].count == 0)
		return STR("");
	add_dense(&text, item->rule_field->value);
	for (size_t i = 0; i < item->let_fields.count; i++) {
		buffer_add_byte(&text, '\n');
		add_dense(&text, item->let_fields.fields[i]->value);
	}
	return kept(pairer, &text);
}

static struct str
reads_key(struct pairer *pairer, size_t side, uint32_t item)
{
	const struct dependencies *reads = &pairer->sides[side].reads[item];
	struct buffer text = { 0 };

	for (size_t i = 0; i < reads->count; i++) {
		buffer_add(&text, reads->ids[i]);
		buffer_add_byte(&text, '\n');
	}
	return kept(pairer, &text);
}

/* Pair the items left whose key no other item left of either side has. */
static void
pair_by(struct pairer *pairer, key_function key_of)
{
	struct slots slots = { 0 };
	size_t room = pairer->sides[0].scheme->item_count +
		      pairer->sides[1].scheme->item_count;

	for (size_t side = 0; side < 2; side++)
		for (uint32_t i = 0; i < pairer->sides[side].scheme->item_count;
		     i++) {
			struct str key;

			if (pairer->sides[side].partner[i] != INDEX_NONE)
				continue;
			key = key_of(pairer, side, i);
			if (key.size > 0)
				count_key(slot_of(pairer, &slots, key, room),
				    side, i);
		}
	for (size_t i = 0; i < slots.count; i++)
		if (slots.slots[i].count[0] == 1 &&
		    slots.slots[i].count[1] == 1)
			join(pairer, slots.slots[i].item[0],
			    slots.slots[i].item[1]);
	intern_free(&slots.index);
}

static bool
is_within(const struct dependencies *few, const struct dependencies *many)
{
	size_t at = 0;

	for (size_t i = 0; i < many->count && at < few->count; i++)
		at += str_equal(few->ids[at], many->ids[i]);
	return at == few->count;
}

/*
 * Of the measures that one item left on each side reads: the other item of
 * all those that this item reads; INDEX_NONE where there are two, or none.
 */
static uint32_t
only_partner(const struct slots *slots, const struct dependencies *reads,
    size_t side)
{
	uint32_t partner = INDEX_NONE;

	for (size_t i = 0; i < reads->count; i++) {
		const struct slot *slot =
		    &slots->slots[intern_find(&slots->index, reads->ids[i])];

		if (slot->count[0] != 1 || slot->count[1] != 1)
			continue;
		if (partner != INDEX_NONE && partner != slot->item[!side])
			return INDEX_NONE;
		partner = slot->item[!side];
	}
	return partner;
}

static void
count_reads(struct pairer *pairer, struct slots *slots)
{
	size_t room = 0;

	for (size_t side = 0; side < 2; side++)
		for (size_t i = 0; i < pairer->sides[side].scheme->item_count;
		     i++)
			room += pairer->sides[side].reads[i].count;
	for (size_t side = 0; side < 2; side++)
		for (uint32_t i = 0; i < pairer->sides[side].scheme->item_count;
		     i++) {
			const struct dependencies *reads =
			    &pairer->sides[side].reads[i];

			if (pairer->sides[side].partner[i] != INDEX_NONE)
				continue;
			for (size_t j = 0; j < reads->count; j++)
				count_key(slot_of(pairer, slots, reads->ids[j],
					      room),
				    side, i);
		}
}

static void
pair_by_own_measures(struct pairer *pairer)
{
	const struct operand *from = &pairer->sides[0], *to = &pairer->sides[1];
	struct slots slots = { 0 };

	count_reads(pairer, &slots);
	for (uint32_t i = 0; i < from->scheme->item_count; i++) {
		uint32_t other;

		if (from->partner[i] != INDEX_NONE)
			continue;
		other = only_partner(&slots, &from->reads[i], 0);
		if (other == INDEX_NONE ||
		    only_partner(&slots, &to->reads[other], 1) != i)
			continue;
		if (is_within(&from->reads[i], &to->reads[other]) ||
		    is_within(&to->reads[other], &from->reads[i]))
			join(pairer, i, other);
	}
	intern_free(&slots.index);
}

static uint32_t *
nobody(struct arena *arena, const struct scheme *scheme)
{
	uint32_t *list = arena_array(arena, scheme->item_count, sizeof(*list));

	for (size_t i = 0; i < scheme->item_count; i++)
		list[i] = INDEX_NONE;
	return list;
}

void
item_match_make(struct item_match *item_match, const struct scheme *from,
    const struct scheme *to)
{
	struct arena scratch = { 0 };
	struct pairer pairer = { .arena = &scratch };

	*item_match = (struct item_match){ 0 };
	item_match->to_of = nobody(&item_match->arena, from);
	item_match->from_of = nobody(&item_match->arena, to);
	pairer.sides[0] =
	    (struct operand){ .scheme = from, .partner = item_match->to_of };
	pairer.sides[1] =
	    (struct operand){ .scheme = to, .partner = item_match->from_of };
	find_reads(&pairer, &pairer.sides[0]);
	find_reads(&pairer, &pairer.sides[1]);
	pair_ids(&pairer);
	pair_by(&pairer, name_key);
	pair_by(&pairer, rule_key);
	pair_by(&pairer, reads_key);
	pair_by_own_measures(&pairer);
	arena_free(&scratch);
}

void
item_match_free(struct item_match *item_match)
{
	arena_free(&item_match->arena);
}
