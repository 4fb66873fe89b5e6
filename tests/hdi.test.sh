#!/bin/sh
# hdi.test.sh: builds a book from the figures of the Human Development Index of
# 2021 and holds value, rank and group of all 195 rows to what was published.
# The figures are not shipped: $SHIJI_CASES, or the folder ../shared/cases beside
# the repository, has them; without them the test says that it is skipped.
set -eu

cases=${SHIJI_CASES:-$ROOT/../shared/cases}/hdi-2021
if [ ! -r "$cases/inputs.tsv" ]; then
	echo "ok hdi-2021 # SKIP no figures at \$SHIJI_CASES/hdi-2021"
	exit 0
fi

mkdir -p hdi/schemes hdi/data/2021
cat >hdi/book.rec <<'END'
%rec: Book

Name: Human Development Index
Period: year
END
cat >hdi/measures.rec <<'END'
%rec: Measure

Id: le
Name: Life expectancy at birth
Unit: years
Min: 0

Id: eys
Name: Expected years of schooling
Unit: years
Min: 0

Id: mys
Name: Mean years of schooling
Unit: years
Min: 0

Id: gnipc
Name: Gross national income per head
Unit: 2017 PPP $
Min: 1
END
cat >hdi/schemes/2021.rec <<'END'
%rec: Scheme

Name: UNDP technical note 1
Points: 1

%rec: Item

Id: total
Points: 1
Rule: (health * education * income) ^ (1 / 3)
Digits: 3

Id: health
Points: 1
Rule: (min(le, 85) - 20) / (85 - 20)

Id: education
Points: 1
Rule: (min(eys, 18) / 18 + min(mys, 15) / 15) / 2

Id: income
Points: 1
Rule: (ln(min(gnipc, 75000)) - ln(100)) / (ln(75000) - ln(100))

%rec: Grade

Id: Very High
When: total >= 0.8

Id: High
When: total >= 0.7

Id: Medium
When: total >= 0.55

Id: Low
END
awk -F '\t' 'BEGIN { print "%rec: Unit" } FNR > 1 { print "\nId: " $1 "\nName: " $2 }' \
	"$cases/inputs.tsv" >hdi/units.rec
awk -F '\t' -v OFS='\t' '
	NR == 1 { for (i = 3; i <= NF; i++) name[i] = $i; print "measure", "unit", "value"; next }
	{ for (i = 3; i <= NF; i++) print name[i], $1, $i }' \
	"$cases/inputs.tsv" >hdi/data/2021/undp.tsv

shiji validate -C hdi
shiji score -C hdi -p 2021 -i total | shiji rank |
	awk -F '\t' -v OFS='\t' '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{ print $at["unit"], $at["score"], $at["rank"], $at["grade"] }' |
	sort >actual.tsv
tail -n +2 "$cases/expected.tsv" | sort >expected.tsv
if diff expected.tsv actual.tsv >difference; then
	echo "ok hdi-2021: value, rank and group of $(grep -c . expected.tsv) rows as published"
else
	echo "not ok hdi-2021"
	head -n 20 difference
	exit 1
fi
