# environment.sh: sourced by the test runners; sets what every test may rely
# on. Needs $root, the repository, and $build, its build folder; makes $scratch,
# which is removed at the end.
# shellcheck shell=sh

root=$(cd "$root" && pwd)
build=$(cd "$build" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/shiji-test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

mkdir "$scratch/home" "$scratch/tmp"
cat >"$scratch/home/.gitconfig" <<'END'
[user]
	name = Test Person
	email = test@example.org
[init]
	defaultBranch = main
[advice]
	detachedHead = false
[gc]
	auto = 0
END

# What libgit2 itself forgets, as of a search in settings, is not ours.
echo leak:libpcre2 >"$scratch/lsan"

ROOT=$root BUILD=$build RECORDS=$root/records
PATH=$build/bin:$PATH HOME=$scratch/home TMPDIR=$scratch/tmp
LC_ALL=C TZ=UTC
GIT_CONFIG_NOSYSTEM=1
LSAN_OPTIONS=suppressions=$scratch/lsan:print_suppressions=0
GIT_AUTHOR_NAME='Test Person' GIT_AUTHOR_EMAIL=test@example.org
GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
GIT_AUTHOR_DATE='2022-11-05T08:00:00+0000'
GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
export ROOT BUILD RECORDS PATH HOME TMPDIR LC_ALL TZ GIT_CONFIG_NOSYSTEM \
	LSAN_OPTIONS \
	GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE \
	GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE
unset XDG_CONFIG_HOME GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX \
	GIT_CONFIG_GLOBAL LANGUAGE LANG COLUMNS SOURCE_DATE_EPOCH
