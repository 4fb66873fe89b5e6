#!/bin/sh
# release.sh FOLDER: builds and tests what is committed on the other release of
# Debian that is supported, as README says, in a chroot with no more than git
# and make; and holds what the demo prints there to what it prints here. Needs
# root. The chroot is made in FOLDER with mmdebstrap, from where apt gets this
# machine's packages, and is left there, with what was installed in it, for the
# next run; so are the logs.
#
# Ends with the last line of `make check` there. Exit status: 0 all passed and
# the same, 1 something failed or differs, 2 it could not be tried.
set -eu

fail() {
	echo "release.sh: $*" >&2
	exit 2
}

other_release() {
	case $1 in
	bookworm) echo trixie ;;
	trixie) echo bookworm ;;
	*) return 1 ;;
	esac
}

#
# The chroot
#

# The lines of a sources.list for a release, after those of this machine, in
# whatever form and place it has them. What is in single quotes is apt's.
# shellcheck disable=SC2016
list_sources() {
	apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI)' \
		'Created-By: Packages' |
		awk -v own="$own" -v other="$1" '
		$1 == "Debian" && $2 == "main" && $3 ~ "^" own "(-updates|-security)?$" {
			sub(own, other, $3)
			print "deb", $4, $3, $2
		}' | sort -u
}

sources() {
	[ -n "$(list_sources "$1")" ] || apt-get -q update >&2
	list_sources "$1" | grep . || fail "apt has no source of Debian's $own here"
}

# How apt gets to its sources: proxies, certificates, how much is checked.
network_options() {
	apt-config dump |
		grep -E '^Acquire::(https?|Check-|Languages|Retries|ForceIPv)' |
		grep -v 'Proxy-Auto-Detect' || :
}

# The files that these options name, such as certificates.
network_files() {
	network_options | sed -n 's/^[^ ]* "\(\/.*\)";$/\1/p' | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
	[ ! -f /etc/ssl/certs/ca-certificates.crt ] || echo /etc/ssl/certs/ca-certificates.crt
}

# make_chroot RELEASE ROOT
make_chroot() {
	sources "$1" >"$folder/sources.list"
	network_options >"$folder/apt.conf"
	rm -rf "$2.new"
	mmdebstrap --mode=root --variant=minbase --include=ca-certificates,git,make \
		--aptopt="$folder/apt.conf" "$1" "$2.new" - <"$folder/sources.list" >&2 ||
		fail "mmdebstrap cannot make a chroot of $1"
	mv "$2.new" "$2"
}

# Of this machine: how names are found, and what certificates are trusted.
prepare_network() {
	cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
	network_files | while read -r file; do
		mkdir -p "$1$(dirname "$file")"
		cp -L "$file" "$1$file"
	done
}

# inside ROOT COMMAND: run by sh in the folder of the repository. All that is
# mounted is so for these processes alone, and gone with them.
inside() {
	# The dollars are for the shells within.
	# shellcheck disable=SC2016
	unshare --mount --pid --fork --kill-child sh -c '
		root=$1
		shift
		mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" &&
			exec chroot "$root" /usr/bin/env -i "$@"' sh "$1" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		HOME=/root LANG=C.UTF-8 \
		${http_proxy:+http_proxy="$http_proxy"} \
		${https_proxy:+https_proxy="$https_proxy"} \
		${no_proxy:+no_proxy="$no_proxy"} \
		sh -c "cd /src/shiji && $2" </dev/null
}

#
# The two releases
#

# clone FOLDER: what is committed, and beside it what the tests may use.
clone() {
	rm -rf "$1"
	mkdir -p "$1"
	git clone -q --no-hardlinks "$root" "$1/shiji"
	[ ! -d "$root/../shared" ] || cp -RH "$root/../shared" "$1/shared"
}

# What a log of `make demo` has of the demo itself.
demo_of() {
	sed -n '/^To repeat this from here: /,$p' "$1"
}

# seconds WHAT START: it is done.
seconds() {
	echo "check-release: $1: $(($(date +%s) - $2)) s"
}

# The end of a log of a command that failed.
show_end() {
	tail -n 40 "$1"
	return 1
}

demo_here() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$folder/$own/shiji" \
		--no-print-directory demo JOBS="$jobs" \
		>"$folder/$own.demo" 2>&1 </dev/null || show_end "$folder/$own.demo"
}

demo_there() {
	inside "$chroot" "make demo JOBS=$jobs" >"$folder/$other.demo" 2>&1 ||
		show_end "$folder/$other.demo"
}

# Shows the differences; false where there are any.
compare_demos() {
	demo_of "$folder/$own.demo" >"$folder/$own.shown"
	demo_of "$folder/$other.demo" >"$folder/$other.shown"
	[ -s "$folder/$own.shown" ] &&
		diff -a -u --label "$own" --label "$other" \
			"$folder/$own.shown" "$folder/$other.shown"
}

check_there() {
	inside "$chroot" "make check JOBS=$jobs" >"$folder/$other.check" 2>&1
}

# What failed and what was skipped, and last how many.
show_check() {
	closing=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$1" | tail -n 1)
	[ -n "$closing" ] || tail -n 40 "$1"
	awk '/^== / { inside = 1 } /^make: / { inside = 0 }
	(inside || /^skipped: /) && !/^[0-9]+ passed, /' "$1"
	echo "$closing"
}

root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
jobs=${JOBS:-$(nproc)}
own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
other=$(other_release "$own") ||
	fail "this machine has neither Debian 12 (bookworm) nor 13 (trixie)"
[ "$(id -u)" -eq 0 ] || fail "a chroot can be made by root only: sudo make check-release"
unshare --mount --pid --fork true 2>/dev/null ||
	fail "nothing can be mounted here, which a chroot needs"
[ -z "$(git -C "$root" status --porcelain)" ] ||
	echo "release.sh: what is not committed is left out" >&2
chroot=$folder/$other.root
trap 'exit 130' INT TERM HUP

start=$(date +%s)
[ -d "$chroot" ] || make_chroot "$other" "$chroot"
prepare_network "$chroot"
clone "$folder/$own"
clone "$chroot/src"
seconds "a chroot of $other" "$start"
failed=0
start=$(date +%s)
demo_here || failed=1
seconds "make demo on $own" "$start"
start=$(date +%s)
demo_there || failed=1
seconds "make demo on $other" "$start"
if [ $failed -eq 0 ]; then
	compare_demos || failed=1
	[ $failed -eq 1 ] || echo 'check-release: both print the same'
fi
start=$(date +%s)
check_there || failed=1
seconds "make check on $other" "$start"
show_check "$folder/$other.check"
exit $failed
