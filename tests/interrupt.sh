# interrupt.sh: sourced by the tests that disturb `shiji close` at every system
# call that writes, one after the other. Whatever happens, the repository is
# sound, the period is open or closed, and the next close finishes it or says
# that it is closed. Needs month_end.sh, and $build.
# shellcheck shell=sh

book=repository/book
# A sanitiser cannot look for leaks where a tracer sits already.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

calls=openat,write,pwrite64,rename,renameat,renameat2,link,linkat,unlink,unlinkat,fsync,fdatasync,mkdir,mkdirat,fchmod,chmod,ftruncate

# The calls that write, each as `CALL NUMBER`: of all openat() those that may
# make a file, and no write() to a standard stream.
list_calls() {
	awk '
	{ sub(/^[0-9]+ +/, "") }
	!/^[a-z0-9]+\(/ { next }
	{ call = $0; sub(/\(.*/, "", call); number = ++count[call] }
	call == "openat" && !/O_CREAT/ { next }
	call == "write" && /^write\([12],/ { next }
	{ print call, number }' "$1"
}

# Removes the locks that a killed program leaves, as its successor asks for.
remove_locks() {
	find repository/.git -name '*.lock' -exec rm -f {} +
}

# What must hold after any interruption; says why it does not.
still_sound() {
	git -C repository fsck --strict >stdout 2>stderr || {
		echo 'git fsck'
		return
	}
	tag=$(git -C repository rev-parse -q --verify 'close/2022-01^{}' || :)
	if git -C repository cat-file -e HEAD:book/closed/2022-01/close.rec 2>stderr; then
		[ "$tag" = "$head" ] || echo 'closed without its tag'
		[ "$head" != "$before" ] || echo 'closed without a commit'
	else
		[ "$head" = "$before" ] || echo 'a commit without the close'
	fi
}

# The next close: done, finished, or closed already.
then_closes() {
	remove_locks
	shiji close -C $book 2022-01 >stdout 2>stderr && status=0 || status=$?
	if [ "$status" -ne 0 ] && ! grep -q 'closed already' stderr; then
		echo "the next close: status $status"
		return
	fi
	[ -z "$(git -C repository status --porcelain)" ] || echo 'files that are not as committed'
	[ "$(git -C repository rev-parse HEAD~1)" = "$before" ] || echo 'not one commit'
	[ "$(verdicts 2022-01)" = '2022-01 proved' ] || echo 'not proved'
}

# interrupt NAME INJECTION STATUS: one run; STATUS is what it may end with.
interrupt() {
	rm -rf repository && cp -R start repository
	strace -f --seccomp-bpf -qq -o trace.out -e trace=none -e "inject=$2" \
		"${build:?}/bin/shiji-close" -q -C $book 2022-01 >stdout 2>run.err && status=0 || status=$?
	head=$(git -C repository rev-parse HEAD)
	fault=$(still_sound)
	if [ "$status" -eq 0 ] && [ "$head" = "$before" ] && [ "$3" != any ]; then
		fault="$fault; said to be closed and is not"
	fi
	[ -n "$fault" ] || fault=$(then_closes)
	if [ -z "$fault" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1: $fault"
		sed 's/^/    /' run.err stderr
	fi
}

# run_all NAME INJECTION STATUS: all calls, one after the other.
run_all() {
	passed=0 failed=0
	while read -r call number; do
		interrupt "$call $number" "$call:$2:when=$number" "$3"
	done <calls
	check "$1 at each of $(wc -l <calls) calls that write" test $failed -eq 0 -a $passed -gt 20
}

# disturb NAME INJECTION STATUS: all of it.
disturb() {
	if ! strace -qq -o trace.out true 2>/dev/null; then
		echo "ok $1 at every call that writes # SKIP no process can be traced here"
		return
	fi
	new_repository
	mv repository start
	before=$(git -C start rev-parse HEAD)
	cp -R start repository
	strace -f -qq -o trace.out -e trace=$calls "${build:?}/bin/shiji-close" -q -C $book 2022-01 >stdout
	list_calls trace.out >calls
	run_all "$@"
}
