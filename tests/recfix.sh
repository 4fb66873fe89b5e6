# recfix.sh: sourced by tests; holds recfiles to recfix of GNU recutils, which
# not every release of Debian has: without it the test is skipped, by its name.
# shellcheck shell=sh

# recfix_takes NAME FILE...: one line, and what recfix says where it says a thing.
recfix_takes() {
	recfix_name=$1 recfix_says=''
	shift
	if ! command -v recfix >/dev/null; then
		echo "ok $recfix_name # SKIP recfix is not installed"
		return
	fi
	for recfix_file; do
		recfix_says=$recfix_says$(recfix --check "$recfix_file" 2>&1) ||
			recfix_says="$recfix_says $recfix_file"
	done
	if [ $# -gt 0 ] && [ -z "$recfix_says" ]; then
		echo "ok $recfix_name"
	else
		echo "not ok $recfix_name"
		printf '    %s\n' "$recfix_says"
	fi
}
