/*
 * test_history: scores that go along from commit to commit are those of a
 * first reading, over histories that a generator makes up: values that change,
 * go and come, lines that break the records, schemes, units, branches, merges.
 */
#include "analysis/history.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct row {
	const char *name;
	const char *make;	/* for sh: the book, in the folder `book` */
	const char *folders[4]; /* whose files change */
	const char *periods;
	unsigned seed, commits;
};

/* What rules can rest on, in a book that is scored in no time. */
#define SMALL                                                                  \
	"mkdir -p book/schemes book/data/2022-09 book/data/2022-10 "           \
	"book/data/2022 book/data/2021-10\n"                                   \
	"cd book\n"                                                            \
	"printf '%%rec: Book\\n\\nName: Small\\nPeriod: month\\n' >book.rec\n" \
	"{ printf '%%rec: Unit\\n'; for unit in a b c d e f; do\n"             \
	"printf '\\nId: %s\\nGroup: class/%s\\n' $unit "                       \
	"$(echo $unit | tr abcdef 112212); done; } >units.rec\n"               \
	"printf '%%rec: Measure\\n\\nId: x\\nMin: 0\\nMax: 500\\n\\nId: y\\n"  \
	"\\nId: z\\nKind: flow\\n\\nId: w\\n\\nId: many\\nEntries: many\\n"    \
	"\\nId: target\\n\\nId: v\\n' >measures.rec\n"                         \
	"for period in 2021-10 2022-09 2022-10 2022; do\n"                     \
	"for file in 1 2; do printf 'measure\\tunit\\tvalue\\tstatus\\n'\n"    \
	"for measure in $(case $file in 1) echo x y w;; 2) echo z v target;; " \
	"esac); do for unit in a b c d e f; do\n"                              \
	"printf '%s\\t%s\\t%d.%d\\n' $measure $unit "                          \
	"$(($(printf %d \\'$unit) * file % 37)) $file; done; done; done "      \
	">data/$period/o.tsv\n"                                                \
	"sed -i '/^measure/{1!d}' data/$period/o.tsv; done\n"                  \
	"printf 'measure\\tunit\\tvalue\\nmany\\ta\\t1\\nmany\\ta\\t2\\n' "    \
	">data/2022-10/p.tsv\n"                                                \
	"cat >schemes/2022-01.rec <<'END'\n"                                   \
	"%rec: Scheme\n\nName: Small\nPoints: 100\nDigits: 2\nPool: class\n"   \
	"Eligible: reported >= 85% * measures\n\n%rec: Item\n\n"               \
	"Id: p\nPoints: 40\n\n"                                                \
	"Id: p.x\nPoints: 20\nRule: points * x / pool.max(x)\n"                \
	"Missing: rescale\nNotApplicable: rescale equally\n\n"                 \
	"Id: p.y\nPoints: 10\nRule: y / 5\nNotApplicable: rescale\n\n"         \
	"Id: p.z\nPoints: 10\nRule: ytd(z) / 9\nMissing: mean\n\n"             \
	"Id: q\nPoints: 40\n\n"                                                \
	"Id: q.w\nPoints: 20\nRule: w\nMissing: carry\n\n"                     \
	"Id: q.v\nPoints: 20\nRule: 10 + 10 * growth(v)\n"                     \
	"NotApplicable: full\nMissing: zero\n\n"                               \
	"Id: r\nPoints: 20\nRule: points * default(z, 0) / target\n"           \
	"Veto: x > 30\n\n"                                                     \
	"Id: b\nKind: bonus\nCap: 5\nRule: many\nMissing: zero\n\n"            \
	"Id: d\nKind: deduction\nCap: 3\nRule: if p.y > 5 then 1 else 0\n"     \
	"Missing: zero\nNotApplicable: zero\n\n"                               \
	"%rec: Grade\n\nId: good\nQuota: 50%\n\nId: poor\n"                    \
	"END\n"

static struct row rows[] = {
	{ "a small book", SMALL, { "data/2022-10" }, "2022-10", 1, 120 },
	{ "a small book, several folders", SMALL,
	    { "data/2022-10", "data/2022-09", "data/2022", "data/2021-10" },
	    "2022-10", 2, 120 },
	{ "a small book, several periods", SMALL,
	    { "data/2022-10", "data/2022-09" }, "2022-09..2022-10", 3, 100 },
	{ "a small book, once more", SMALL, { "data/2022-10", "data/2022" },
	    "2022-10", 4, 120 },
	{ "the county's book", "cp -R \"$RECORDS/county\" book; cd book\n",
	    { "data/2022-10", "data/2022" }, "2022-10", 5, 40 },
	{ "the county's older scheme, which reaches back",
	    "cp -R \"$RECORDS/county\" book; cd book\n", { "data/2022-09" },
	    "2022-09", 6, 30 },
};

enum { FILES_MAX = 200, BRANCHES = 2, LINE_SIZE = 256 };

struct lines {
	char (*list)[LINE_SIZE];
	size_t count;
};

/* A file as each branch has it, and as it was at first. */
struct file {
	char path[512];
	struct lines first, now[BRANCHES];
	bool is_gone[BRANCHES], is_risky[BRANCHES];
};

/* A history while it is made up. */
struct story {
	const struct row *row;
	struct file files[FILES_MAX];
	size_t count;
	uint64_t seed;
	unsigned mark, heads[BRANCHES], branch;
	FILE *out;
};

static char base[4096];

static unsigned
draw(struct story *story, unsigned bound)
{
	uint64_t x = story->seed += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return bound == 0 ? 0 : (unsigned)((x ^ (x >> 31)) % bound);
}

static void
copy_lines(struct lines *to, const struct lines *from)
{
	/* Room for lines that are added. */
	to->list =
	    memory_resize(to->list, (from->count + 16) * sizeof(*to->list));
	memcpy(to->list, from->list, from->count * sizeof(*to->list));
	to->count = from->count;
}

static void
read_file(struct story *story, const char *path)
{
	struct file *file = &story->files[story->count++];
	FILE *in = fopen(path, "r");
	char line[LINE_SIZE];

	assert_non_null(in);
	assert_true(story->count < FILES_MAX);
	*file = (struct file){ .is_gone = { false } };
	snprintf(file->path, sizeof(file->path), "%s", path);
	while (fgets(line, sizeof(line), in) != NULL) {
		file->first.list = memory_resize(file->first.list,
		    (file->first.count + 1) * sizeof(*file->first.list));
		snprintf(file->first.list[file->first.count++],
		    sizeof(*file->first.list), "%s", line);
	}
	fclose(in);
	for (size_t i = 0; i < BRANCHES; i++)
		copy_lines(&file->now[i], &file->first);
}

static void
read_folder(struct story *story, const char *folder)
{
	DIR *stream = opendir(folder);
	const struct dirent *entry;
	char path[512];

	assert_non_null(stream);
	while ((entry = readdir(stream)) != NULL)
		if (strstr(entry->d_name, ".tsv") != NULL) {
			snprintf(path, sizeof(path), "%s/%s", folder,
			    entry->d_name);
			read_file(story, path);
		}
	closedir(stream);
}

/* Another value, most of the time one that is sound. */
static void
change_value(struct story *story, struct file *file, char *line)
{
	char *value = strchr(line, '\t'), *end;
	char rest[LINE_SIZE], number[48];

	value = value == NULL ? NULL : strchr(value + 1, '\t');
	if (value == NULL)
		return;
	end = value + 1 + strcspn(value + 1, "\t\n");
	snprintf(rest, sizeof(rest), "%s", end);
	switch (draw(story, 24)) {
	case 0:
		snprintf(number, sizeof(number), "%s", "");
		break;
	case 1:
		snprintf(number, sizeof(number), "%s", "n/a");
		break;
	case 2:
		snprintf(number, sizeof(number), "%s",
		    "12345678901234567890.5");
		break;
	case 3:
		snprintf(number, sizeof(number), "%s", "x");
		file->is_risky[story->branch] = true;
		break;
	case 4:
		snprintf(number, sizeof(number), "%.*s", (int)(end - value - 1),
		    value + 1);
		break;
	default: /* other digits, so that it is as long as it was */
		snprintf(number, sizeof(number), "%.*s", (int)(end - value - 1),
		    value + 1);
		for (char *at = number; *at != '\0'; at++)
			if (*at >= '1' && *at <= '9')
				*at = (char)('1' + draw(story, 9));
	}
	snprintf(value + 1, (size_t)(LINE_SIZE - (value + 1 - line)), "%s%s",
	    number, rest);
}

static void
swap_lines(struct lines *lines, size_t a, size_t b)
{
	char line[LINE_SIZE];

	memcpy(line, lines->list[a], LINE_SIZE);
	memcpy(lines->list[a], lines->list[b], LINE_SIZE);
	memcpy(lines->list[b], line, LINE_SIZE);
}

static void
restore(const struct story *story, struct file *file)
{
	copy_lines(&file->now[story->branch], &file->first);
	file->is_gone[story->branch] = file->is_risky[story->branch] = false;
}

static void
change_file(struct story *story, struct file *file)
{
	struct lines *lines = &file->now[story->branch];
	unsigned what = draw(story, 20);
	size_t at;

	if (lines->count < 3 || draw(story, 6) == 0)
		restore(story, file);
	/* What may break the records is taken back by the next commit. */
	file->is_risky[story->branch] = what < 6;
	at = 1 + draw(story, (unsigned)lines->count - 1);
	switch (what) {
	case 0: /* a line goes */
		memmove(lines->list[at], lines->list[at + 1],
		    (lines->count - at - 1) * sizeof(*lines->list));
		lines->count--;
		break;
	case 1: /* a line twice, which is a fault where it does not add up */
		if (lines->count < file->first.count + 8)
			memcpy(lines->list[lines->count++], lines->list[at],
			    sizeof(*lines->list));
		break;
	case 2:
		swap_lines(lines, at,
		    1 + draw(story, (unsigned)lines->count - 1));
		break;
	case 3:
		snprintf(lines->list[at], sizeof(*lines->list), "%s",
		    draw(story, 2) == 0 ? "no row\n" : "x\tnobody\t1\n");
		break;
	case 4: /* other columns */
		snprintf(lines->list[0], sizeof(*lines->list), "%s",
		    draw(story, 3) == 0
			? "measure\tunit\n"
			: "measure\tunit\tvalue\tnote\tstatus\n");
		break;
	case 5:
		file->is_gone[story->branch] = draw(story, 2) == 0;
		break;
	default:
		for (unsigned i = 1 + draw(story, 5); i > 0; i--)
			change_value(story, file,
			    lines->list[1 + draw(story,
						(unsigned)lines->count - 1)]);
	}
}

static void
put_file(const struct story *story, const struct file *file)
{
	const struct lines *lines = &file->now[story->branch];
	size_t size = 0;

	if (file->is_gone[story->branch]) {
		fprintf(story->out, "D %s\n", file->path);
		return;
	}
	for (size_t i = 0; i < lines->count; i++)
		size += strlen(lines->list[i]);
	fprintf(story->out, "M 100644 inline %s\ndata %zu\n", file->path, size);
	for (size_t i = 0; i < lines->count; i++)
		fputs(lines->list[i], story->out);
	fputc('\n', story->out);
}

static void
start_commit(struct story *story)
{
	unsigned *head = &story->heads[story->branch];

	story->mark++;
	fprintf(story->out,
	    "commit refs/heads/%s\nmark :%u\n"
	    "committer Test Person <test@example.org> %u +0000\n"
	    "data 1\nx\n",
	    story->branch == 0 ? "main" : "side", story->mark,
	    1667606400 + 60 * story->mark);
	if (*head == 0)
		fputs("from refs/heads/main^0\n", story->out);
	else
		fprintf(story->out, "from :%u\n", *head);
	*head = story->mark;
}

/* Take over some files of the other branch. */
static void
put_merge(struct story *story)
{
	unsigned other = 1 - story->branch, head = story->heads[other];

	start_commit(story);
	fprintf(story->out, "merge :%u\n", head);
	for (size_t i = 0; i < story->count; i++) {
		struct file *file = &story->files[i];

		if (draw(story, 2) == 0)
			continue;
		copy_lines(&file->now[story->branch], &file->now[other]);
		file->is_gone[story->branch] = file->is_gone[other];
		file->is_risky[story->branch] = file->is_risky[other];
		put_file(story, file);
	}
}

static void
put_commit(struct story *story)
{
	if (draw(story, 8) == 0)
		story->branch = 1 - story->branch;
	if (story->heads[0] > 0 && story->heads[1] > 0 &&
	    draw(story, 12) == 0) {
		put_merge(story);
		return;
	}
	start_commit(story);
	for (size_t i = 0; i < story->count; i++)
		if (story->files[i].is_risky[story->branch]) {
			restore(story, &story->files[i]);
			put_file(story, &story->files[i]);
		}
	for (unsigned i = 1 + draw(story, 2); i > 0; i--) {
		struct file *file =
		    &story->files[draw(story, (unsigned)story->count)];

		if (draw(story, 12) == 0)
			continue; /* nothing changes */
		change_file(story, file);
		put_file(story, file);
	}
	if (draw(story, 15) == 0)
		fprintf(story->out, "M 100644 inline README\ndata 2\n%u\n\n",
		    draw(story, 10));
}

static void
run(const char *script)
{
	int status = system(script);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("the script fails: %s", script);
}

static void
make_story(const struct row *row)
{
	struct story *story = memory_alloc(sizeof(*story));

	*story = (struct story){ .row = row, .seed = row->seed };
	assert_int_equal(chdir(base), 0);
	run("rm -rf book");
	run(row->make);
	assert_int_equal(chdir("book"), 0);
	run("git init -q && git add . && git commit -qm start");
	for (size_t i = 0; i < LENGTH(row->folders); i++)
		if (row->folders[i] != NULL)
			read_folder(story, row->folders[i]);
	story->out = popen("git fast-import --quiet --force", "w");
	assert_non_null(story->out);
	for (unsigned i = 0; i < row->commits; i++)
		put_commit(story);
	assert_int_equal(pclose(story->out), 0);
	for (size_t i = 0; i < story->count; i++) {
		free(story->files[i].first.list);
		for (size_t j = 0; j < BRANCHES; j++)
			free(story->files[i].now[j].list);
	}
	free(story);
}

static bool
no_difference(void *context, const struct snapshot_row *row)
{
	(void)context;
	fail_msg("other scores: " STR_FMT " " STR_FMT, STR_ARG(row->unit),
	    STR_ARG(row->item));
	return false;
}

/* A commit's side against the same commit loaded from nothing. */
static void
check_side(struct history *history, const struct history_step *step)
{
	struct period_range periods = history_periods(history);
	struct history_loaded fresh;
	struct arena arena = { 0 };
	struct period period = periods.first;
	const struct result *results[16] = { NULL };
	size_t count = (size_t)period_range_count(periods);

	history_load(history, &step->commit.id, step->path, &fresh);
	for (size_t i = 0; i < count && fresh.book != NULL; i++, period.index++)
		if (book_has_data(fresh.book, period))
			results[i] = engine_score(fresh.engine, period);
	assert_int_equal(step->side->state == HISTORY_SOUND,
	    !diag_has_errors(fresh.diag));
	if (step->side->state == HISTORY_UNSOUND) {
		assert_string_equal(arena_str(&arena, step->side->error).data,
		    arena_str(&arena, diag_first(fresh.diag, &arena)).data);
	} else {
		for (size_t i = 0; i < count; i++) {
			struct snapshot snapshot;

			snapshot_take(&snapshot, fresh.book, results[i], NULL,
			    NULL);
			snapshot_compare(&snapshot, &step->side->snapshots[i],
			    false, &arena, no_difference, NULL);
			snapshot_free(&snapshot);
		}
	}
	history_unload(&fresh);
	arena_free(&arena);
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	const char *revisions[] = { "main", "side" };
	struct history_options options = { .folder = ".",
		.revisions = revisions,
		.revision_count = 2,
		.has_period = true };
	struct diag *diag = diag_new(0);
	struct history *history;
	struct history_step step;
	unsigned sound = 0, unsound = 0;

	make_story(row);
	assert_true(period_range_parse(str_from(row->periods),
	    &options.periods));
	assert_int_equal(history_open(&history, &options, diag), 0);
	while (history_next(history, &step)) {
		if (step.is_unchanged)
			continue;
		check_side(history, &step);
		sound += step.side->state == HISTORY_SOUND;
		unsound += step.side->state == HISTORY_UNSOUND;
	}
	/* The story has some of each, or it proves nothing. */
	assert_true(sound > row->commits / 8);
	assert_true(unsound > 0);
	history_close(history);
	diag_free(diag);
}

static void
settle_environment(void)
{
	static const char *const settings[][2] = {
		{ "GIT_CONFIG_NOSYSTEM", "1" },
		{ "GIT_AUTHOR_NAME", "Test Person" },
		{ "GIT_AUTHOR_EMAIL", "test@example.org" },
		{ "GIT_AUTHOR_DATE", "2022-11-05T08:00:00+0000" },
		{ "GIT_COMMITTER_NAME", "Test Person" },
		{ "GIT_COMMITTER_EMAIL", "test@example.org" },
		{ "GIT_COMMITTER_DATE", "2022-11-05T08:00:00+0000" },
		{ "GIT_CONFIG_COUNT", "1" },
		{ "GIT_CONFIG_KEY_0", "init.defaultBranch" },
		{ "GIT_CONFIG_VALUE_0", "main" },
		{ "GIT_TEMPLATE_DIR", "" },
		{ "LC_ALL", "C" },
	};
	char records[4096];

	for (size_t i = 0; i < LENGTH(settings); i++)
		setenv(settings[i][0], settings[i][1], 1);
	unsetenv("GIT_DIR");
	if (getenv("RECORDS") == NULL && realpath("records", records) != NULL)
		setenv("RECORDS", records, 1);
	setenv("HOME", base, 1);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows)];
	const char *folder = getenv("TMPDIR");
	int failed;

	snprintf(base, sizeof(base), "%s/shiji-history.XXXXXX",
	    folder != NULL ? folder : "/tmp");
	if (mkdtemp(base) == NULL) {
		perror(base);
		return 1;
	}
	settle_environment();
	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (chdir("/") != 0)
		return 1;
	if (setenv("BASE", base, 1) == 0)
		run("rm -rf \"$BASE\"");
	return failed != 0;
}
