# small_book.sh: sourced by golden cases; `start` makes a small book in ./book of a
# repository in the present folder: units a, b and c, whose x is compared.
# shellcheck shell=sh

start() {
	git init -q .
	mkdir -p book/schemes
	printf '%%rec: Book\n\nName: Small\nPeriod: month\n' >book/book.rec
	printf '%%rec: Unit\n\nId: a\n\nId: b\n\nId: c\n' >book/units.rec
	printf '%%rec: Measure\n\nId: x\n\nId: y\n' >book/measures.rec
	scheme 'x / pool.max(x) * 10' 10
	rows 2022-01 'x\ta\t5' 'x\tb\t5' 'x\tc\t1'
	rows 2022-02 'x\ta\t6' 'x\tb\t5' 'x\tc\t2'
}
scheme() {
	cat >book/schemes/2022-01.rec <<END
%rec: Scheme

Name: One
Points: $2
Digits: 2

%rec: Item

Id: i
Points: $2
Rule: $1
END
}
rows() {
	month=$1
	shift
	mkdir -p "book/data/$month"
	{
		printf 'measure\tunit\tvalue\n'
		printf '%b\n' "$@"
	} >"book/data/$month/o.tsv"
}
commit() {
	git add -A . && git commit -qm "$1"
}
