#!/bin/sh
# demo.sh BIN: a first look at the tools, from records to a ranking, on the
# books in records/. Each command is shown before what it prints, as a reader
# can repeat it from the top of the repository. It alters nothing there.
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
book=
trap '[ -z "$book" ] || rm -rf "$book"' EXIT
trap 'exit 2' TERM HUP
trap 'exit 130' INT
# The scratch repository has settings of its own, whatever the user's are.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Demo GIT_AUTHOR_EMAIL=demo@example.org
export GIT_COMMITTER_NAME=Demo GIT_COMMITTER_EMAIL=demo@example.org

echo "To repeat this from here: PATH=$shown:\$PATH"

say "A city ranks its 11 counties every month. Their records are sound, so this says nothing:"
run <<'END'
shiji validate -C records/county
END

say "Who is late with December? The commerce office, with the figures of two counties:"
run <<'END'
shiji validate -C records/county --due -p 2022-12 -f table
END

say "What 丁县, which keeps this book, has in each category of the scheme that is new in October:"
run <<'END'
shiji score -C records/county -p 2022-10 -u 丁县 -d 1 --names -f table
END

say "The ranking of October with the scheme's grades, and the places gained since September:"
run <<'END'
shiji score -C records/county -p 2022-09..2022-10 -i total | shiji rank --since 2022-09 -f table
END

say "September had 1000 points, October has 100, so the scheme of the year counts the months' rates:"
run <<'END'
shiji score -C records/county -p 2022 -i total | shiji rank --top 3 -f table
END

say "Git keeps every figure. A correction ends the tie of October; the revision before still has it:"
run <<'END'
book=$(mktemp -d) && cp -R records/county/. "$book" && git init -q "$book"
END
run <<'END'
git -C "$book" add . && git -C "$book" commit -q -m 'As reported'
END
run <<'END'
sed -i '/^civilized_rate.戊县/s/87.6/88.6/' "$book/data/2022-10/publicity.tsv" &&
    git -C "$book" commit -q -a -m 'A correction'
END
run <<'END'
shiji score -C "$book" -p 2022-10 -i total | shiji rank | sed -n '5,6p'
END
run <<'END'
shiji score -C "$book" -r HEAD~1 -p 2022-10 -i total | shiji rank | sed -n '5,6p'
END

say "What did that correction do, to whom, and why? The causes add up to the difference:"
run <<'END'
shiji diff -C "$book" HEAD~1 HEAD -i total -f table
END
run <<'END'
shiji diff -C "$book" HEAD~1 HEAD -i total --causes | cut -f 2,4-12
END

say "The commits that ever moved the total of 戊县 in October, newest first:"
run <<'END'
shiji log -C "$book" -p 2022-10 -u 戊县 | cut -f 3-4,6,8-12
END

say "Where does a score come from? Each step, with the rows and the commits it rests on:"
run <<'END'
shiji explain -C "$book" -p 2022-10 -u 戊县 -i civility.civilized
END

say "And what changes for whom with the scheme that is new in October, the industry's first lines:"
run <<'END'
shiji diff -C records/county --scheme 2022-09 2022-10 -i 'industry*' | cut -f 2-3,5-7 | sed 9q
END

say "How far is 丁县 from the second place it aims at in October, and where are the points?"
run <<'END'
shiji gap -C records/county -p 2022-10 -f table | sed 9q
END

say "And which figure would bring each of these items to the score of the second?"
run <<'END'
shiji gap -C records/county -p 2022-10 --solve | awk -F '\t' '$5 == "goal" && $7 == "reached" { print $3 ": " $18 }' | sed 6q
END

say "丁县 ranks its townships in a book of its own; their mean is its figure in the city's book:"
run <<'END'
shiji score -C records/township -p 2022-10 -i total |
    awk 'NR > 1 { sum += $5; n++ } END { printf "%.1f\n", sum / n / 10 }'
END
run <<'END'
grep 丁县 records/county/data/2022-10/townships.tsv
END

say "Real figures: how many of the published totals of two decathlons of 2004 follow from the marks:"
run <<'END'
shiji score -C records/decathlon -i total | awk -F '\t' 'NR == FNR { published[$1] = $2; next }
    FNR > 1 && published[$2] == $5 { n++ } END { print n " of " FNR - 1 }' records/decathlon/published.tsv -
END
