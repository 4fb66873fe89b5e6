/*
 * chronicle: writes the history of a book, always the same one, for measuring:
 * chronicle COMMITS, a stream for `git fast-import`.
 *
 * 20 offices each report 3 measures of 136 units in a file of their own. The
 * first commit has all; each of the others changes 1 to 5 values of one file.
 * A quarter of the items each score by min-max, by the ratio to a target, by a
 * ladder of ranks and by tiers, so that half of the changes move other units.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OFFICES = 20, MEASURES = 3, UNITS = 136, KINDS = 4, POINTS = 5 };

#define PERIOD "2022-10"
#define VALUES 50001 /* 0.00 to 500.00 */

struct kind {
	const char *id, *start, *end; /* of the rule, around the measure */
};

static const struct kind kinds[KINDS] = {
	{ "spread", "minmax(", ", 0)" },
	{ "target", "points * clamp(", " / 400, 0, 1)" },
	{ "ladder", "points * max(0, 1 - 0.5% * (pool.rank(", ") - 1))" },
	{ "tiers", "steps(", ", 0, 1, 100, 2, 200, 3.5, 300, 5)" },
};

static unsigned values[OFFICES][MEASURES][UNITS];
static uint64_t seed;

/* The splitmix64 generator: a number below a bound. */
static unsigned
draw(unsigned bound)
{
	uint64_t x = seed += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((x ^ (x >> 31)) % bound);
}

/* Inline data of a stream: its size, then the bytes. */
static void
put_data(const char *bytes, size_t size)
{
	printf("data %zu\n", size);
	fwrite(bytes, 1, size, stdout);
	putchar('\n');
}

/* A file whose text was written to a stream in memory. */
struct file {
	char *bytes;
	size_t size;
	FILE *stream;
};

static struct file *
start_file(void)
{
	static struct file file;

	file.stream = open_memstream(&file.bytes, &file.size);
	if (file.stream == NULL) {
		perror("chronicle");
		exit(2);
	}
	return &file;
}

static void
put_file(struct file *file, const char *path)
{
	fclose(file->stream);
	printf("M 100644 inline %s\n", path);
	put_data(file->bytes, file->size);
	free(file->bytes);
}

static void
put_office(unsigned office)
{
	struct file *file = start_file();
	char path[64];

	fputs("measure\tunit\tvalue\n", file->stream);
	for (unsigned i = 0; i < MEASURES; i++)
		for (unsigned j = 0; j < UNITS; j++) {
			unsigned value = values[office][i][j];

			fprintf(file->stream,
			    "indicator_%02u_%u\ttownship-%03u\t%u.%02u\n",
			    office, i, j, value / 100, value % 100);
		}
	snprintf(path, sizeof(path), "data/" PERIOD "/office_%02u.tsv", office);
	put_file(file, path);
}

static void
put_book(void)
{
	struct file *file = start_file();

	fputs("%rec: Book\n\nName: Bench\nPeriod: month\n", file->stream);
	put_file(file, "book.rec");
	file = start_file();
	fputs("%rec: Unit\n", file->stream);
	for (unsigned i = 0; i < UNITS; i++)
		fprintf(file->stream, "\nId: township-%03u\n", i);
	put_file(file, "units.rec");
	file = start_file();
	fputs("%rec: Measure\n", file->stream);
	for (unsigned i = 0; i < OFFICES * MEASURES; i++)
		fprintf(file->stream,
		    "\nId: indicator_%02u_%u\nSource: office_%02u\nMin: 0\n"
		    "Max: 500\nDigits: 2\n",
		    i / MEASURES, i % MEASURES, i / MEASURES);
	put_file(file, "measures.rec");
}

static void
put_scheme(void)
{
	struct file *file = start_file();

	fprintf(file->stream,
	    "%%rec: Scheme\n\nName: Bench\nPoints: %d\nDigits: 2\n\n"
	    "%%rec: Item\n",
	    OFFICES * MEASURES * POINTS);
	for (unsigned i = 0; i < KINDS; i++) {
		fprintf(file->stream, "\nId: %s\nPoints: %d\n", kinds[i].id,
		    OFFICES * MEASURES / KINDS * POINTS);
		for (unsigned j = i; j < OFFICES * MEASURES; j += KINDS)
			fprintf(file->stream,
			    "\nId: %s.i%02u\nPoints: %d\n"
			    "Rule: %sindicator_%02u_%u%s\n",
			    kinds[i].id, j, POINTS, kinds[i].start,
			    j / MEASURES, j % MEASURES, kinds[i].end);
	}
	put_file(file, "schemes/" PERIOD ".rec");
}

static void
put_commit(unsigned number, const char *subject)
{
	printf("commit refs/heads/main\nmark :%u\n", number);
	printf("committer An Office <office@example.org> %u +0800\n",
	    1667606400 + 60 * number);
	put_data(subject, strlen(subject));
	if (number > 1)
		printf("from :%u\n", number - 1);
}

static void
put_first(void)
{
	put_commit(1, "records");
	put_book();
	put_scheme();
	for (unsigned i = 0; i < OFFICES; i++) {
		for (unsigned j = 0; j < MEASURES; j++)
			for (unsigned k = 0; k < UNITS; k++)
				values[i][j][k] = draw(VALUES);
		put_office(i);
	}
}

int
main(int argc, char **argv)
{
	long commits = argc == 2 ? strtol(argv[1], NULL, 10) : 0;

	if (commits < 1 || commits > 10000000) {
		fputs("usage: chronicle COMMITS\n", stderr);
		return 2;
	}
	put_first();
	for (unsigned i = 2; i <= commits; i++) {
		unsigned office = draw(OFFICES), lines = 1 + draw(5);
		char subject[64];

		snprintf(subject, sizeof(subject), "office %u reports", office);
		for (unsigned j = 0; j < lines; j++)
			values[office][draw(MEASURES)][draw(UNITS)] =
			    draw(VALUES);
		put_commit(i, subject);
		put_office(office);
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 2;
}
