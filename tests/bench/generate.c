/*
 * generate: writes a book of any size, always the same one, for measuring.
 *
 * generate FOLDER UNITS MEASURES [shuffled]. A quarter of the items each score
 * by min-max, by the ratio to a target, by a ladder of ranks and by tiers.
 * Values have two digits, so that 5 * x / 400 lies on half a hundredth
 * for one value in eighty: the place where binary floating point goes wrong.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PERIOD "2022-10"
#define OFFICES 10
#define KINDS 4
#define ITEM_POINTS 5
#define VALUES 50001 /* 0.00 to 500.00 */

struct kind {
	const char *id, *rule; /* the measure's Id goes to %1$s */
};

static const struct kind kinds[KINDS] = {
	{ "spread", "minmax(%1$s, 0)" },
	{ "target", "points * clamp(%1$s / 400, 0, 1)" },
	{ "ladder", "points * max(0, 1 - 0.5%% * (pool.rank(%1$s) - 1))" },
	{ "tiers", "steps(%1$s, 0, 1, 100, 2, 200, 3.5, 300, 5)" },
};

static const char *folder;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "generate: %s: %s\n", what, strerror(errno));
	exit(2);
}

__attribute__((format(printf, 1, 2))) static FILE *
open_file(const char *format, ...)
{
	char name[64], path[4096];
	va_list arguments;
	FILE *file;

	va_start(arguments, format);
	vsnprintf(name, sizeof(name), format, arguments);
	va_end(arguments);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if ((file = fopen(path, "w")) == NULL)
		die(path);
	return file;
}

static void
close_file(FILE *file)
{
	int lost = ferror(file);

	if (fclose(file) != 0 || lost)
		die("an output file");
}

static void
make_folder(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s%s", folder, name);
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		die(path);
}

static const char *
unit_id(long unit)
{
	static char text[48];

	snprintf(text, sizeof(text), "henan-zhoukou-township-%05ld", unit);
	return text;
}

static const char *
measure_id(long measure)
{
	static char text[32];

	snprintf(text, sizeof(text), "indicator_%04ld", measure);
	return text;
}

static void
write_book(void)
{
	FILE *file = open_file("book.rec");

	fputs("%rec: Book\n\nName: Bench\nPeriod: month\n", file);
	close_file(file);
}

static void
write_units(long units)
{
	FILE *file = open_file("units.rec");

	fputs("%rec: Unit\n", file);
	for (long unit = 0; unit < units; unit++)
		fprintf(file, "\nId: %s\nName: Township %ld\n", unit_id(unit),
		    unit);
	close_file(file);
}

static void
write_measures(long measures)
{
	FILE *file = open_file("measures.rec");

	fputs("%rec: Measure\n", file);
	for (long measure = 0; measure < measures; measure++)
		fprintf(file,
		    "\nId: %s\nName: Indicator %ld\nUnit: t\nKind: level\n"
		    "Source: office_%ld\nMin: 0\nMax: 500\nDigits: 2\n",
		    measure_id(measure), measure, measure % OFFICES);
	close_file(file);
}

static void
write_items(FILE *file, const struct kind *kind, long first, long measures)
{
	long count = (measures - first + KINDS - 1) / KINDS;

	fprintf(file, "\nId: %s\nName: By %s\nPoints: %ld\n", kind->id,
	    kind->id, count * ITEM_POINTS);
	for (long measure = first; measure < measures; measure += KINDS) {
		fprintf(file,
		    "\nId: %s.i%04ld\nName: Item %ld\nPoints: %d\nRule: ",
		    kind->id, measure, measure, ITEM_POINTS);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		fprintf(file, kind->rule, measure_id(measure));
#pragma GCC diagnostic pop
		fputc('\n', file);
	}
}

static void
write_scheme(long measures)
{
	FILE *file = open_file("schemes/" PERIOD ".rec");

	fprintf(file,
	    "%%rec: Scheme\n\nName: Bench\nPoints: %ld\nDigits: 2\n"
	    "Rounding: half-up\n\n%%rec: Item\n",
	    measures * ITEM_POINTS);
	for (long kind = 0; kind < KINDS; kind++)
		write_items(file, &kinds[kind], kind, measures);
	close_file(file);
}

/* The splitmix64 generator's mixing step: a number for each cell. */
static uint64_t
mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static void
shuffle(uint32_t *rows, size_t count, uint64_t seed)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = mix(seed + i) % i;
		uint32_t row = rows[i - 1];

		rows[i - 1] = rows[other];
		rows[other] = row;
	}
}

/* Rows measure by measure, as an office would export them. */
static void
write_office(long office, long units, long measures, bool shuffled)
{
	long own = (measures - office + OFFICES - 1) / OFFICES;
	size_t count = (size_t)own * (size_t)units;
	uint32_t *rows = calloc(count + 1, sizeof(*rows));
	FILE *file = open_file("data/" PERIOD "/office_%ld.tsv", office);

	if (rows == NULL)
		die("memory");
	for (size_t i = 0; i < count; i++)
		rows[i] = (uint32_t)i;
	if (shuffled)
		shuffle(rows, count, (uint64_t)office << 32);
	fputs("measure\tunit\tvalue\n", file);
	for (size_t i = 0; i < count; i++) {
		long measure = office + OFFICES * (long)(rows[i] / units);
		long unit = (long)rows[i] % units;
		unsigned value =
		    mix((uint64_t)(measure * units + unit)) % VALUES;

		fprintf(file, "%s\t%s\t%u.%02u\n", measure_id(measure),
		    unit_id(unit), value / 100, value % 100);
	}
	close_file(file);
	free(rows);
}

int
main(int argc, char **argv)
{
	long units = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
	long measures = argc > 3 ? strtol(argv[3], NULL, 10) : 0;

	if (units < 1 || units > 99999 || measures < OFFICES ||
	    measures > 9999) {
		fputs("usage: generate FOLDER UNITS MEASURES [shuffled]\n",
		    stderr);
		return 2;
	}
	folder = argv[1];
	make_folder("");
	make_folder("/schemes");
	make_folder("/data");
	make_folder("/data/" PERIOD);
	write_book();
	write_units(units);
	write_measures(measures);
	write_scheme(measures);
	for (long office = 0; office < OFFICES; office++)
		write_office(office, units, measures, argc > 4);
	return 0;
}
