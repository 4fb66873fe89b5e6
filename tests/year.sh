#!/bin/sh
# year.sh FOLDER: the year 2022 of records/county as its repository would have
# it, in a new folder: what each office reported for a month is a commit of that
# office, the lead office closes the month, the new scheme comes in October, and
# a figure of that month is corrected after its close. December is still open,
# since a report is late. Needs `shiji` in PATH. The commits are the same each
# time. All figures are illustrative.
set -eu

records=$(cd "$(dirname "$0")/../records/county" && pwd)
mkdir -p "$1"
cd "$1"

# by OFFICE DATE: who commits from now on, and when.
by() {
	name=$(awk -v office="$1" '
	$1 == "Id:" { mine = $2 == office }
	mine && $1 == "Name:" { print $2 }' offices.rec)
	export GIT_AUTHOR_NAME="$name" GIT_AUTHOR_EMAIL="$1@example.org"
	export GIT_AUTHOR_DATE="$2T09:00:00+08:00"
	export GIT_COMMITTER_NAME="$name" GIT_COMMITTER_EMAIL="$1@example.org"
	export GIT_COMMITTER_DATE="$GIT_AUTHOR_DATE"
}

# commit PATH MESSAGE...: what stands at the path.
commit() {
	git add -- "$1"
	shift
	for text; do
		shift
		set -- "$@" -m "$text"
	done
	git commit -q "$@"
}

# report FOLDER DATE: each office's file of a folder of data, as a commit.
report() {
	mkdir -p "data/$1"
	for file in "$records/data/$1"/*.tsv; do
		office=$(basename "$file" .tsv)
		cp "$file" "data/$1"
		by "$office" "$2"
		commit "data/$1/$office.tsv" "Report $1"
	done
}

# scheme NAME DATE MESSAGE
scheme() {
	by farm_office "$2"
	cp "$records/schemes/$1.rec" schemes
	commit "schemes/$1.rec" "$3"
}

# close DATE ARGUMENTS...
close() {
	by farm_office "$1"
	shift
	shiji close -q "$@" >/dev/null
}

git init -q -b main
cp -R "$records/." .
rm -rf schemes/2022-10.rec data/2022-*
by farm_office 2022-01-05
commit . 'Begin the book of 2022' 'The scheme of the year, its targets, and the figures of 2021.'

last=2022-01
for month in 02 03 04 05 06 07 08 09 10 11 12 01; do
	year=2022
	[ "$month" != 01 ] || year=2023
	case $last in
	*-03 | *-06 | *-09 | *-12)
		number=${last#2022-}
		report "2022-Q$((${number#0} / 3))" "$year-$month-02"
		;;
	2022-10) scheme 2022-10 2022-10-20 'The scheme as revised in October' ;;
	esac
	report "$last" "$year-$month-03"
	case $last in
	2022-12) ;;
	# Visits that did not take place, and a survey that was void.
	2022-05 | 2022-08) close "$year-$month-10" --provisional "$last" ;;
	*) close "$year-$month-10" "$last" ;;
	esac
	if [ "$last" = 2022-10 ]; then
		by publicity 2022-11-18
		sed -i '/^civilized_rate.戊县/s/87.6/88.6/' data/2022-10/publicity.tsv
		commit data/2022-10 'Count the villages of 戊县 again' \
			'Reason: two villages were left out
Basis: 县委宣传部 2022-11-16'
		close 2022-11-21 --correct --reason 'two villages were left out' \
			--basis '县委宣传部 2022-11-16' --approved-by farm_office 2022-10
	fi
	last=$year-$month
done
