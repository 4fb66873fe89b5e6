# month_end.sh: sourced by the tests of closing; makes small books in real
# repositories, and says what came of a command.
# shellcheck shell=sh

# new_repository: in ./repository a book of two offices whose units a, b and c
# have data of January to March 2022, and a year's file; all committed.
new_repository() {
	if [ ! -e "${scratch:?}/template" ]; then
		make_template "$scratch/template"
	fi
	rm -rf repository
	cp -R "$scratch/template" repository
}

make_template() (
	mkdir -p "$1/book/schemes"
	cd "$1" || exit
	git init -q --template= .
	cd book || exit
	printf '%%rec: Book\n\nName: Small\nPeriod: month\n' >book.rec
	printf '%%rec: Unit\n\nId: a\n\nId: b\n\nId: c\nAlias: old_c\n' >units.rec
	printf '%%rec: Office\n\nId: stats\n\nId: agri\n' >offices.rec
	printf '%%rec: Measure\n\nId: x\nSource: stats\n\nId: y\nSource: agri\n\nId: t\nSource: agri\n\nId: spare\nSource: agri\n' >measures.rec
	scheme 'x / pool.max(x) * 8'
	rows 2022 agri 't\ta\t4' 't\tb\t4' 't\tc\t4'
	rows 2022-01 stats 'x\ta\t5' 'x\tb\t5' 'x\tc\t1'
	rows 2022-01 agri 'y\ta\t1' 'y\tb\t2' 'y\tc\t3'
	rows 2022-02 stats 'x\ta\t6' 'x\tb\t5' 'x\tc\t2'
	rows 2022-02 agri 'y\ta\t1' 'y\tb\t2' 'y\tc\t4'
	rows 2022-03 stats 'x\ta\t6' 'x\tb\t9' 'x\tc\t2'
	rows 2022-03 agri 'y\ta\t2' 'y\tb\t2' 'y\tc\t1'
	git add . && git commit -qm 'the records'
)

# scheme RULE [PERIOD]: in the present folder, which is the book.
scheme() {
	cat >"schemes/${2:-2022-01}.rec" <<END
%rec: Scheme

Name: One
Points: 10
Digits: 2

%rec: Item

Id: i
Points: 8
Rule: $1

Id: j
Points: 2
Rule: points * min(1, y / t)
END
}

# rows PERIOD OFFICE ROW...
rows() {
	rows_file=data/$1/$2.tsv
	mkdir -p "data/$1"
	shift 2
	{
		printf 'measure\tunit\tvalue\n'
		printf '%b\n' "$@"
	} >"$rows_file"
}

pass() {
	echo "ok $1"
}

fail() {
	echo "not ok $1: $2"
	[ ! -s stdout ] || sed 's/^/    out: /' stdout
	[ ! -s stderr ] || sed 's/^/    err: /' stderr
}

# check NAME COMMAND...: it ends with status 0.
check() {
	check_name=$1
	shift
	if "$@" >stdout 2>stderr; then
		pass "$check_name"
	else
		fail "$check_name" "status $?: $*"
	fi
}

# expect NAME STATUS TEXT COMMAND...: it ends so, and says so.
expect() {
	expect_name=$1 expect_status=$2 expect_text=$3
	shift 3
	"$@" >stdout 2>stderr </dev/null && got_status=0 || got_status=$?
	if [ "$got_status" -ne "$expect_status" ]; then
		fail "$expect_name" "status $got_status, not $expect_status"
	elif grep -q Sanitizer stderr; then
		fail "$expect_name" sanitizer
	elif ! grep -qF -e "$expect_text" stdout stderr; then
		fail "$expect_name" "not said: $expect_text"
	else
		pass "$expect_name"
	fi
}

# Everything that a repository is made of, by its bytes.
fingerprint() {
	find "$1" -type f -exec sha256sum {} + | sort
}

# Closes January to March; nothing is shown.
close_months() {
	for month in 2022-01 2022-02 2022-03; do
		shiji close -q -C repository/book $month >/dev/null
	done
}

# verdicts [OPTION...]: `2022-01 proved` or `2022-01 not-proved CHECK`, each
# period on a line.
verdicts() {
	shiji close --verify --dry-run -C repository/book -f tsv "$@" 2>stderr |
		awk -F '\t' 'NR > 1 { print $1 " " $2 ($6 == "" ? "" : " " $6) }'
}

# says_of NAME LINE: one of the verdicts is this.
says_of() {
	verdicts -q >out || :
	if grep -qx "$2" out; then
		pass "$1"
	else
		fail "$1" "not among the verdicts: $2"
	fi
}

# proves NAME LINE...: these are the verdicts.
proves() {
	proves_name=$1
	shift
	verdicts -q >stdout
	printf '%s\n' "$@" >want
	if cmp -s want stdout; then
		pass "$proves_name"
	else
		fail "$proves_name" "other verdicts than: $*"
	fi
}
