#!/bin/sh
# trouble.test.sh: whatever is wrong with records, arguments, environment or
# repository gives one clear message, the documented exit status, and nothing
# on standard output that could be taken for a result.
set -eu

# A small sound book in ./book.
new_book() {
	rm -rf book
	mkdir -p book/schemes book/data/2022-10
	printf '%%rec: Book\n\nName: Small\nPeriod: month\n' >book/book.rec
	printf '%%rec: Unit\n\nId: a\n\nId: b\n' >book/units.rec
	printf '%%rec: Measure\n\nId: x\nDigits: 2\nMin: 0\nMax: 1000\n' \
		>book/measures.rec
	printf '%%rec: Scheme\n\nName: One\nPoints: 10\nDigits: 2\n\n%%rec: Item\n\nId: i\nPoints: 10\n' \
		>book/schemes/2022-01.rec
	rows 'x\ta\t3.5' 'x\tb\t4'
	cp book/schemes/2022-01.rec scheme.start
	rule x
}

rule() {
	{ cat scheme.start && printf 'Rule: %s\n' "$*"; } >book/schemes/2022-01.rec
}

rows() {
	printf 'measure\tunit\tvalue\n' >book/data/2022-10/o.tsv
	for row; do
		printf '%b\n' "$row"
	done >>book/data/2022-10/o.tsv
}

# expect NAME STATUS TEXT COMMAND...: it ends so, says so, and prints nothing.
expect() {
	name=$1 want=$2 text=$3
	shift 3
	"$@" >out 2>err </dev/null && status=0 || status=$?
	if [ "$status" -ne "$want" ]; then
		echo "not ok $name: status $status, not $want"
	elif [ -s out ]; then
		echo "not ok $name: something on standard output"
	elif [ -n "$text" ] && ! grep -qF -e "$text" err; then
		echo "not ok $name: not said: $text"
		head -c 600 err
	elif grep -q 'Sanitizer' err; then
		echo "not ok $name: sanitizer"
	else
		echo "ok $name"
	fi
}

# unsound NAME TEXT: score refuses the book with these words.
unsound() {
	expect "$1" 1 "$2" shiji score -C book
}

repeat() {
	head -c "$2" /dev/zero | tr '\0' "$1"
}

new_book
: >book/data/2022-10/o.tsv
unsound 'an empty file' 'data/2022-10/o.tsv: error: the file is empty; write a header line'
printf '\n' >book/data/2022-10/o.tsv
unsound 'a header without columns' "o.tsv:1:1: error: the first line must be 'measure', 'unit', 'value'"
printf 'measure\tunit\tvalue\nx\ta\t3.5\nx\tb' >book/data/2022-10/o.tsv
unsound 'a truncated file' 'o.tsv:3:1: error: 2 columns where the header has 3'
rows 'x\ta\t3\00005'
unsound 'a NUL' 'o.tsv:2:6: error: control character U+0000'
rows 'x\ta\t\0303\0050'
unsound 'invalid UTF-8' 'o.tsv:2:5: error: not UTF-8'
{ rows 'x\ta\t1' && repeat q 10000000; } >>book/data/2022-10/o.tsv
unsound 'a line of 10 MB in data' 'o.tsv:3: error: line of more than 1048576 bytes'
new_book
{ printf 'Note: ' && repeat q 10000000; } >>book/units.rec
unsound 'a line of 10 MB in a record' 'units.rec:6: error: line of more than 1048576 bytes'
new_book
awk 'BEGIN { for (i = 1; i <= 100000; i++) printf "c%d\t", i; print "" }' \
	>book/data/2022-10/o.tsv
unsound '100,000 columns' 'o.tsv:1:1: error: the first line must be'
new_book
awk 'BEGIN { for (i = 1; i <= 100000; i++) print "F" i ": 1" }' >>book/units.rec
unsound '100,000 fields' "error: Unit records have no field 'F1'"
new_book
rule "$(repeat '(' 10000)1$(repeat ')' 10000)"
unsound 'a rule nested 10,000 deep' 'error: the rule nests more than 100 deep'
rule "$(awk 'BEGIN { for (i = 1; i < 10000; i++) printf "1 + "; print 1 }')"
unsound 'a rule of 10,000 terms' 'error: the rule has more than 4,000 parts'
rule '9^9^9^9'
unsound 'a tower of powers' "01.rec:11:9: error: number outgrows the bound of 16,384 bits for 'a' (and 1 more)"
rule "$(repeat 9 1000000)"
unsound 'a number of a million digits' 'error: number outgrows the bound of 16,384 bits'
new_book
rows "x\ta\t$(repeat 9 1000000)"
unsound 'a value of a million digits' 'o.tsv:2:5: error: number outgrows the bound of 16,384 bits'
new_book
rule 'm(x)'
printf '\n%%rec: Method\n\nId: m\nArgs: y\nRule: n(y)\n\nId: n\nArgs: y\nRule: m(y)\n' \
	>>book/schemes/2022-01.rec
unsound 'methods that call each other' "01.rec:11:7: error: the method 'm' calls itself"
new_book
ln -s /dev/null book/data/2022-10/p.tsv
unsound 'a symbolic link to a file' 'data/2022-10/p.tsv: error: symbolic link inside a book'
new_book
mv book/data elsewhere
ln -s ../elsewhere book/data
expect 'a symbolic link to a folder' 2 'data: error: symbolic link inside a book' \
	shiji score -C book -p 2022-10
rm -r elsewhere
new_book
mkfifo book/data/2022-10/p.tsv
unsound 'a pipe for a file' 'data/2022-10/p.tsv: error: neither a file nor a folder'
new_book
chmod 000 book/units.rec
if [ ! -r book/units.rec ]; then
	expect 'an unreadable file' 2 'units.rec: error: cannot read: Permission denied' \
		shiji score -C book
fi
new_book
rm book/book.rec
expect 'no book' 2 'book.rec: error: there is no book.rec here' shiji score -C book
expect 'no folder' 2 "error: there is no folder 'nowhere'" shiji score -C nowhere
new_book
expect 'no scheme for the period' 2 'error: no scheme for 2021-10' \
	shiji score -C book -p 2021-10
expect 'no data for the period' 2 'error: no data for 2022-11' \
	shiji score -C book -p 2022-11

new_book
expect 'a revision without a repository' 2 'there is no git repository' \
	shiji score -C book -r HEAD
git init -q book
expect 'an unborn HEAD' 2 'nothing is committed on this branch yet' \
	shiji score -C book -r HEAD
git -C book add -A
git -C book commit -q -m start
expect 'an unknown revision' 2 "unknown revision 'nosuch'" \
	shiji score -C book -r nosuch
blob=$(git -C book rev-parse HEAD:units.rec)
object=book/.git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)
mv "$object" kept
expect 'a missing object' 2 'HEAD:units.rec: error: cannot read' \
	shiji score -C book -r HEAD
mv kept "$object"
git -C book update-index --add --cacheinfo \
	"160000,$(git -C book rev-parse HEAD),data/2022-10/sub.tsv"
git -C book commit -q -m submodule
expect 'a submodule' 1 'HEAD:data/2022-10/sub.tsv: error: submodule inside a book' \
	shiji score -C book -r HEAD

new_book
expect 'an unknown option' 2 "unknown option '--perod'; did you mean '--period'?" \
	shiji score --perod 2022-10
expect 'two -p' 2 "option '-p' given twice" shiji score -p 2022-10 -p 2022-11
expect 'an impossible period' 2 "'2022-13' is no period" shiji score -p 2022-13
expect 'a range backwards' 2 "'2022-10..2022-09' is no period" \
	shiji score -p 2022-10..2022-09
expect 'a missing argument' 2 "option '-p' needs" shiji score -p
expect 'an operand' 2 "unexpected argument 'book'" shiji score book
expect 'a unit that is not there' 2 "no unit matches 'c'" shiji score -C book -u c
expect 'an item that is not there' 2 "no item matches 'j'" shiji score -C book -i j
expect 'an unknown tool' 2 "unknown tool 'socre'; did you mean 'score'?" shiji socre
expect 'an unknown format' 2 "'xml' is no format" shiji score -C book -f xml

if [ -w /dev/full ]; then
	for tool in 'score -C book' 'validate --codes' 'score --methods' 'score --help'; do
		# The words of the tool's line.
		# shellcheck disable=SC2086
		expect "$tool to a full disk" 2 'standard output: No space left on device' \
			sh -c "shiji $tool >/dev/full"
	done
	expect 'rank to a full disk' 2 'standard output: No space left on device' \
		sh -c 'shiji score -C book | shiji rank >/dev/full'
fi
expect 'standard output closed' 2 'standard output is closed' \
	sh -c 'shiji score -C book >&-'
expect 'a closed pipe' 0 '' sh -c 'shiji score --methods | true'
