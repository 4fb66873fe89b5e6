/*
 * Options: each row is a line of shell, in which "$T" runs this program as a
 * tool with an option of each type, and what must come of it. As a tool it
 * says what its variables hold, then does what its operands ask for.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "cli/options.h"
#include "cli/output.h"
#include "time/calendar.h"

#define SEE " See 'shiji rank --help'.\n"

static const struct row {
	const char *name, *line, *out, *err;
	int status;
} rows[] = {
	{ "no option, no operand", "$T", "", "", 0 },
	{ "options and operands in any order",
	    "$T one -b score two --ties=dense --share 5% -a",
	    "all\nby=score\nties=1\nshare=0.05\none\ntwo\n", "", 0 },
	{ "letters together", "$T -abscore", "all\nby=score\n", "", 0 },
	{ "a lone hyphen is an operand", "$T - -a", "all\n-\n", "", 0 },
	{ "two hyphens end the options", "$T -a -- -b --ties",
	    "all\n-b\n--ties\n", "", 0 },
	{ "an argument may look like an option", "$T -b --ties", "by=--ties\n",
	    "", 0 },
	{ "what may be left out", "$T --due one", "mode=2\none\n", "", 0 },
	{ "and stands in the same word", "$T --due=2022-11-03 one",
	    "mode=2\ndue=2022-11-03\none\n", "", 0 },
	{ "and is its letter's too", "$T -d2022-11-03 -a",
	    "all\nmode=2\ndue=2022-11-03\n", "", 0 },
	{ "or is left out there", "$T -d two", "mode=2\ntwo\n", "", 0 },
	{ "repeatable options", "$T -u a --unit b -ua",
	    "unit=a\nunit=b\nunit=a\n", "", 0 },
	{ "common options", "$T -qv", "", "", 0 },

	{ "unknown, with the nearest", "$T --tied", "",
	    "shiji-rank: unknown option '--tied'; did you mean '--ties'?" SEE,
	    2 },
	{ "unknown, with an argument", "$T --tied=min", "",
	    "shiji-rank: unknown option '--tied'; did you mean '--ties'?" SEE,
	    2 },
	{ "unknown, nothing near", "$T --zebra", "",
	    "shiji-rank: unknown option '--zebra'." SEE, 2 },
	{ "abbreviated", "$T --verb", "",
	    "shiji-rank: unknown option '--verb'; did you mean "
	    "'--verbose'?" SEE,
	    2 },
	{ "abbreviated, with an argument", "$T --fo=csv", "",
	    "shiji-rank: unknown option '--fo'; did you mean '--format'?" SEE,
	    2 },
	{ "abbreviated, its argument apart", "$T --fo csv", "",
	    "shiji-rank: unknown option '--fo'; did you mean '--format'?" SEE,
	    2 },
	{ "abbreviated, after operands", "$T one two --fo csv three", "",
	    "shiji-rank: unknown option '--fo'; did you mean '--format'?" SEE,
	    2 },
	{ "the beginning of several", "$T --tie", "",
	    "shiji-rank: unknown option '--tie'; did you mean '--ties'?" SEE,
	    2 },
	{ "the beginning of several, but whole",
	    "$T --ties last --tiebreak x,y", "ties=2\ntiebreak=x\ntiebreak=y\n",
	    "", 0 },
	{ "unknown letter", "$T -x", "", "shiji-rank: unknown option '-x'." SEE,
	    2 },
	{ "unknown letter among others", "$T --all -bx a -xu", "",
	    "shiji-rank: unknown option '-x'." SEE, 2 },
	{ "unknown letter of another script", "$T one -a甲乙", "",
	    "shiji-rank: unknown option '-甲'." SEE, 2 },
	{ "unknown letter that is no UTF-8", "$T -a\"$(printf '\\377')\"", "",
	    "shiji-rank: unknown option '-\\xFF'." SEE, 2 },
	{ "control characters are shown, not sent",
	    "$T --\"$(printf 'a\\033[2J\\302\\233b\\nc')\"", "",
	    "shiji-rank: unknown option '--a\\x1B[2J\\xC2\\x9Bb\\x0Ac'." SEE,
	    2 },
	{ "argument missing, letter", "$T -a -b", "",
	    "shiji-rank: option '-b' needs an argument, COLUMN." SEE, 2 },
	{ "argument missing, letters together", "$T -ab", "",
	    "shiji-rank: option '-b' needs an argument, COLUMN." SEE, 2 },
	{ "argument missing, name", "$T x --format", "",
	    "shiji-rank: option '--format' needs an argument, FORMAT." SEE, 2 },
	{ "argument unexpected", "$T --all=no", "",
	    "shiji-rank: option '--all' takes no argument." SEE, 2 },
	{ "twice, letter", "$T -b x -b x", "",
	    "shiji-rank: option '-b' given twice; give it once." SEE, 2 },
	{ "twice, letter and name", "$T -a --all", "",
	    "shiji-rank: option '--all' given twice; give it once." SEE, 2 },
	{ "twice, without and with an argument", "$T --due --due=2022-11-03",
	    "", "shiji-rank: option '--due' given twice; give it once." SEE,
	    2 },
	{ "an argument that stands in a word of its own",
	    "$T --due 2022-11-03 2 3 4 5", "",
	    "shiji-rank: unexpected argument '5'." SEE, 2 },
	{ "which is said where no more operands may come",
	    "$T one two three four --due 2022-11-03", "",
	    "shiji-rank: write it as --due=2022-11-03." SEE, 2 },

	/* The types: one reader and one message to each. */
	{ "text", "$T --by=' '", "by= \n", "", 0 },
	{ "empty text", "$T --by=", "",
	    "shiji-rank: --by: '' is empty; write COLUMN." SEE, 2 },
	{ "empty text among several", "$T -u a -u ''", "",
	    "shiji-rank: -u: '' is empty; write GLOB." SEE, 2 },
	{ "a line", "$T --correct --reason 'an error'",
	    "correct\nreason=an error\n", "", 0 },
	{ "a line that says nothing", "$T --correct --reason ' '", "",
	    "shiji-rank: --reason: ' ' is empty; say it." SEE, 2 },
	{ "a line with a space too many", "$T --correct --reason 'why '", "",
	    "shiji-rank: --reason: 'why ' begins or ends with a space; remove "
	    "it." SEE,
	    2 },
	{ "two lines", "$T --correct --reason \"$(printf 'a\\nb')\"", "",
	    "shiji-rank: --reason: 'a\\x0Ab' has a line break or a control "
	    "character; write it on one line." SEE,
	    2 },
	{ "a line that is not UTF-8",
	    "$T --correct --reason \"$(printf 'a\\377b')\"", "",
	    "shiji-rank: --reason: 'a\\xFFb' is not UTF-8." SEE, 2 },
	{ "a line that would be continued", "$T --correct --reason 'a\\'", "",
	    "shiji-rank: --reason: 'a\\' is longer than 2000 bytes, or ends "
	    "in a backslash; shorten it." SEE,
	    2 },
	{ "words, one of them empty", "$T --tiebreak=a,,b", "",
	    "shiji-rank: --tiebreak: 'a,,b' has an empty part; write "
	    "KEY,..." SEE,
	    2 },
	{ "a count", "$T -n 0012", "top=12\n", "", 0 },
	{ "a count at its ends", "$T -n 1 --seed 18446744073709551615",
	    "top=1\nseed=18446744073709551615\n", "", 0 },
	{ "a count below", "$T -n 0", "",
	    "shiji-rank: -n: '0' is no whole number from 1 to 1000." SEE, 2 },
	{ "a count above", "$T --top 1001", "",
	    "shiji-rank: --top: '1001' is no whole number from 1 to 1000." SEE,
	    2 },
	{ "a count that wraps around", "$T --seed 18446744073709551616", "",
	    "shiji-rank: --seed: '18446744073709551616' is no whole number "
	    "from 0 up." SEE,
	    2 },
	{ "a count with a sign", "$T -n +3", "",
	    "shiji-rank: -n: '+3' is no whole number from 1 to 1000." SEE, 2 },
	{ "a count with a point", "$T -n 3.0", "",
	    "shiji-rank: -n: '3.0' is no whole number from 1 to 1000." SEE, 2 },
	{ "a count of nothing", "$T -n ''", "",
	    "shiji-rank: -n: '' is no whole number from 1 to 1000." SEE, 2 },
	{ "a share in per cent", "$T --share 12.5%", "share=0.125\n", "", 0 },
	{ "a share as a decimal", "$T --share 0.25", "share=0.25\n", "", 0 },
	{ "a share of all", "$T --share 100%", "share=1\n", "", 0 },
	{ "a share of none", "$T --share 0", "share=0\n", "", 0 },
	{ "a share above all", "$T --share 5", "",
	    "shiji-rank: --share: '5' is no share; write 10%, or another from "
	    "0% to 100%." SEE,
	    2 },
	{ "a share below none", "$T --share=-1%", "",
	    "shiji-rank: --share: '-1%' is no share; write 10%, or another "
	    "from 0% to 100%." SEE,
	    2 },
	{ "a share that is none", "$T --share %", "",
	    "shiji-rank: --share: '%' is no share; write 10%, or another from "
	    "0% to 100%." SEE,
	    2 },
	{ "points", "$T --min 0 --more 0.05", "mode=1\nmin=0\nmore=0.05\n", "",
	    0 },
	{ "points below zero", "$T --min=-1", "",
	    "shiji-rank: --min: '-1' is no number of points; write such as "
	    "0.05." SEE,
	    2 },
	{ "points that must be above zero", "$T --more 0.0", "",
	    "shiji-rank: --more: '0.0' is no number of points above 0; write "
	    "such as 0.5." SEE,
	    2 },
	{ "points in words", "$T --min some", "",
	    "shiji-rank: --min: 'some' is no number of points; write such as "
	    "0.05." SEE,
	    2 },
	{ "a day that is none", "$T --due=2022-02-29", "",
	    "shiji-rank: --due: '2022-02-29' is no day of the calendar; write "
	    "such as 2022-11-03." SEE,
	    2 },
	{ "since a time", "$T --since 1970-01-02T08:00:00+08:00",
	    "since=86400\n", "", 0 },
	{ "since a day", "$T --since 1970-01-02", "since=86400\n", "", 0 },
	{ "since a month", "$T --since 1970-02", "since=2678400\n", "", 0 },
	{ "since a year", "$T --since 1970", "since=0\n", "", 0 },
	{ "until a time", "$T --until 1970-01-02T00:00:00Z", "until=86400\n",
	    "", 0 },
	{ "until a day", "$T --until 1970-01-01", "until=86399\n", "", 0 },
	{ "until a quarter", "$T --until 1970-Q1", "until=7775999\n", "", 0 },
	{ "until a year", "$T --until 1970", "until=31535999\n", "", 0 },
	{ "a time that is none", "$T --since yesterday", "",
	    "shiji-rank: --since: 'yesterday' is no time; write 2022-11-05, "
	    "2022-11-05T08:00:00+08:00, 2022-11 or 2022." SEE,
	    2 },
	{ "periods", "$T -p 2022-01..2022-10", "period=2022-01..2022-10\n", "",
	    0 },
	{ "a period", "$T -p 2022-Q4 --month 2022-10",
	    "period=2022-Q4..2022-Q4\nmonth=2022-10\n", "", 0 },
	{ "a period that is none", "$T -p 2022-13", "",
	    "shiji-rank: -p: '2022-13' is no period; write 2022-10, 2022-Q4, "
	    "2022 or 2022-01..2022-10." SEE,
	    2 },
	{ "a range backwards", "$T -p 2022-10..2022-09", "",
	    "shiji-rank: -p: '2022-10..2022-09' is no period; write 2022-10, "
	    "2022-Q4, 2022 or 2022-01..2022-10." SEE,
	    2 },
	{ "a range where one is meant", "$T --month 2022-01..2022-10", "",
	    "shiji-rank: --month: '2022-01..2022-10' is a range; name one "
	    "period, such as 2022-10." SEE,
	    2 },
	{ "one period that is none", "$T --month x", "",
	    "shiji-rank: --month: 'x' is no period; write 2022-10, 2022-Q4 or "
	    "2022." SEE,
	    2 },
	{ "a year", "$T --account=2022", "mode=3\nyear=2022\n", "", 0 },
	{ "a year that is a month", "$T --account=2022-10", "",
	    "shiji-rank: --account: '2022-10' is no year; write such as "
	    "2022." SEE,
	    2 },
	{ "a format", "$T -f csv", "format=1\n", "", 0 },
	{ "the format for reading", "$T -f text", "format=4 text\n", "", 0 },
	{ "no format", "$T -f xml", "",
	    "shiji-rank: -f: 'xml' is no format; write text, tsv, csv, json, "
	    "jsonl, table or md." SEE,
	    2 },
	{ "a choice", "$T --ties last", "ties=2\n", "", 0 },
	{ "no choice", "$T --ties min", "",
	    "shiji-rank: --ties: 'min' will not do; write competition, dense "
	    "or last." SEE,
	    2 },
	{ "choices", "$T --only own,scheme", "only=0\nonly=2\n", "", 0 },
	{ "no choices", "$T --only own,pond", "",
	    "shiji-rank: --only: 'own,pond' will not do; write scheme, pool "
	    "or own, or several with commas between." SEE,
	    2 },

	/* What goes together. */
	{ "modes exclude one another", "$T --solve --due", "",
	    "shiji-rank: --due and --solve exclude one another." SEE, 2 },
	{ "whatever their order", "$T -d --solve", "",
	    "shiji-rank: -d and --solve exclude one another." SEE, 2 },
	{ "two ways to one mode do not", "$T --solve --more 2",
	    "mode=1\nmore=2\n", "", 0 },
	{ "an option that needs another", "$T --pairs", "",
	    "shiji-rank: --pairs goes with --solve or --due." SEE, 2 },
	{ "and gets it", "$T --pairs --solve", "pairs\nmode=1\n", "", 0 },
	{ "an option that excludes another", "$T -a --pairs --solve", "",
	    "shiji-rank: --pairs and -a exclude one another." SEE, 2 },
	{ "an option that another wants", "$T --correct", "",
	    "shiji-rank: --correct needs --reason=TEXT." SEE, 2 },
	{ "and gets", "$T --correct --reason why", "correct\nreason=why\n", "",
	    0 },

	/* Old spellings. */
	{ "an old name", "$T --group x", "by=x\n",
	    "shiji-rank: note: --group is now --by; the old name goes with "
	    "the next version\n",
	    0 },
	{ "an old letter", "$T -gx", "by=x\n",
	    "shiji-rank: note: -g is now --by; the old name goes with the "
	    "next version\n",
	    0 },
	{ "an old name, quietly", "$T --group x -q", "by=x\n", "", 0 },
	{ "an old name and the new one", "$T --group x --by y", "",
	    "shiji-rank: option '--by' given twice; give it once." SEE, 2 },
	{ "an old name needs its argument", "$T --group", "",
	    "shiji-rank: option '--group' needs an argument, COLUMN." SEE, 2 },
	{ "an old name is not offered", "$T --groupe", "",
	    "shiji-rank: unknown option '--groupe'." SEE, 2 },

	{ "help", "$T --help",
	    "Usage: shiji rank [options] [FILE...]\n"
	    "Rank a stream of scores, of which there are many, so that this "
	    "sentence goes\n"
	    "over one line.\n"
	    "\n"
	    "  -a, --all               all of them\n"
	    "  -b, --by=COLUMN         rank by this column (score)\n"
	    "  -t, --ties=METHOD       how equal scores share a rank, which "
	    "takes longer to\n"
	    "                          tell than one line has room for\n"
	    "      --tiebreak=KEY,...  what parts them\n",
	    "", 0 },
	{ "help, letter, after others", "$T -a -h | head -n 1",
	    "Usage: shiji rank [options] [FILE...]\n", "", 0 },
	{ "help has the common options",
	    "$T -h | grep -e --quiet -e --verbose -e --help -e --version",
	    "  -q, --quiet             no messages, except why it failed\n"
	    "  -v, --verbose           say what was read\n"
	    "  -h, --help              show this help\n"
	    "  -V, --version           show the version\n",
	    "", 0 },
	{ "help of a long heading", "$T -h | grep -A 1 counterfactual",
	    "      --counterfactual=MEASURE=VALUE\n"
	    "                          with this value\n",
	    "", 0 },
	{ "help has no old names", "$T -h | grep -e --group", "", "", 1 },
	{ "help ends with the page", "$T -h | tail -n 2",
	    "\nSee also the manual page shiji-rank(1).\n", "", 0 },
	{ "help before a fault", "$T --version --zebra",
	    "shiji-rank (shiji) 0.2.0\nMIT License\n", "", 0 },
	{ "version, letter", "$T -V", "shiji-rank (shiji) 0.2.0\nMIT License\n",
	    "", 0 },
	{ "help takes no argument", "$T --help=x", "",
	    "shiji-rank: option '--help' takes no argument." SEE, 2 },

	{ "status of a finding", "$T found", "found\n", "", 1 },
	{ "trouble", "$T trouble", "trouble\n",
	    "shiji-rank: cannot read 'x': 7\n", 2 },
	{ "trouble is not hushed", "$T -q trouble", "trouble\n",
	    "shiji-rank: cannot read 'x': 7\n", 2 },
	{ "trouble stays one line", "$T \"trouble$(printf '\\na\\tb\\r')\"",
	    "trouble\na\tb\r\n", "shiji-rank: trouble\\x0Aa\\x09b\\x0D\n", 2 },
	{ "trouble before the command has a name", "$T early", "",
	    "shiji: no luck. See 'shiji --help'.\n", 2 },
	{ "usage trouble", "$T usage", "usage\n",
	    "shiji-rank: no period 'x'." SEE, 2 },
	{ "usage trouble that ends in a stop", "$T usage.", "usage.\n",
	    "shiji-rank: give one." SEE, 2 },
	{ "a message", "$T say", "say\n", "shiji-rank: done: 7\n", 0 },
	{ "a message, hushed", "$T -q say", "say\n", "", 0 },
	{ "a detail is not told", "$T detail", "detail\n", "", 0 },
	{ "unless asked for", "$T -v detail", "detail\n",
	    "shiji-rank: read: 7\n", 0 },

	{ "full disk", "$T one >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "full disk, much", "$T much >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "full disk, the reason no longer known", "$T block >/dev/full", "",
	    "shiji-rank: standard output: an earlier write failed\n", 2 },
	{ "full disk, help", "$T --help >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "full disk, version", "$T -V >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "full disk, nothing written", "$T >/dev/full", "", "", 0 },
	{ "full disk, and a finding", "$T found >/dev/full", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
	{ "standard output for reading only", "$T one 1</dev/null", "",
	    "shiji-rank: standard output: Bad file descriptor\n", 2 },
	{ "standard output closed", "$T one >&-", "",
	    "shiji-rank: standard output is closed\n", 2 },
	{ "standard output closed, nothing to write", "$T >&-", "",
	    "shiji-rank: standard output is closed\n", 2 },
	{ "all three closed", "$T one <&- >&- 2>&-", "", "", 2 },
	{ "standard input closed", "$T open <&-", "open\n3\n", "", 0 },
	{ "standard input closed is no empty file", "$T read <&-",
	    "read\nBad file descriptor\n", "", 0 },
	{ "standard error closed", "$T open 2>&-", "open\n3\n", "", 0 },
	{ "input and error closed", "$T open <&- 2>&-", "open\n3\n", "", 0 },
	{ "trouble without standard error", "$T trouble 2>&-", "trouble\n", "",
	    2 },
	{ "a closed pipe ends it quietly",
	    "{ $T much; echo $? >&2; } | head -n 1", "much\n", "141\n", 0 },
	{ "a closed pipe, SIGPIPE ignored",
	    "trap '' PIPE; { $T much; echo $? >&2; } | head -n 1", "much\n",
	    "2\n", 0 },
	{ "a closed pipe, little to write, SIGPIPE ignored",
	    "trap '' PIPE; { sleep 0.3; $T one; echo $? >&2; } | :", "", "2\n",
	    0 },
	{ "a closed pipe met earlier, SIGPIPE ignored",
	    "trap '' PIPE; { $T block; echo $? >&2; } | :", "", "2\n", 0 },
	{ "numbers and order are the same everywhere",
	    "LC_ALL=C.UTF-8 $T locale", "locale\nC.UTF-8 C C\n", "", 0 },

	/* --output, in a folder that is empty before each row. */
	{ "a file", "$T --output=f one && cat f", "one\n", "", 0 },
	{ "its name may follow", "$T --output f one && cat f", "one\n", "", 0 },
	{ "a hyphen is standard output", "$T --output=- one; ls", "one\n", "",
	    0 },
	{ "its format is that of a pipe", "$T --output=f table && cat f",
	    "table\na\n1\n", "", 0 },
	{ "an old file is replaced",
	    "echo old >f; ln f g; $T --output=f one; cat g f; ls",
	    "old\none\nf\ng\n", "", 0 },
	{ "and keeps its mode",
	    "echo old >f; chmod 640 f; $T --output=f one; stat -c %a f",
	    "640\n", "", 0 },
	{ "a new one has the usual mode",
	    "umask 027; $T --output=f one; stat -c %a f", "640\n", "", 0 },
	{ "a link stays one",
	    "echo old >g; ln -s g f; $T --output=f one; "
	    "readlink f; cat g",
	    "g\none\n", "", 0 },
	{ "a pipe is written to", "mkfifo f; cat f & $T --output=f one; wait",
	    "one\n", "", 0 },
	{ "what standard output is stays that",
	    "$T --output=out one >out; cat out", "one\n", "", 0 },
	{ "a link that leads nowhere", "ln -s g f; $T --output=f one", "",
	    "shiji-rank: --output: f: No such file or directory\n", 2 },
	{ "a finding is written", "$T --output=f found; echo $?; cat f",
	    "1\nfound\n", "", 0 },
	{ "trouble leaves the file alone",
	    "echo old >f; $T --output=f silent; echo $?; cat f; ls",
	    "2\nold\nf\n", "shiji-rank: cannot\n", 0 },
	{ "what is printed before trouble is not lost",
	    "echo old >f; $T --output=f trouble; echo $?; cat f",
	    "2\ntrouble\n", "shiji-rank: cannot read 'x': 7\n", 0 },
	{ "a signal leaves the file alone, and nothing else",
	    "echo old >f; $T --output=f one killed; echo $?; cat f; ls",
	    "143\nold\nf\n", "Terminated\n", 0 },
	{ "so does an exit", "$T --output=f one exit; echo $?; ls", "2\n", "",
	    0 },
	{ "a folder is no file", "$T --output=. one", "",
	    "shiji-rank: --output: '.' is a folder; name a "
	    "file\n",
	    2 },
	{ "no such folder", "$T --output=none/f one", "",
	    "shiji-rank: --output: none/f: No such file or "
	    "directory\n",
	    2 },
	{ "full device", "$T --output=/dev/full one", "",
	    "shiji-rank: standard output: No space left on device\n", 2 },
};

enum { MODE_NONE, MODE_SOLVE, MODE_DUE, MODE_ACCOUNT };

static struct {
	bool all, pairs, correct, only[3];
	const char *by, *reason;
	int ties, mode;
	struct option_list tiebreak, units, texts;
	struct option_count top, seed;
	struct option_number share, min, more;
	struct option_date due;
	struct option_time since, until;
	struct option_periods periods, month, year;
	struct output output;
} given;

static const struct option_word ties[] = { { "competition", 0 }, { "dense", 1 },
	{ "last", 2 }, { 0 } };
static const struct option_word causes[] = { { "scheme", 0 }, { "pool", 1 },
	{ "own", 2 }, { 0 } };

/* clang-format off */
static const struct option_row options[] = {
	{ OPTION_FLAG('a', "all", &given.all, N_("all of them")) },
	{ OPTION_TEXT('b', "by", "COLUMN", &given.by, N_("rank by this column (score)")) },
	{ OPTION_CHOICE('t', "ties", "METHOD", &given.ties, ties, N_("how equal scores share a rank, which takes longer to tell than one line has room for")) },
	{ OPTION_WORDS(0, "tiebreak", "KEY,...", &given.tiebreak, N_("what parts them")) },
	{ OPTION_TEXTS('u', "unit", "GLOB", &given.units, N_("only these")) },
	{ OPTION_TEXTS(0, "counterfactual", "MEASURE=VALUE", &given.texts, N_("with this value")) },
	{ OPTION_COUNT('n', "top", "N", &given.top, 1, 1000, N_("the first N")) },
	{ OPTION_COUNT(0, "seed", "NUMBER", &given.seed, 0, UINT64_MAX, N_("begin there")) },
	{ OPTION_SHARE(0, "share", "SHARE", &given.share, N_("so much")) },
	{ OPTION_POINTS(0, "min", "POINTS", &given.min, 0, N_("at least")) },
	{ OPTION_POINTS(0, "more", "POINTS", &given.more, 1, N_("more")), OPTION_SETS(&given.mode, MODE_SOLVE) },
	{ OPTION_DATE('d', "due", "[DATE]", &given.due, N_("until when")), OPTION_SETS(&given.mode, MODE_DUE) },
	{ OPTION_PERIODS(0, "account", "[YEAR]", YEAR, &given.year, N_("of a year")), OPTION_SETS(&given.mode, MODE_ACCOUNT) },
	{ OPTION_MODE(0, "solve", &given.mode, MODE_SOLVE, N_("solve it")) },
	{ OPTION_FLAG(0, "pairs", &given.pairs, N_("in pairs")), .needs = "solve due", .excludes = "all" },
	{ OPTION_TIME(0, "since", "TIME", SINCE, &given.since, N_("from when")) },
	{ OPTION_TIME(0, "until", "TIME", UNTIL, &given.until, N_("to when")) },
	{ OPTION_PERIODS('p', "period", "PERIOD", PERIODS, &given.periods, N_("when")) },
	{ OPTION_PERIODS(0, "month", "PERIOD", PERIOD, &given.month, N_("when")) },
	{ OPTION_CHOICES(0, "only", "CAUSES", given.only, causes, N_("these")) },
	{ OPTION_FLAG(0, "correct", &given.correct, N_("again")) },
	{ OPTION_LINE(0, "reason", "TEXT", &given.reason, N_("why")), .needs = "correct", .wanted_by = "correct" },
	OUTPUT_ROWS(&given.output),
	{ OPTION_OLD('g', "group", "by") },
	{ 0 },
};
/* clang-format on */

static const struct command command = {
	.name = "shiji-rank",
	.operands = "[FILE...]",
	.purpose = N_("Rank a stream of scores, of which there are many, so "
		      "that this sentence goes over one line."),
	.rows = options,
	.most = 4,
};

static void
show_number(const char *name, const struct option_number *number)
{
	struct buffer text = { 0 };

	if (!number->given)
		return;
	num_print(&text, number->value);
	printf("%s=" STR_FMT "\n", name, STR_ARG(buffer_str(&text)));
	buffer_free(&text);
}

static void
show_list(const char *name, const struct option_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		printf("%s=%s\n", name, list->list[i]);
}

static void
show_periods(void)
{
	char first[PERIOD_TEXT_SIZE], last[PERIOD_TEXT_SIZE];

	if (given.periods.given)
		printf("period=%s..%s\n",
		    period_text(given.periods.range.first, first),
		    period_text(given.periods.range.last, last));
	if (given.month.given)
		printf("month=%s\n",
		    period_text(given.month.range.first, first));
}

static void
show_times(void)
{
	char day[DATE_TEXT_SIZE], year[PERIOD_TEXT_SIZE];

	if (given.due.given)
		printf("due=%s\n", date_text(given.due.day, day));
	if (given.year.given)
		printf("year=%s\n", period_text(given.year.range.first, year));
	if (given.since.given)
		printf("since=%" PRId64 "\n", given.since.seconds);
	if (given.until.given)
		printf("until=%" PRId64 "\n", given.until.seconds);
}

static void
show_flags(void)
{
	if (given.all)
		printf("all\n");
	if (given.pairs)
		printf("pairs\n");
	if (given.correct)
		printf("correct\n");
	for (int i = 0; i < 3; i++)
		if (given.only[i])
			printf("only=%d\n", i);
}

static void
show_given(void)
{
	show_flags();
	if (given.by != NULL)
		printf("by=%s\n", given.by);
	if (given.reason != NULL)
		printf("reason=%s\n", given.reason);
	if (given.ties != 0)
		printf("ties=%d\n", given.ties);
	if (given.mode != MODE_NONE)
		printf("mode=%d\n", given.mode);
	show_list("tiebreak", &given.tiebreak);
	show_list("unit", &given.units);
	if (given.top.given)
		printf("top=%" PRIu64 "\n", given.top.value);
	if (given.seed.given)
		printf("seed=%" PRIu64 "\n", given.seed.value);
	show_number("share", &given.share);
	show_number("min", &given.min);
	show_number("more", &given.more);
	show_times();
	show_periods();
	if (given.output.format.given)
		printf("format=%d%s\n", (int)given.output.format.table,
		    given.output.format.is_text ? " text" : "");
}

static void
put_table(void)
{
	static const struct table_column column = { STR_INIT("a"),
		TABLE_NUMBER };
	struct table *table = output_table(&given.output, &column, 1);

	table_cell(table, STR("1"));
	table_end(table);
}

/* What says something. */
static int
tell(const char *operand)
{
	if (strcmp(operand, "found") == 0)
		return EXIT_FINDING;
	if (strcmp(operand, "trouble") == 0)
		return trouble("cannot read '%s': %d", "x", 7);
	if (str_starts(str_from(operand), STR("trouble")))
		return trouble("%s", operand);
	if (strcmp(operand, "usage") == 0)
		return trouble_usage("no period '%s'", "x");
	if (strcmp(operand, "usage.") == 0)
		return trouble_usage("give one.");
	if (strcmp(operand, "say") == 0)
		trouble_say("done: %d", 7);
	if (strcmp(operand, "detail") == 0)
		trouble_detail("read: %d", 7);
	return EXIT_SOUND;
}

static int
do_operand(const char *operand)
{
	static const char block[1 << 20];
	char byte;

	if (strcmp(operand, "silent") == 0)
		return trouble("cannot");
	printf("%s\n", operand);
	if (strcmp(operand, "open") == 0)
		printf("%d\n", open("/dev/null", O_RDONLY));
	if (strcmp(operand, "read") == 0)
		printf("%s\n",
		    read(0, &byte, 1) < 0 ? strerror(errno) : "read it");
	if (strcmp(operand, "locale") == 0)
		printf("%s %s %s\n", setlocale(LC_CTYPE, NULL),
		    setlocale(LC_NUMERIC, NULL), setlocale(LC_COLLATE, NULL));
	if (strcmp(operand, "table") == 0)
		put_table();
	if (strcmp(operand, "killed") == 0)
		raise(SIGTERM);
	if (strcmp(operand, "exit") == 0)
		exit(2);
	if (strcmp(operand, "much") == 0)
		for (int i = 0; i < 200000; i++)
			printf("%d\n", i);
	if (strcmp(operand, "block") == 0)
		(void)fwrite(block, 1, sizeof(block), stdout);
	return tell(operand);
}

static int
be_a_tool(int argc, char **argv)
{
	struct operands operands;
	int status;

	if (argc > 1 && strcmp(argv[1], "early") == 0)
		return trouble_usage("no luck");
	status = options_read(&command, argc, argv, &operands);
	if (status == 0)
		status = output_begin(&given.output);
	if (status == 0) {
		show_given();
		for (size_t i = 0; i < operands.count; i++)
			status = do_operand(operands.list[i]);
	}
	return output_finish(status);
}

/* What a file holds, up to the room there is, as a string. */
static void
read_back(FILE *file, char *room, size_t size)
{
	rewind(file);
	size = fread(room, 1, size - 1, file);
	room[size] = '\0';
	fclose(file);
}

static char folder[] = "/tmp/shiji-options.XXXXXX";

static int
empty_folder(void **state)
{
	struct buffer line = { 0 };
	int status;

	(void)state;
	buffer_format(&line, "rm -rf %s && mkdir %s", folder, folder);
	buffer_add_byte(&line, '\0');
	status = system(line.data);
	buffer_free(&line);
	return status;
}

static int
remove_folder(void **state)
{
	return empty_folder(state) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

/* Of --help only the beginning is compared, where a row tells no more. */
static void
check_row(void **state)
{
	const struct row *row = *state;
	FILE *out = tmpfile(), *err = tmpfile();
	char text[16384];
	int status;
	pid_t child;

	assert_true(out != NULL && err != NULL);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(fileno(out), 1);
		dup2(fileno(err), 2);
		/* What is opened in the tool is then number 3. */
		for (int i = 3; i < 64; i++)
			close(i);
		if (chdir(folder) != 0)
			_exit(127);
		execl("/bin/sh", "sh", "-c", row->line, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	read_back(err, text, sizeof(text));
	assert_string_equal(text, row->err);
	read_back(out, text, sizeof(text));
	if (strcmp(row->name, "help") == 0)
		text[strlen(row->out)] = '\0';
	assert_string_equal(text, row->out);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), row->status);
}

int
main(int argc, char **argv)
{
	static struct CMUnitTest tests[LENGTH(rows)];
	char path[4096];
	ssize_t size;

	if (getenv("T") != NULL)
		return be_a_tool(argc, argv);
	size = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (size < 0 || mkdtemp(folder) == NULL)
		return 2;
	path[size] = '\0';
	setenv("T", path, 1);
	setenv("LC_ALL", "C", 1);
	unsetenv("LANGUAGE");
	unsetenv("POSIXLY_CORRECT");
	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.setup_func = empty_folder,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	return cmocka_run_group_tests_name("options", tests, NULL,
	    remove_folder);
}
