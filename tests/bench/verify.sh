#!/bin/sh
# verify.sh BUILD [MONTHS]: what it costs to prove so many closed months (120)
# of 136 units and 60 items, each closed from a commit of its own. Making them
# takes minutes; what is printed is the time of `shiji close --verify` alone.
set -eu

build=$(cd "$1" && pwd) months=${2:-120}
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"

# The records; figures of one month follow from those of the month before.
make_records() {
	awk '
	function begin(file, type) { printf "%%rec: %s\n", type >file; return file }
	BEGIN {
		file = begin("book.rec", "Book"); print "\nName: Big" >file
		file = begin("units.rec", "Unit")
		for (i = 0; i < 136; i++) printf "\nId: u%03d\n", i >file
		file = begin("offices.rec", "Office")
		for (i = 0; i < 6; i++) printf "\nId: o%d\n", i >file
		file = begin("measures.rec", "Measure")
		for (i = 0; i < 60; i++)
			printf "\nId: m%02d\nDigits: 2\nSource: o%d\n", i, i % 6 >file
		rule[0] = "ratio(M, 400)"
		rule[1] = "points * M / pool.max(M)"
		rule[2] = "if growth(M) > 0 then points else points / 2"
		rule[3] = "steps(M, 0, 1, 100, 2, 200, 3, 300, 5)"
		rule[4] = "points * max(0, 1 - 0.005 * (pool.rank(M) - 1))"
		file = begin("schemes/2012-01.rec", "Scheme")
		print "\nName: Big\nPoints: 300\nDigits: 2\n\n%rec: Item" >file
		for (i = 0; i < 60; i++) {
			text = rule[i % 5]
			gsub(/M/, sprintf("m%02d", i), text)
			if (i % 10 == 0) printf "\nId: c%d\nPoints: 50\n", i / 10 >file
			printf "\nId: c%d.i%02d\nPoints: 5\nMissing: zero\nRule: %s\n",
				i / 10, i, text >file
		}
	}'
}

make_month() {
	mkdir -p "data/$1"
	awk -v month="$1" -v seed="$2" 'BEGIN {
		srand(7)
		for (i = 0; i < 60 * 136; i++) level[i] = 1 + rand() * 400
		srand(seed)
		for (o = 0; o < 6; o++) {
			file = "data/" month "/o" o ".tsv"
			print "measure\tunit\tvalue" >file
			for (m = o; m < 60; m += 6)
				for (u = 0; u < 136; u++)
					printf "m%02d\tu%03d\t%.2f\n", m, u,
						level[136 * m + u] * (0.95 + rand() / 10) >file
		}
	}'
}

cd "$scratch"
git init -q book && cd book && mkdir schemes
make_records
number=0
while [ $number -lt $((months + 12)) ]; do
	month=$(printf '%d-%02d' $((2011 + number / 12)) $((1 + number % 12)))
	make_month "$month" $number
	git add . && git commit -qm "$month"
	[ $number -lt 12 ] || shiji close -q "$month" >/dev/null
	number=$((number + 1))
done
git gc -q
printf '%d closed months of 136 units and 60 items: ' "$months"
"$build/tests/bench/run" 3 'shiji close --verify -n -q >/dev/null' |
	awk '{ printf "%.2f s of CPU, %.2f s in all, %.0f MiB; aim: under 10 s\n", $1, $2, $3 / 1024 }'
