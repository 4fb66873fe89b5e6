#!/bin/sh
# setup.sh [-n] PURPOSE...: see that what a purpose needs is there, and install
# what is not (only Debian packages, only missing ones). Says nothing where
# nothing is missing. With -n it only names what is missing. What is optional
# is installed where apt has it; where it does not, it is said to be missing.
#
# Exit status: 0 all there that is needed, 2 something is missing and cannot be
# installed.
set -eu

# What to look for: a command, a library known to pkg-config, or a file; and
# its package. An optional command is one without which tests are skipped.
needs() {
	case $1 in
	build | demo)
		echo "
		command make make
		command ${compiler%% *} $compiler_package
		header stdio.h libc6-dev
		command awk mawk
		command pkg-config pkg-config
		library gmp libgmp-dev
		library mpfr libmpfr-dev
		library libgit2 libgit2-dev
		library libutf8proc libutf8proc-dev
		library nettle nettle-dev"
		[ $compiler_package = gcc ] || needs clang
		[ "$1" = build ] || echo "command git git"
		;;
	check | golden)
		needs demo
		echo "
		library cmocka libcmocka-dev
		command cmp diffutils
		command python3 python3
		optional recsel recutils
		command mandoc mandoc
		command strace strace
		command ssh-keygen openssh-client
		command gpg gpg
		command gpg-agent gpg-agent"
		;;
	check-release)
		needs demo
		echo "
		command mmdebstrap mmdebstrap
		command unshare util-linux"
		;;
	bench)
		needs demo
		echo "
		command python3 python3
		command mawk mawk"
		;;
	lint)
		needs check
		echo "
		command clang clang
		command clang-tidy clang-tidy
		command clang-format clang-format
		command cppcheck cppcheck
		command shellcheck shellcheck"
		;;
	fuzz)
		needs build
		needs clang
		;;
	clang)
		echo "
		command clang clang
		runtime fuzzer libclang-rt-dev"
		;;
	*)
		echo "setup.sh: unknown purpose '$1'" >&2
		exit 2
		;;
	esac
}

is_there() {
	# The compiler may be given with flags.
	# shellcheck disable=SC2086
	case $1 in
	command | optional) command -v "$2" >/dev/null ;;
	header) echo "#include <$2>" | $compiler -E - >/dev/null 2>&1 ;;
	library) pkg-config --exists "$2" 2>/dev/null ;;
	runtime)
		folder=$(clang -print-resource-dir 2>/dev/null) &&
			ls "$folder"/lib/*/libclang_rt."$2"* >/dev/null 2>&1
		;;
	esac
}

# The packages that are missing, on one line, each once; those that are needed,
# or with `optional` before the purposes those that are not.
missing() {
	wanted=needed
	if [ "$1" = optional ]; then
		wanted=optional
		shift
	fi
	for purpose; do
		needs "$purpose"
	done | sort -u | while read -r kind name package; do
		case $kind in
		'') continue ;;
		optional) [ $wanted = optional ] || continue ;;
		*) [ $wanted = needed ] || continue ;;
		esac
		is_there "$kind" "$name" || echo "$package"
	done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif [ -t 0 ]; then
		sudo "$@"
	else
		sudo -n "$@"
	fi
}

install_packages() {
	command="apt-get update && apt-get install -y --no-install-recommends $*"
	if ! command -v apt-get >/dev/null; then
		echo "setup.sh: please install what Debian calls: $*" >&2
		return 2
	elif [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
		echo "setup.sh: missing packages; as root, please run: $command" >&2
		return 2
	fi
	echo "setup.sh: installing $*" >&2
	if ! as_root apt-get -q update || ! apt_install "$@"; then
		echo "setup.sh: that failed; as root, please run: $command" >&2
		return 2
	fi
}

apt_install() {
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q install -y --no-install-recommends "$@"
}

has_package() {
	apt-cache show --no-all-versions "$1" 2>/dev/null | grep -q '^Package:'
}

# Whether apt has lists of packages, which a new machine has not.
has_lists() {
	# What is in the quotes is apt's.
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(FILENAME)' 'Created-By: Packages' | grep -q .
}

# Each that can be had; a failure is no more than said.
install_optional() {
	if command -v apt-get >/dev/null; then
		has_lists || as_root apt-get -q update || :
		for package; do
			! has_package "$package" || apt_install "$package" || :
		done
	fi
}

compiler=${CC:-cc}
case $compiler in
*clang*) compiler_package=clang ;;
*) compiler_package=gcc ;;
esac
only_name=
if [ "${1:-}" = -n ]; then
	only_name=1
	shift
fi
for purpose; do
	needs "$purpose" >/dev/null
done
packages=$(missing "$@")
if [ -n "$only_name" ]; then
	[ -n "$packages" ] || exit 0
	echo "setup.sh: missing packages: $packages" >&2
	exit 2
fi
if [ -n "$packages" ]; then
	# Words on purpose: package names hold no blank.
	# shellcheck disable=SC2086
	install_packages $packages >&2 || exit 2
	packages=$(missing "$@")
	[ -z "$packages" ] || {
		echo "setup.sh: still missing: $packages" >&2
		exit 2
	}
fi
packages=$(missing optional "$@")
[ -n "$packages" ] || exit 0
# shellcheck disable=SC2086
install_optional $packages >&2
packages=$(missing optional "$@")
[ -z "$packages" ] ||
	echo "setup.sh: not to be had here: $packages; what needs it is skipped" >&2
