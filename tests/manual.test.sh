#!/bin/sh
# manual.test.sh: what the manual pages say must be so. Every example that a
# page shows as a literal display is run, `$ ` before a command and `> ` before
# the lines that continue it, in a scratch copy of the records, one copy for
# each page; it must end with status 0 or 1 and print the lines that follow it,
# where any do. The lines `EXPRESSION => VALUE` of shiji-rules(7) are scored on
# the book that its own examples make. The pages must name every function,
# method, code and option that there is.
#
# SHIJI_BIN names the folder of the tools, otherwise that of the build.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
bin=$(cd "${SHIJI_BIN:-${BUILD:-$root/build}/bin}" && pwd)
build=$(dirname "$bin")
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
# shellcheck source=tests/sessions.sh
. "$root/tests/sessions.sh"
PATH=$bin:$PATH

# The lines of a page's literal displays, after their numbers and a tab, with
# what roff escapes taken back.
displays() {
	awk '
	/^\.Bd -literal/ { inside = 1; next }
	/^\.Ed/ { if (inside) print FNR "\t-- "; inside = 0 }
	inside { gsub(/\\&/, ""); gsub(/\\e/, "\\"); print FNR "\t" $0 }' "$1"
}

run_example() {
	name="$(basename "$1") $(basename "$2" .command | sed 's/^0*//'): $(head -n 1 "$2" | tr -d '\134')"
	! session_is_skipped "$2" "$name" || return 0
	(cd "$3" && timeout 120 sh "$2" </dev/null) >"$scratch/got" 2>&1 && status=0 || status=$?
	want=${2%.command}.want
	if [ "$status" -gt 1 ]; then
		session_report 1 "$name (status $status)"
		sed 's/^/    /' "$scratch/got"
	elif [ -s "$want" ] && ! diff -u --label expected --label actual "$want" \
		"$scratch/got" >"$scratch/difference"; then
		session_report 1 "$name"
		sed 's/^/    /' "$scratch/difference"
	else
		session_report 0 "$name"
	fi
}

run_page() {
	work=$scratch/$(basename "$1").work examples=$scratch/$(basename "$1").examples
	mkdir "$work"
	cp -R "$root/records" "$work/records"
	# As a clone of the repository would be, for `-r HEAD`.
	(cd "$work" && git init -q && git add . && git commit -qm records)
	displays "$1" | divide_sessions "$examples"
	for command in "$examples"/*.command; do
		[ ! -e "$command" ] || run_example "$1" "$command" "$work"
	done
}

# Schemes that hold one expression to an item, from a list of numbers and
# expressions with tabs between them. An expression over items below gets two.
scheme_of() {
	printf '%%rec: Scheme\n\nName: Expressions\n\n%%rec: Item\n\n'
	printf 'Id: grain\nPoints: 20\nRule: 8\n'
	awk -F '\t' '{
		rule = $3 == "true" || $3 == "false" ? "if " $2 " then 1 else 0" : $2
		printf "\nId: e%s\nPoints: 10\nFloor: none\nCap: none\nRule: %s\n", $1, rule
		if (rule ~ /children\./)
			printf "\nId: e%s.a\nPoints: 6\nRule: 3\n\nId: e%s.b\nPoints: 4\nRule: 4\n", $1, $1
	}'
}

# The value of a row of scores, as a page writes it.
value_of() {
	awk -F '\t' -v wanted="$1" -v truth="$2" '
	$3 == wanted && $5 == "" { print $6 ~ /n\/a/ ? "n/a" : "missing" }
	$3 == wanted && $5 != "" {
		print truth == "true" || truth == "false" ? ($5 == 1 ? "true" : "false") : $5
	}' "$scratch/scores"
}

# An unending value is written with its first digits and `...`.
is_value() {
	case $2 in
	*...) case $1 in "${2%...}"*) return 0 ;; esac ;;
	esac
	[ "$1" = "$2" ]
}

# check_expressions BOOK PERIOD LIST: score the list, and compare each.
check_expressions() {
	scheme_of <"$3" >"$1/schemes/$2.rec"
	if ! shiji score -C "$1" -p "$2" -u A >"$scratch/scores" 2>"$scratch/errors"; then
		session_report 1 "expressions of $2"
		sed 's/^/    /' "$scratch/errors"
		return
	fi
	while IFS="$(printf '\t')" read -r line expression want; do
		got=$(value_of "e$line" "$want")
		is_value "$got" "$want" && status=0 || status=1
		[ "$status" -eq 0 ] || want="$want, not $got"
		session_report "$status" "shiji-rules.7 $line: $expression => $want"
	done <"$3"
}

# An expression that is refused, with the code in brackets.
check_refusals() {
	while IFS="$(printf '\t')" read -r line expression want; do
		printf '%s\t%s\t%s\n' "$line" "$expression" "$want" | scheme_of >"$1/schemes/$2.rec"
		shiji score -C "$1" -p "$2" >"$scratch/errors" 2>&1 && status=1 || status=0
		grep -qF "${want#error }" "$scratch/errors" || status=1
		session_report "$status" "shiji-rules.7 $line: $expression => $want"
	done <"$3"
}

check_rules() {
	book=$scratch/shiji-rules.7.work/lesson
	[ -d "$book" ] || return 0
	displays "$root/man/shiji-rules.7" |
		sed -n 's/^\([0-9]*\)	 *\([^ ].*[^ ]\)  *=> \(.*\)$/\1	\2	\3/p' >"$scratch/all"
	awk -F '\t' -v folder="$scratch" '{
		file = $3 ~ /^error/ ? "refused" : $2 ~ /each\./ ? "longer" : "plain"
		print >(folder "/" file)
	}' "$scratch/all"
	check_expressions "$book" 2022-03 "$scratch/plain"
	check_expressions "$book" 2022-Q1 "$scratch/longer"
	check_refusals "$book" 2022-03 "$scratch/refused"
}

# check_names WHAT PREFIX SUFFIX PAGE: each line of standard input, between
# prefix and suffix, must stand somewhere in the page.
check_names() {
	if [ ! -e "$4" ]; then
		session_report 1 "no page $(basename "$4")"
		return
	fi
	while read -r name; do
		grep -qE -e "$2$name$3" "$4" && status=0 || status=1
		session_report "$status" "$1 $name in $(basename "$4")"
	done
}

# The same of the names that were found in the sources, where there must be some.
check_listed() {
	[ -s "$scratch/names" ] || session_report 1 "no $1 in the sources"
	check_names "$@" <"$scratch/names"
}

between='($|[^A-Za-z_-])'

check_functions() {
	rules=$root/man/shiji-rules.7
	sed -n '/ functions\[\] = {/,/^};/s/^	{ "\([a-z_.]*\)".*/\1/p' "$root/lib/scheme/functions.c" >"$scratch/names"
	check_listed function '^\.It Ic ' '\(' "$rules"
	sed -n '/ aggregates\[\] = {/,/^};/s/^	{ "\([a-z_]*\)".*/\1/p' "$root/lib/scheme/aggregates.c" >"$scratch/names"
	check_listed aggregate '^\.It Ic (S|each)\.' '\(' "$rules"
	sed -n '/ scopes\[\] = {/,/^};/p' "$root/lib/scheme/aggregates.c" | grep -o '"[a-z]*"' | tr -d '"' >"$scratch/names"
	check_listed scope '^\.It Ic ' '\.' "$rules"
	sed -n 's/^Id: //p' "$root/lib/scheme/methods.rec" >"$scratch/names"
	check_listed method '^\.It Ic ' '\(' "$rules"
	sed -n 's/^FINDING([A-Z_0-9]*, [A-Z_]*, "\([^"]*\)".*/\1/p' "$root/lib/base/findings.h" | sort -u >"$scratch/names"
	check_listed code '^(\.It )?(Cm )?' "$between" "$root/man/shiji-validate.1"
}

check_options() {
	for source in "$root"/cmd/*.c; do
		tool=$(basename "$source" .c)
		page=$root/man/$tool.1
		"$tool" --help | grep -oE -e '^ +(-[A-Za-z], )?--[a-z-]+' |
			grep -oE -e '--[a-z-]+' | sed 's/^--//' >"$scratch/names"
		check_names "option of $tool" 'Fl (-|Fl )' "$between" "$page" <"$scratch/names"
	done
}

for page in "$root"/man/*.[1-9]; do
	run_page "$page"
done
check_rules
check_functions
check_options
finish_sessions
