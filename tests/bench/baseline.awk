# The bench's totals and ranks by awk, in binary floating point.
# mawk -f baseline.awk DATA.tsv... prints `unit total rank`.

function half_up(x) {
	return int(x * 100 + 0.5) / 100
}

# Sorts a[low..high], the highest first.
function sort(a, low, high,    i, j, middle, kept) {
	while (low < high) {
		middle = a[int((low + high) / 2)]
		i = low; j = high
		while (i <= j) {
			while (a[i] > middle) i++
			while (a[j] < middle) j--
			if (i <= j) {
				kept = a[i]; a[i] = a[j]; a[j] = kept
				i++; j--
			}
		}
		sort(a, low, j)
		low = i
	}
}

# place[x]: the place of each value of a[1..n], the highest first; equal ones
# share the best.
function find_places(a, n,    i) {
	sort(a, 1, n)
	split("", place)
	for (i = n; i > 0; i--)
		place[a[i]] = i
}

function tier(x) {
	return x >= 300 ? 5 : x >= 200 ? 3.5 : x >= 100 ? 2 : x >= 0 ? 1 : 0
}

# The values of measure m are value[m * 100000 + 1 ...]: a number is a faster
# key than a text.
function add_scores(m, kind,    u, x, low, high, score) {
	low = high = value[m * 100000 + 1]
	for (u = 1; u <= units; u++) {
		column[u] = x = value[m * 100000 + u]
		if (x < low) low = x
		if (x > high) high = x
	}
	if (kind == 2)
		find_places(column, units)
	for (u = 1; u <= units; u++) {
		x = value[m * 100000 + u]
		if (kind == 0) score = 5 * (x - low) / (high - low)
		else if (kind == 1) score = 5 * (x > 400 ? 1 : x / 400)
		else if (kind == 2) score = place[x] > 201 ? 0 : 5 * (1 - 0.005 * (place[x] - 1))
		else score = tier(x)
		total[u] += half_up(score)
	}
}

BEGIN { FS = "\t" }
FNR == 1 { next }
!($2 in unit_of) { unit_of[$2] = ++units; name[units] = $2 }
!($1 in measure_of) { measure_of[$1] = ++measures; kind[measures] = substr($1, length($1) - 3) % 4 }
{ value[measure_of[$1] * 100000 + unit_of[$2]] = $3 + 0 }
END {
	for (m = 1; m <= measures; m++)
		add_scores(m, kind[m])
	for (u = 1; u <= units; u++)
		column[u] = total[u] = half_up(total[u])
	find_places(column, units)
	print "unit\ttotal\trank"
	for (u = 1; u <= units; u++)
		printf "%s\t%.2f\t%d\n", name[u], total[u], place[total[u]]
}
