#!/bin/sh
# init.test.sh: what `shiji init` makes, what it leaves alone, and what a
# second run does, in folders and repositories of every kind.
#
# SHIJI_BIN names the folder of the tools, otherwise that of the build.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
bin=$(cd "${SHIJI_BIN:-${BUILD:-$root/build}/bin}" && pwd)
build=$(dirname "$bin")
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
# shellcheck source=tests/recfix.sh
. "$root/tests/recfix.sh"
PATH=$bin:$PATH
failed=0

# check NAME STATUS: one line for a check.
check() {
	if [ "$2" -eq 0 ]; then
		echo "ok $1"
	else
		echo "not ok $1"
		failed=1
	fi
}

# same NAME EXPECTED ACTUAL
same() {
	if [ "$2" = "$3" ]; then
		echo "ok $1"
	else
		printf 'not ok %s\n    expected: %s\n    actual:   %s\n' "$1" "$2" "$3"
		failed=1
	fi
}

# status COMMAND...: run it, its output in ../out and ../err; print its status.
status() {
	"$@" >"$scratch/out" 2>"$scratch/err" && echo 0 || echo $?
}

# The first words of the lines that init printed, each once.
words() {
	cut -d ' ' -f 1 "$scratch/out" | sort -u | paste -sd ' '
}

# Every file below a folder with its digest, .git left out.
digests() {
	(cd "$1" && find . -name .git -prune -o -type f -print | sort | xargs sha256sum)
}

cd "$scratch"
mkdir work
cd work

same "a book is made where there was no folder" 0 "$(status shiji init deep/city)"
same "and is sound, without a warning" 0 "$(status shiji validate -C deep/city --warn)"
# Names of shipped files hold no blank.
# shellcheck disable=SC2046
recfix_takes "its records pass recfix" $(find deep/city -name '*.rec')
same "it has a ranking" 5 "$(shiji score -C deep/city -i total | shiji rank | grep -c .)"
same "its branch is the user's default" refs/heads/main "$(git -C deep/city symbolic-ref HEAD)"
git config --global init.defaultBranch county
shiji init other >/dev/null
same "whatever that is" refs/heads/county "$(git -C other symbolic-ref HEAD)"
git config --global init.defaultBranch main
git -C deep/city add .
git -C deep/city commit -qm 'A book'
same "what was made is committed by the hooks' leave" '' "$(git -C deep/city status --porcelain)"

digests deep/city >before
same "a second run succeeds" 0 "$(status shiji init deep/city)"
same "and finds all as it should be" kept "$(words)"
digests deep/city >after
check "no file is another one" "$(cmp -s before after && echo 0 || echo 1)"

sed -i 's/611/612/' deep/city/data/2022-10/agri.tsv
rm deep/city/.git/hooks/commit-msg deep/city/.gitattributes
chmod -x deep/city/.git/hooks/pre-commit
git -C deep/city config --unset merge.shiji.driver
shiji init deep/city | grep -v ^kept >"$scratch/out"
same "what is missing is mended" \
	"made  deep/city/.gitattributes;set   merge.shiji.driver;set   deep/city/.git/hooks/pre-commit: it may be run now;made  deep/city/.git/hooks/commit-msg" \
	"$(paste -sd ';' "$scratch/out")"
same "a figure that was entered stays" 1 "$(grep -c 612 deep/city/data/2022-10/agri.tsv)"

(cd other && status shiji init .) >/dev/null
same "the current folder" "kept  book.rec" "$(head -n 1 "$scratch/out")"

mkdir -p mine/.git-is-not-here
echo text >mine/README
same "a folder that holds something else" 0 "$(status shiji init mine)"
same "keeps it" text "$(cat mine/README)"
mkdir mixed
printf '%%rec: Unit\n\nId: a\n' >mixed/units.rec
same "a file of another book is in the way" 2 "$(status shiji init mixed)"
same "and nothing is made" units.rec "$(ls -A mixed)"
mkdir half
cp deep/city/units.rec half
same "one that an interrupted run left is not" 0 "$(status shiji init half)"
same "and the book is whole" 0 "$(status shiji validate -C half)"

git init -q outer
same "a folder of a repository" 0 "$(status shiji init outer/books/city)"
check "gets no repository of its own" "$([ ! -e outer/books/city/.git ] && echo 0 || echo 1)"
check "but the hooks are in its" "$([ -x outer/.git/hooks/pre-merge-commit ] && echo 0 || echo 1)"
same "and the attributes hold there" "books/city/x.tsv: merge: shiji" \
	"$(git -C outer check-attr merge books/city/x.tsv)"

git init -q attributes
printf '*.tsv merge=union\n' >attributes/.gitattributes
shiji init attributes >"$scratch/out"
same "attributes of the user's are left" "*.tsv merge=union" "$(cat attributes/.gitattributes)"
same "with the lines to add" 2 "$(grep -c 'text eol=lf diff=shiji merge=shiji' "$scratch/out")"

git init -q hooked
git -C hooked config core.hooksPath .hooks
mkdir hooked/.hooks
# shellcheck disable=SC2016
printf '#!/bin/sh\nexec "${0%%/*}/pre-commit.shiji" "$@"\n' >hooked/.hooks/pre-commit
printf '#!/bin/sh\nexit 0\n' >hooked/.hooks/commit-msg
chmod +x hooked/.hooks/*
shiji init hooked >"$scratch/out"
same "core.hooksPath is where hooks go" \
	"commit-msg commit-msg.shiji pre-commit pre-commit.shiji pre-merge-commit prepare-commit-msg" \
	"$(find hooked/.hooks -type f -printf '%f\n' | sort | paste -sd ' ')"
same "a hook of the user's stays" 'exit 0' "$(tail -n 1 hooked/.hooks/commit-msg)"
check "with what to add to it" "$(grep -q '^left .*hooks/commit-msg: yours; ' "$scratch/out" && echo 0 || echo 1)"
check "one that runs Shiji's is kept" "$(grep -q '^kept .*hooks/pre-commit: yours, and runs ' "$scratch/out" && echo 0 || echo 1)"
sed -i 's/611/6l1/' hooked/data/2022-10/agri.tsv
git -C hooked add .
same "and that refuses unsound records" 1 "$(status git -C hooked commit -qm 'A slip')"

git -C hooked config diff.shiji.textconv cat
shiji init hooked >"$scratch/out"
check "a setting of the user's is left" "$(grep -q "^left  diff.shiji.textconv: it is 'cat'" "$scratch/out" && echo 0 || echo 1)"

same "a copy of a book" 0 "$(status shiji init --from "$RECORDS/county" county)"
(cd "$RECORDS/county" && find . -type f ! -name '.*' | sort | xargs sha256sum) >before
(cd county && find . -name .git -prune -o -type f ! -name '.*' -print | sort | xargs sha256sum) >after
check "has the same files" "$(cmp -s before after && echo 0 || echo 1)"
same "and is sound" 0 "$(status shiji validate -C county -p 2022-10)"
printf 'Note: ours\n' >>county/book.rec
same "copied to again" 0 "$(status shiji init --from "$RECORDS/county" county)"
same "it is let alone" 1 "$(grep -c '^Note: ours' county/book.rec)"
cp -R other linked
rm -rf linked/.git
ln -s /etc/passwd linked/data/2022-10/x.tsv
same "a book with a symbolic link is refused" 2 "$(status shiji init --from linked copied)"
check "by its name" "$(grep -q '^data/2022-10/x.tsv: error: .*symbolic' "$scratch/err" && echo 0 || echo 1)"
check "and nothing is copied" "$([ ! -e copied ] && echo 0 || echo 1)"
mkdir escape
ln -s "$PWD/half" escape/data
same "no link is followed out of the folder" 2 "$(status shiji init escape)"
mkdir linked/closed linked/closed/2022-10
rm linked/data/2022-10/x.tsv
same "closes are not copied" 0 "$(status shiji init --from linked copied)"
check "as is said" "$([ ! -e copied/closed ] && grep -q '^left  closed: ' "$scratch/out" && echo 0 || echo 1)"
same "what is no book is refused" 2 "$(status shiji init --from deep copied2)"

if [ "$(id -u)" -ne 0 ]; then
	mkdir fixed
	chmod a-w fixed
	same "a folder that may not be written to" 2 "$(status shiji init fixed)"
	check "is named" "$(grep -q 'fixed.*Permission denied' "$scratch/err" && echo 0 || echo 1)"
	chmod u+w fixed
else
	echo "ok a folder that may not be written to # SKIP run by root, who may"
fi
same "a folder that cannot be made" 2 "$(status shiji init /proc/city)"
check "is named" "$(grep -q '^shiji-init: /proc/city: ' "$scratch/err" && echo 0 || echo 1)"
same "a folder below a file" 2 "$(status shiji init mine/README/city)"
same "a full disk is said" 2 "$(shiji init other >/dev/full 2>/dev/null && echo 0 || echo $?)"

same "a server" 0 "$(status shiji init --server city.git)"
same "is bare" true "$(git -C city.git rev-parse --is-bare-repository)"
same "refuses deletion" true "$(git -C city.git config receive.denyDeletes)"
check "runs the guard" "$([ -x city.git/hooks/pre-receive ] && echo 0 || echo 1)"
same "a second time" 0 "$(status shiji init --server city.git)"
same "all is there" kept "$(words)"
mkdir outer/inner.git
same "in an empty folder of another repository" 0 "$(status shiji init --server outer/inner.git)"
same "it is one of its own" true "$(git -C outer/inner.git rev-parse --is-bare-repository)"
git clone -q --bare outer bare.git 2>/dev/null
same "a bare repository that is there" 0 "$(status shiji init --server bare.git)"
same "no book goes into one" 2 "$(status shiji init bare.git)"
same "one with a work tree is no server" 2 "$(status shiji init --server outer)"
same "nor is a folder with other things" 2 "$(status shiji init --server mine/../half/data)"
same "--from and --server" 2 "$(status shiji init --server --from county x)"
same "no folder" 2 "$(status shiji init)"

exit "$failed"
