#include "month_end.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"
#include "support.h"

const char month_end_template[] =
    "rows() { file=data/$1/$2.tsv; mkdir -p data/$1; shift 2\n"
    "	{ printf 'measure\\tunit\\tvalue\\n'; printf '%s\\t%s\\t%s\\n' \"$@\"; "
    "} "
    ">$file; }\n"
    "git init -q template; cd template; mkdir -p book/schemes; cd book\n"
    "printf '%%rec: Book\\n\\nName: Small\\nPeriod: month\\n' >book.rec\n"
    "printf '%%rec: Unit\\n\\nId: a\\n\\nId: b\\n\\nId: c\\n' >units.rec\n"
    "printf '%%rec: Office\\n\\nId: stats\\n\\nId: agri\\n' >offices.rec\n"
    "printf '%%rec: Measure\\n\\nId: x\\nSource: stats\\n\\n"
    "Id: y\\nSource: agri\\n' >measures.rec\n"
    "printf '%%rec: Scheme\\n\\nName: One\\nPoints: 10\\nDigits: 2\\n\\n"
    "%%rec: Item\\n\\nId: i\\nPoints: 8\\nRule: x / pool.max(x) * 8\\n\\n"
    "Id: j\\nPoints: 2\\nRule: points * min(1, y / 4)\\n' "
    ">schemes/2022-01.rec\n"
    "rows 2022-01 stats x a 5 x b 5 x c 1\n"
    "rows 2022-01 agri y a 1 y b 2 y c 3\n"
    "rows 2022-02 stats x a 6 x b 5 x c 2\n"
    "rows 2022-02 agri y a 1 y b 2 y c 4\n"
    "rows 2022-03 stats x a 6 x b 9 x c 2\n"
    "rows 2022-03 agri y a 2 y b 2 y c 1\n"
    "git add .; git commit -q -m 'the records'\n";

static void
add_sentence(void *context, struct str sentence)
{
	struct buffer *out = context;

	buffer_add(out, sentence);
	buffer_add_byte(out, '\n');
}

int
month_end_close(const char *period, struct close_request request,
    struct buffer *table, struct buffer *out)
{
	bool is_correction = request.reason.size > 0;
	struct diag *diag = diag_new(0);
	int rc;

	if (request.folder == NULL)
		request.folder = "repository/book";
	request.period = test_period(period);
	request.say = add_sentence;
	request.context = out;
	rc = is_correction ? close_correct(&request, table, diag)
			   : close_period(&request, table, diag);
	if (rc != 0)
		scratch_findings(out, diag, SEVERITY_ERROR);
	diag_free(diag);
	return rc;
}

void
month_end_enter(size_t closed)
{
	static const char *const months[] = { "2022-01", "2022-02", "2022-03" };
	struct buffer table = { 0 }, out = { 0 };

	scratch_enter();
	scratch_run("cp -R ../template repository");
	assert_in_range(closed, 0, LENGTH(months));
	for (size_t i = 0; i < closed && i < LENGTH(months); i++)
		assert_int_equal(month_end_close(months[i],
				     (struct close_request){ 0 }, &table, &out),
		    0);
	buffer_free(&table);
	buffer_free(&out);
}
