# sessions.sh: sourced by the tests that do what a page tells its reader to do.
# A session is made of lines: `$ ` before a command, `> ` before the lines that
# continue it, and then what it prints, up to the next command. Needs $scratch.
# shellcheck shell=sh

session_passed=0 session_failed=0 session_skipped=0

# session_report STATUS WHAT: one line for a check.
session_report() {
	if [ "$1" -eq 0 ]; then
		session_passed=$((session_passed + 1))
		echo "ok $2"
	else
		session_failed=$((session_failed + 1))
		echo "not ok $2"
	fi
}

# session_is_skipped COMMAND NAME: whether its file shows what GNU recutils does,
# and they are not here; one line for that.
session_is_skipped() {
	grep -q '^recsel ' "$1" && ! command -v recsel >/dev/null || return 1
	session_skipped=$((session_skipped + 1))
	echo "ok $2 # SKIP recsel is not installed"
}

# divide_sessions FOLDER: from lines `NUMBER<TAB>LINE`, those of other text
# left out and one with LINE `-- ` after each session, to FOLDER/NUMBER.command
# and FOLDER/NUMBER.want, NUMBER being that of the command's line in the page.
divide_sessions() {
	mkdir "$1"
	awk -F '\t' -v folder="$1" '
	function finish() {
		if (base == "")
			return
		close(base ".command")
		printf "" >>(base ".want")
		close(base ".want")
		base = ""
	}
	{ line = substr($0, length($1) + 2) }
	line == "-- " { finish(); next }
	line ~ /^\$ / {
		finish()
		base = sprintf("%s/%04d", folder, $1)
		is_command = 1
		print substr(line, 3) >(base ".command")
		next
	}
	base == "" { next }
	is_command && line ~ /^>( |$)/ { print substr(line, 3) >(base ".command"); next }
	{ is_command = 0; print line >(base ".want") }
	END { finish() }'
}

# run_sessions FOLDER WORK PAGE: each command in turn, in the folder WORK. It
# must print what the page shows and nothing else, errors included, and end
# with a status that tools use for findings, at most 1.
run_sessions() {
	for session_command in "$1"/*.command; do
		session_line=$(basename "$session_command" .command | sed 's/^0*//')
		session_name="$3:$session_line: $(head -n 1 "$session_command")"
		! session_is_skipped "$session_command" "$session_name" || continue
		(cd "$2" && timeout 120 sh "$session_command") </dev/null >"${scratch:?}/got" 2>&1 &&
			session_status=0 || session_status=$?
		if diff -a -u --label expected --label actual "${session_command%.command}.want" \
			"$scratch/got" >"$scratch/difference" && [ "$session_status" -le 1 ]; then
			session_report 0 "$session_name"
		else
			session_report 1 "$session_name (status $session_status)"
			sed 's/^/    /' "$scratch/difference"
		fi
	done
}

# The last line of such a test, and its status.
finish_sessions() {
	echo "$session_passed passed, $session_failed failed, $session_skipped skipped"
	[ "$session_passed" -gt 0 ] && [ "$session_failed" -eq 0 ]
}
