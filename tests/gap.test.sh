#!/bin/sh
# gap.test.sh: what shiji gap says is so when the records are really changed: every
# value that it solves for is written into the data files, and scored; so are
# plans, as values and as a scheme. And draws are the same on any number of
# threads.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
build=${BUILD:-$root/build}
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
cd "$scratch"

report() {
	[ "$1" = "$2" ] && echo "ok $3" && return
	echo "not ok $3"
	printf '    expected: %s\n    actual:   %s\n' "$1" "$2"
}

# Each row `reached` of a table of solutions, confirmed in a copy of the book.
cat >confirm.py <<'END'
import csv, glob, subprocess, sys
from decimal import Decimal

book, period, unit, options = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]

def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout.decode()

def table(text):
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))

def rows_of(measure):
    """The file that holds the value read in the period, and its lines."""
    for folder in (period, period[:4] + "-Q" + str((int(period[5:7]) + 2) // 3), period[:4]):
        for path in glob.glob(f"{book}/data/{folder}/*.tsv"):
            lines = open(path, encoding="utf-8").read().split("\n")
            if any(line.split("\t")[:2] == [measure, unit] for line in lines):
                return path, lines
    raise SystemExit(f"no row of {measure} for {unit}")

def scores_with(measure, value, item):
    path, lines = rows_of(measure)
    changed = [line for line in lines if line.split("\t")[:2] != [measure, unit]]
    tabs = lines[0].count("\t") - 2
    changed.insert(1, f"{measure}\t{unit}\t{value}" + "\t" * tabs)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(changed))
    found = {row["item"]: row["score"] for row in table(
        run("shiji", "score", "-C", book, "-p", period, "-u", unit, "-i", item, "-i", "total"))}
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    return found.get(item, ""), found.get("total", "")

reached = short = wrong = 0
for row in table(run("shiji", "gap", "-C", book, "-p", period, "-u", unit, "--solve", *options)):
    if row["verdict"] != "reached":
        continue
    reached += 1
    value, now = Decimal(row["value"]), Decimal(row["now"] or "0")
    score, total = scores_with(row["measure"], row["value"], row["item"])
    if (score, total) != (row["score"], row["total"]) or Decimal(score) < Decimal(row["wanted"]):
        print("    ", dict(row), score, total)
        wrong += 1
    step = Decimal(1).scaleb(value.as_tuple().exponent)
    near = value - step if value > now else value + step
    if row["short"] == "":
        continue
    short += 1
    score, total = scores_with(row["measure"], near, row["item"])
    if score != row["short"] or Decimal(score) >= Decimal(row["wanted"]):
        print("    ", dict(row), near, score)
        wrong += 1
print(f"{reached > 20} {short > 20} {wrong}")
END

for book in county township; do
	cp -R "$RECORDS/$book" "$book"
done
report 'True True 0' "$(python3 confirm.py county 2022-10 丁县)" \
	'every value solved for in the county is what it takes'
report 'True True 0' "$(python3 confirm.py township 2022-10 丙镇 --to-rank 1)" \
	'every value solved for in the township is what it takes'

# A plan gives what the records would.
shiji gap -C county -p 2022-10 --set 'waste_rate=92.3' --set 'waste_rate[乙县]=40' -i total |
	cut -f 2-3,5,8 | tail -n +2 >planned || [ $? -eq 1 ]
file=$(grep -l "^waste_rate	" county/data/2022-10/*.tsv)
cp "$file" kept
sed -i 's/^waste_rate	丁县	[0-9.]*/waste_rate	丁县	92.3/
s/^waste_rate	乙县	[0-9.]*/waste_rate	乙县	40/' "$file"
shiji score -C county -p 2022-10 -i total | shiji rank |
	awk -F '\t' 'NR > 1 { print $2 "\t" $3 "\t" $5 "\t" $NF }' >changed
cp kept "$file"
report "$(awk 'NR == FNR { want[$1] = $0; next } { print want[$1] }' changed planned)" \
	"$(cat planned)" 'a plan gives what the records would'

# A draft gives what the book gives with the file in its place.
sed '/^Pool: class$/d' county/schemes/2022-10.rec >draft.rec
shiji gap -C county -p 2022-11 --scheme draft.rec | cut -f 2,5,8 | tail -n +2 |
	sort >drafted || [ $? -eq 1 ]
cp draft.rec county/schemes/2022-11.rec
shiji score -C county -p 2022-11 -i total | shiji rank |
	awk -F '\t' 'NR > 1 { print $2 "\t" $5 "\t" $NF }' | sort >changed
rm county/schemes/2022-11.rec
report "$(join -t '	' -o 1.1,1.2,1.3 changed drafted)" "$(cat drafted)" \
	'a draft gives what the book would with it'
report 1 "$(grep -c '^丁县' drafted)" 'the draft moved something'
rm -rf county && cp -R "$RECORDS/county" county

# Draws.
draws() {
	shiji gap -C county -p 2022-10 --sensitivity 200 "$@" | cksum
}
report "$(draws --seed 5 --threads 1)" "$(draws --seed 5 --threads 7)" 'draws do not depend on threads'
report "$(draws --seed 5 --pairs --threads 2)" "$(draws --seed 5 --pairs --threads 3)" 'pairs do not either'
[ "$(draws --seed 5)" != "$(draws --seed 6)" ] && status=0 || status=1
report 0 "$status" 'another seed gives other draws'
shiji gap -C county -p 2022-10 --sensitivity 9 --vary 0% --keep-values |
	awk -F '\t' 'NR > 1 && ($4 != $5 || $4 != $6 || $4 != $7 || $4 != $8 || $4 != $9)' >moved
report '' "$(cat moved)" 'where nothing varies every draw has the ranks that are'

# What is possible at the year's end holds what came.
for month in 01 06 10 11; do
	shiji gap -C county -p 2022-$month --assure >range || [ $? -eq 1 ]
	shiji score -C county -p 2022 -i total | shiji rank |
		awk -F '\t' 'NR > 1 { print $2 "\t" $5 "\t" $NF }' >came
	awk -F '\t' 'NR == FNR { score[$1] = $2; rank[$1] = $3; next }
	FNR > 1 && (score[$2] < $5 || score[$2] > $6 || rank[$2] < $7 || rank[$2] > $8)' \
		came range >outside
	report '' "$(cat outside)" "what came is in the ranges told in 2022-$month"
done
