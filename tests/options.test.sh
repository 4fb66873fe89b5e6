#!/bin/sh
# options.test.sh: one option, one status, one column means the same in every
# tool, as the tables of shiji(1) say. The tables are read from the page; the
# tools are held to them by their --help and by being run.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
page=$root/man/shiji.1
bin=$(dirname "$(command -v shiji)")
passed=0 failed=0

# report STATUS NAME [FILE]: ok or not ok, the file shown where not.
report() {
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
		passed=$((passed + 1))
	else
		echo "not ok $2"
		failed=$((failed + 1))
		[ -z "${3:-}" ] || head -n 12 "$3" | sed 's/^/    /'
	fi
}

# check NAME COMMAND...: it succeeds.
check() {
	name=$1
	shift
	"$@" >check.out 2>&1 && status=0 || status=1
	report "$status" "$name" check.out
}

same() {
	[ "$2" = "$3" ] && status=0 || status=1
	printf 'expected %s\nactual   %s\n' "$2" "$3" >same.out
	report "$status" "$1" same.out
}

# The rows of a table of the page: its cells with tabs between them.
rows_of() {
	awk -v section="$1" '
	/^\.S[sh] / { inside = $0 == ".Ss " section; next }
	inside && /^\.It / && !/ Sy / {
		sub(/^\.It /, ""); gsub(/ Ta /, "\t"); print
	}' "$page"
}

tools=$(find "$bin" -name 'shiji-*' -exec basename {} \; | sed 's/^shiji-//' | sort)
for tool in $tools; do
	shiji "$tool" --help >"help.$tool"
done

#
# Options
#

# has TOOL LETTER NAME: whether its help lists just this; empty is any.
has() {
	before="(-., |    )"
	[ -z "$2" ] || before="-$2, "
	grep -qE -e "^  $before--${3:-[a-z-]+}([=[ ]|\$)" "help.$1"
}

# option LETTER NAME TOOLS
check_option() {
	for tool in $tools; do
		case " $3 " in
		*" $tool "* | ' all ')
			has "$tool" "$1" "$2" && status=0 || status=1
			report "$status" "$tool has ${1:+-$1} ${2:+--$2}" "help.$tool"
			;;
		*)
			status=0
			[ -z "$1" ] || ! grep -q -e "^  -$1, " "help.$tool" || status=1
			[ -z "$2" ] || ! grep -qE -e "--$2([=[ ]|\$)" "help.$tool" || status=1
			report "$status" "$tool has nothing else as ${1:+-$1} ${2:+--$2}" "help.$tool"
			;;
		esac
	done
}

rows_of Options >options
same 'the page has a table of options' 1 "$(($(wc -l <options) > 10))"
while IFS='	' read -r option _ where; do
	letter='' name=''
	for word in $option; do
		case $word in
		Fl) ;;
		-*) name=${word#-} ;;
		*) letter=$word ;;
		esac
	done
	check_option "$letter" "$name" "$where"
done <options

for tool in $tools; do
	same "$tool: the first line of help" "Usage: shiji $tool" \
		"$(head -n 1 "help.$tool" | cut -d ' ' -f 1-3)"
	same "$tool: help is 80 columns wide" '' "$(awk 'length > 80' "help.$tool")"
done
same 'shiji itself: the first line of help' 'Usage: shiji TOOL [arguments]' \
	"$(shiji --help | head -n 1)"
same 'shiji itself names every tool' "$tools" \
	"$(shiji --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' | sort)"

#
# A book to run them on: a county's, of which 2022-01 is closed
#

cp -R "$root/records/county" book
# Which it feeds.
cp -R "$root/records/departments" departments
(
	cd book
	git init -q .
	git add .
	git commit -qm start
	shiji close -q 2022-01 >/dev/null
	sed -i 's/^hogs	甲县	.*/hogs	甲县	60/' data/2022-10/agri.tsv
	git commit -qam change
) >git.out 2>&1 || sed 's/^/    /' git.out
cp -R book unsound
echo 'hogs	nobody	1' >>unsound/data/2022-10/agri.tsv
(cd unsound && git commit -qam unsound)
cp -R book late
rm -rf late/data/2022-11
shiji score -C book -p 2022-10 >scores.tsv

# What each tool does on a book named by -C, one line to a table that it has.
cat >lines <<'END'
score -p 2022-09..2022-10 -d 1 --names
score --methods
score -p 2022-10 -u 甲县 --names -i food*
diff 2022-09 2022-10 -u 甲县 -i food* --names
diff 2022-09 2022-10 -u 甲县 -i food.hogs --causes --names
diff 2022-09 2022-10 --stat --names
diff 2022-09 2022-10 --schemes
log -p 2022-10 -i food.hogs --names
log -p 2022-10 --measure hogs --names
log --check-trailers
explain -p 2022-10 -u 甲县 -i food.hogs --names
duty -p 2022-10 --names
duty -p 2022-10 --by leader --names
duty -p 2022-10 --dispatch --names
duty -p 2022-10 --due=2022-12-20 --names
duty -p 2022-10 --watch --all --names
duty --account=2022
gap -p 2022-10 --names
gap -p 2022-10 --solve -i food.hogs --names
gap -p 2022-10 --bonus --names
gap -p 2022-10 --set hogs=50 --names
gap -p 2022-10 --set hogs=50 --causes --names
gap -p 2022-10 --assure --names
gap -p 2022-10 --sensitivity 5 --names
gap -p 2022-10 --sensitivity 5 --pairs --names
close --verify --dry-run
close --dry-run 2022-02 --provisional
validate --warn
validate --due -p 2022-10..2022-12 --names
validate --codes
END
sed 's/^\([a-z]*\)/\1 -C book/' lines >runs
echo 'rank -i food* scores.tsv' >>runs

formats=$(awk '/^\.Sh STREAMS/ { inside = 1 } /^\.Sh PROMISES/ { inside = 0 }
	inside && /^\.It Cm / { print $3 }' "$page")
same 'the page has seven formats' 'text tsv csv json jsonl table md' "$(echo "$formats" | paste -sd " " -)"

# Whether the formats of a table tell the same, and its columns hold what the
# page says of them.
cat >tables.py <<'END'
import csv, json, re, sys

def ids(pattern, *paths):
    return {m for path in paths for m in
            re.findall(pattern, open(path, encoding="utf-8").read(), re.M)}

def unescape(text):
    return re.sub(r"\\(.)", lambda m: {"t": "\t", "n": "\n", "r": "\r"}
                  .get(m.group(1), m.group(1)), text)

schemes = ["book/schemes/2022-01.rec", "book/schemes/2022-10.rec"]
known = {
    "unit": ids("^Id: (.*)", "book/units.rec"),
    "item": ids("^Id: (.*)", *schemes) | {"total"},
    "office": ids("^Id: (.*)", "book/offices.rec"),
    "measure": ids("^Id: (.*)", "book/measures.rec"),
    "unit_name": ids("^Name: (.*)", "book/units.rec"),
    "item_name": ids("^Name: (.*)", *schemes),
    "office_name": ids("^Name: (.*)", "book/offices.rec"),
    "measure_name": ids("^Name: (.*)", "book/measures.rec"),
}
number = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?$")
period = re.compile(r"[0-9]{4}(-[0-9]{2}|-Q[1-4])?(\.\..*)?$")

def text_of(value):
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join("." if v is None else str(v) for v in value)
    return str(value)

def fail(*words):
    print(*words)
    sys.exit(1)

def check_cell(line, column, cell):
    if column in known and cell and cell not in known[column]:
        if column == "unit" and "--account" in line and cell in known["office"]:
            return
        if column == "measure" and "--account" in line:
            return
        if column == "measure" and "--causes" in line:
            return
        if column == "office" and "--verify" in line:
            return
        fail("column", column, "holds", repr(cell))
    if column == "period" and cell and not period.match(cell):
        fail("no period:", repr(cell))
    if column in ("points", "score", "rank") and cell and not number.match(cell):
        fail("no number in", column, repr(cell))

def check(line):
    lines = open("out.tsv", encoding="utf-8").read().split("\n")
    rows = [[unescape(c) for c in l.split("\t")] for l in lines[:-1]]
    header = rows[0]
    if rows != list(csv.reader(open("out.csv", encoding="utf-8", newline=""),
                               lineterminator="\n")):
        stripped = [[c[1:] if re.match("'\\s*[=+@-]", c) else c for c in r] for r in
                    csv.reader(open("out.csv", encoding="utf-8", newline=""))]
        if stripped != rows:
            fail("csv is not tsv")
    # Objects of explain and findings have another form.
    if not line.startswith(("explain", "validate --warn")):
        parse = lambda text: json.loads(text, parse_float=str, parse_int=str)
        objects = parse(open("out.json", encoding="utf-8").read())
        if objects != [parse(l) for l in
                       open("out.jsonl", encoding="utf-8").read().splitlines()]:
            fail("jsonl is not json")
        if len(objects) != len(rows) - 1:
            fail("json has", len(objects), "rows, tsv", len(rows) - 1)
        for cells, value in zip(rows[1:], objects):
            if list(value) != header:
                fail("keys", list(value), "columns", header)
            for column, cell, one in zip(header, cells, value.values()):
                if text_of(one) != cell:
                    fail("json", repr(one), "tsv", repr(cell))
                if cell == "" and one is not None and one != []:
                    fail("empty is", repr(one), "in", column)
    for cells in rows[1:]:
        if len(cells) != len(header):
            fail("columns of a row")
        for column, cell in zip(header, cells):
            check_cell(line, column, cell)

check(sys.argv[1])
END

# run LINE OPTION...: its words and these; globs are for the tool. Hushed, but
# for findings, which are a result.
run() {
	line=$1
	shift
	case $line in
	validate*) ;;
	*) set -- -q "$@" ;;
	esac
	set -f
	# shellcheck disable=SC2086
	shiji $line "$@" 2>err </dev/null && result=0 || result=$?
	set +f
}

while read -r line; do
	wrong=''
	for format in $formats; do
		run "$line" -f "$format" >"out.$format"
		[ "$result" -le 1 ] && [ ! -s err ] || wrong="$wrong $format:$result"
	done
	same "$line: every format" '' "$wrong"
	check "$line: the formats tell the same, columns what they say" \
		python3 tables.py "$(echo "$line" | sed 's/ -C book//')"
	first=$result
	run "$line" -f md --output=written >printed
	same "$line: in a file" "$first 0 $(cksum <out.md)" \
		"$result $(wc -c <printed) $(cksum <written)"
	run "$line" -f xml >out
	same "$line: no other format" "2 0" "$result $(wc -c <out)"
done <runs

#
# Statuses
#

# status WANT NAME COMMAND...
status() {
	want=$1 name=$2
	shift 2
	"$@" >out 2>err </dev/null && result=0 || result=$?
	same "status: $name" "$want" "$result"
}

# hushed WANT NAME COMMAND...: the same; with 2 the reason is said though
# hushed, and nothing is printed; with less nothing is said.
hushed() {
	status "$@"
	if [ "$result" -eq 2 ]; then
		same "hushed: $2: the reason alone" '0 1' "$(wc -c <out) $(($(wc -c <err) > 0))"
	else
		same "hushed: $2: nothing" 0 "$(wc -c <err)"
	fi
}

while read -r tool rest; do
	case "$tool $rest" in
	'score --methods' | 'validate --codes' | *--schemes* | *--check-trailers* | *--measure* | *--verify*)
		continue
		;;
	esac
	case $tool in
	validate | score) want=1 ;;
	*) want=2 ;;
	esac
	# A history goes on where one commit is unsound, and says so.
	[ "$tool" != log ] || want=0
	set -f
	# shellcheck disable=SC2086
	hushed "$want" "unsound records: $tool $rest" shiji "$tool" -q -C unsound $rest
	# shellcheck disable=SC2086
	hushed 2 "no book: $tool $rest" shiji "$tool" -q -C nowhere $rest
	set +f
done <lines
hushed 2 'an unsound stream: rank' sh -c 'printf "score\nx\n" | shiji rank -q'
for tool in $tools; do
	hushed 2 "an unknown option: $tool" shiji "$tool" -q --zebra
	status 0 "help: $tool" shiji "$tool" --help
	status 0 "version: $tool" shiji "$tool" --version
done
status 0 'sound: validate' shiji validate -C book -p 2022-10
status 0 'the same: diff' shiji diff -C book 2022-10 2022-10
status 1 'differs: diff' shiji diff -C book 2022-09 2022-10
status 0 'not late: duty' shiji duty -C book --due=2022-11-01 -p 2022-10
status 1 'late: duty' shiji duty -C late --due=2022-12-20 -p 2022-11
status 1 'not met: gap' shiji gap -C book -p 2022-10
status 0 'met: gap' shiji gap -C book -p 2022-10 --to-rank 11
status 1 'closed already: close' shiji close -C book 2022-01
same 'hushed, it does not say so' '0' "$(shiji close -q -C book 2022-01 2>&1 | wc -c)"
status 1 'values are missing: close' shiji close -C book 2022-09
status 0 'proved: close' shiji close -C book --verify --dry-run
status 0 'no claim is false: log' shiji log -C book --check-trailers

#
# Selection
#

for line in 'score' 'diff 2022-09 2022-10' 'log' 'explain' 'duty' 'gap'; do
	tool=${line%% *}
	for unit in 'nobody' '甲县x'; do
		# shellcheck disable=SC2086
		shiji $line -C book -p 2022-10 -u "$unit" >out 2>err && status=0 || status=$?
		[ "$unit" = nobody ] && hint='' || hint="; did you mean '甲县'?"
		same "$tool -u $unit" "2 shiji-$tool: no unit matches '$unit'$hint" "$status $(cat err)"
	done
	# shellcheck disable=SC2086
	shiji $line -C book -p 2022-10 -u 甲县 -i food.hog >out 2>err && status=0 || status=$?
	want="no item matches 'food.hog'; did you mean 'food.hogs'?"
	[ "$tool" != duty ] || want="no item without items below matches 'food.hog'; did you mean 'food.hogs'?"
	same "$tool -i food.hog" "2 shiji-$tool: $want" "$status $(cat err)"
	# shellcheck disable=SC2086
	shiji $line -C book -p 2022-10 -u '甲?' >out 2>err && status=0 || status=$?
	same "$tool -u takes a glob" "1" "$((status < 2))"
done
for tool in duty gap; do
	shiji "$tool" -C book -p 2022-10 -u '[甲乙]县' >out 2>err && status=0 || status=$?
	same "$tool -u takes one unit" "2 shiji-$tool: one unit is needed, and -u names 2: '甲县', '乙县'. See 'shiji $tool --help'." \
		"$status $(cat err)"
done

#
# Old spellings, for one version
#

# old OLD NEW LINE-WITH-OLD LINE-WITH-NEW: the same, with a note.
old() {
	sh -c "$3" >was 2>err && a=0 || a=$?
	same "old: $1: a note" "note: $1 is now $2; the old name goes with the next version" \
		"$(sed -n 's/^shiji-[a-z]*: \(note: .*\)/\1/p' err)"
	sh -c "$4" >is 2>err && b=0 || b=$?
	same "old: $1 is $2" "$b $(cksum <is)" "$a $(cksum <was)"
}

old --scheme --schemes 'shiji diff -C book --scheme 2022-09 2022-10' \
	'shiji diff -C book --schemes 2022-09 2022-10'
old --since=FILE --against=FILE 'shiji rank -i total -s scores.tsv scores.tsv' \
	'shiji rank -i total --against scores.tsv scores.tsv'
old -n --dry-run 'shiji close -C book --provisional -n 2022-02' \
	'shiji close -C book --provisional --dry-run 2022-02'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
