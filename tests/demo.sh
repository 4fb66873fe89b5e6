#!/bin/sh
# demo.sh BIN: a year of an assessment, from the records to months that can be
# proved: it makes the repository of records/county's year 2022 in a folder of
# its own and goes through a month-end. Each command is shown before what it
# prints, as a reader can repeat it from the top of this repository, where it
# alters nothing.
#
# Exit status: 0, or that of the first step that fails.
set -eu

say() {
	printf '\n# %s\n' "$1"
}

# Shows a command, which it reads from standard input, and runs it.
run() {
	command=$(cat)
	printf '$ %s\n' "$command"
	eval "$command" </dev/null
}

# A pipe has the status of its last command, so a tool that fails in the midst of
# one ends the whole by itself. Status 1 is an answer: something was found.
shiji() {
	command shiji "$@" || [ $? -eq 1 ] || {
		echo "demo.sh: failed: shiji $*" >&2
		kill -TERM $$
		return 2
	}
}

bin=$1
case $bin in
/*) shown=$bin ;;
*) shown=\$PWD/$bin ;;
esac
cd "$(dirname "$0")/.."
PATH=$(cd "$bin" && pwd):$PATH
book='' XDG_STATE_HOME=''
trap 'rm -rf ${book:+"$book"} ${XDG_STATE_HOME:+"$XDG_STATE_HOME"}' EXIT
trap 'exit 2' TERM HUP
trap 'exit 130' INT
# The scratch repository has settings of its own, whatever the user's are.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX SOURCE_DATE_EPOCH
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=县委宣传部 GIT_AUTHOR_EMAIL=publicity@example.org
export GIT_COMMITTER_NAME=县委宣传部 GIT_COMMITTER_EMAIL=publicity@example.org
# So that all is the same whenever it is run: a day of the year after.
export GIT_AUTHOR_DATE=2023-02-01T09:00:00+08:00
export GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
# What was seen of a repository is remembered; not of this one.
XDG_STATE_HOME=$(mktemp -d)
export XDG_STATE_HOME

echo "To repeat this from here: PATH=$shown:\$PATH"

say "A city ranks its 11 counties every month. This is the year as their repository has it: each office's
# report is a commit, each month a close. All figures are illustrative."
run <<'END'
book=$(mktemp -d) && sh tests/year.sh "$book"
END
run <<'END'
git -C "$book" log --format='%as %an: %s' | sed -n '25,33p'
END

say "The records are sound, so this says nothing:"
run <<'END'
shiji validate -C "$book"
END

say "Who is late with December? The commerce office, with the figures of two counties:"
run <<'END'
shiji validate -C "$book" --due -p 2022-12 -f table
END

say "What 丁县, which keeps this book, has in each category of the scheme that is new in October:"
run <<'END'
shiji score -C "$book" -p 2022-10 -u 丁县 -d 1 --names -f table
END

say "The ranking of October with the scheme's grades, and the places gained since September:"
run <<'END'
shiji score -C "$book" -p 2022-09..2022-10 -i total | shiji rank --since 2022-09 -f table
END

say "Why did scores move? The new scheme, the own figures, the others' figures, another class; it adds up:"
run <<'END'
shiji diff -C "$book" 2022-09 2022-10 -i total -f table
END

say "What changes for the industry's items with that scheme, as one would read it out:"
run <<'END'
shiji diff -C "$book" --scheme 2022-09 2022-10 -i 'industry*' | cut -f 2-3,5-7 | sed -n '1,9p'
END

say "Every commit that ever moved October's total of 戊县, newest first:"
run <<'END'
shiji log -C "$book" -p 2022-10 -u 戊县 | cut -f 3-4,8-12,15-16 | sed -n '1,5p'
END

say "And why: the correction of a figure, by whom and on what grounds:"
run <<'END'
shiji diff -C "$book" close/2022-10:2022-10 close/2022-10.2:2022-10 -i total --causes -f json
END

say "Where does that score come from? Each step, with the rows and the commits it rests on:"
run <<'END'
shiji explain -C "$book" -p 2022-10 -u 戊县 -i civility.civilized
END

say "Who answers for what is lost? The bureau of ecology's items in October:"
run <<'END'
shiji duty -C records/county -p 2022-10 -o ecology -f table
END

say "What has to be called in, since when and why, by the levels that the scheme states:"
run <<'END'
shiji duty -C records/county --watch | cut -f 1-5
END

say "How far is 丁县 from the second place it aims at, and where are the points?"
run <<'END'
shiji gap -C records/county -p 2022-10 -f text | sed -n '1,9p'
END

say "And which figure would bring these items to the score of the second?"
run <<'END'
shiji gap -C records/county -p 2022-10 --solve | awk -F '\t' '$5 == "goal" && $7 == "reached" { print $3 ": " $18 }' | sed -n '1,6p'
END

say "Month-end: what is published of a month, and proved by anyone who has the repository:"
run <<'END'
cat "$book/closed/2022-10/close.rec"
END
run <<'END'
shiji close -C "$book" --verify -f table | cut -c 1-70
END

say "A figure of a closed month is altered. No command says so aloud, but the proof does, and by whom:"
run <<'END'
sed -i '/^civilized_rate.甲县/s/86.2/96.2/' "$book/data/2022-09/publicity.tsv" &&
    git -C "$book" commit -qam 'Tidy up'
END
run <<'END'
shiji close -C "$book" --verify 2022-09 -f json
END

say "September had 1000 points, October has 100, so the scheme of the year counts the months' rates:"
run <<'END'
shiji score -C records/county -p 2022 -i total | shiji rank --top 3 -f table
END

say "丁县 ranks its townships in a book of its own; their mean is its figure in the city's book:"
run <<'END'
shiji score -C records/township -p 2022-10 -i total |
    awk 'NR > 1 { sum += $5; n++ } END { printf "%.1f\n", sum / n / 10 }'
END
run <<'END'
grep 丁县 records/county/data/2022-10/townships.tsv
END

say "And its departments, by what their items brought in the year; the account is computed, not typed:"
run <<'END'
shiji score -C records/departments -i total | shiji rank --top 3 -f table
END

say "Real figures: how many of the published totals of two decathlons of 2004 follow from the marks:"
run <<'END'
shiji score -C records/decathlon -i total | awk -F '\t' 'NR == FNR { published[$1] = $2; next }
    FNR > 1 && published[$2] == $5 { n++ } END { print n " of " FNR - 1 }' records/decathlon/published.tsv -
END
