/*
 * floor: the least that reading a book's data can cost; the yardstick of
 * `make bench`. floor FILE...
 *
 * It maps the files, splits them, interns each row's measure and unit with a
 * hash and a full comparison, reads the decimal into a 64-bit integer, and
 * adds it to its unit's and its measure's sum. It trusts its input blindly
 * (two digits after the point, no missing value, nothing twice), checks
 * nothing, and knows no rule: whatever a tool does beyond that is work for its
 * user.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct slot {
	uint64_t hash; /* 0: free */
	const char *name;
	uint32_t size, number;
};

/* Names to numbers 0, 1, 2 ..., and a sum for each. */
struct labels {
	struct slot *slots;
	int64_t *sums;
	size_t capacity, count; /* capacity is a power of two */
};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	exit(2);
}

static uint64_t
load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

__extension__ typedef unsigned __int128 wide;

static uint64_t
fold(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight bytes at a time; the last eight may overlap those before. */
static uint64_t
hash_name(const char *p, size_t size)
{
	uint64_t hash = size ^ UINT64_C(0xa0761d6478bd642f);

	if (size < 8) {
		uint64_t word = 0;

		memcpy(&word, p, size);
		return fold(hash ^ word, UINT64_C(0xe7037ed1a0b428db)) | 1;
	}
	for (size_t i = 0; i + 8 < size; i += 8)
		hash = fold(hash ^ load(p + i), UINT64_C(0xe7037ed1a0b428db));
	hash = fold(hash ^ load(p + size - 8), UINT64_C(0x8ebc6af09c88c6e3));
	return hash | 1;
}

static void
grow(struct labels *names)
{
	size_t old = names->capacity;
	struct slot *slots = names->slots;

	names->capacity = old == 0 ? 1024 : old * 2;
	names->slots = calloc(names->capacity, sizeof(*slots));
	names->sums = realloc(names->sums, names->capacity * sizeof(int64_t));
	if (names->slots == NULL || names->sums == NULL)
		die("memory");
	for (size_t i = 0; i < old; i++) {
		size_t at = slots[i].hash >> 1 & (names->capacity - 1);

		if (slots[i].hash == 0)
			continue;
		while (names->slots[at].hash != 0)
			at = (at + 1) & (names->capacity - 1);
		names->slots[at] = slots[i];
	}
	free(slots);
}

static uint32_t
intern(struct labels *names, const char *name, size_t size)
{
	uint64_t hash = hash_name(name, size);
	size_t at;

	if (names->count * 2 >= names->capacity)
		grow(names);
	for (at = hash >> 1 & (names->capacity - 1); names->slots[at].hash != 0;
	     at = (at + 1) & (names->capacity - 1)) {
		const struct slot *slot = &names->slots[at];

		if (slot->hash == hash && slot->size == size &&
		    memcmp(slot->name, name, size) == 0)
			return slot->number;
	}
	names->sums[names->count] = 0;
	names->slots[at] =
	    (struct slot){ hash, name, (uint32_t)size, (uint32_t)names->count };
	return (uint32_t)names->count++;
}

/* Hundredths; the point is passed over. */
static const char *
read_decimal(const char *p, int64_t *out)
{
	int negative = *p == '-';
	int64_t value = 0;

	for (p += negative; *p >= '.' && *p <= '9'; p++)
		if (*p != '.')
			value = value * 10 + (*p - '0');
	*out = negative ? -value : value;
	return p;
}

static size_t
add_rows(struct labels *measures, struct labels *units, const char *p,
    const char *end)
{
	size_t rows = 0;

	p = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1; /* header */
	for (; p < end; rows++) {
		const char *tab = memchr(p, '\t', (size_t)(end - p));
		uint32_t measure = intern(measures, p, (size_t)(tab - p));
		const char *next = memchr(tab + 1, '\t', (size_t)(end - tab));
		uint32_t unit =
		    intern(units, tab + 1, (size_t)(next - tab - 1));
		int64_t value;

		p = read_decimal(next + 1, &value);
		if (*p != '\n')
			p = memchr(p, '\n', (size_t)(end - p));
		p++;
		measures->sums[measure] += value;
		units->sums[unit] += value;
	}
	return rows;
}

static void
clear(struct labels *names)
{
	free(names->slots);
	free(names->sums);
}

static size_t
add_file(struct labels *measures, struct labels *units, const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	const char *text;

	if (file < 0 || fstat(file, &status) != 0)
		die(path);
	text = mmap(NULL, (size_t)status.st_size, PROT_READ,
	    MAP_PRIVATE | MAP_POPULATE, file, 0);
	if (text == MAP_FAILED)
		die(path);
	close(file);
	return add_rows(measures, units, text, text + status.st_size);
}

int
main(int argc, char **argv)
{
	struct labels measures = { 0 }, units = { 0 };
	size_t rows = 0;
	int64_t sum = 0;

	for (int i = 1; i < argc; i++)
		rows += add_file(&measures, &units, argv[i]);
	for (size_t i = 0; i < units.count; i++)
		sum += units.sums[i];
	printf("%zu rows, %zu measures, %zu units, sum %" PRId64 "\n", rows,
	    measures.count, units.count, sum);
	clear(&measures);
	clear(&units);
	return fflush(stdout) == 0 ? 0 : 2;
}
