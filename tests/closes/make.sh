#!/bin/sh
# make.sh: makes what a version of Shiji leaves to those after it: bundles of
# repositories with closes of every form, in a folder of its own beside this
# file, named after the version of the `shiji` in PATH. README tells what they
# hold. Each is made once: a folder that is there is never written to.
#
# Exit status: 0 made, 2 not, for one reason or another.
set -eu

# by OFFICE DATE: who commits from now on, and when.
by() {
	name=$(awk -v office="$1" '
	$1 == "Id:" { mine = $2 == office }
	mine && $1 == "Name:" { sub(/^Name: /, ""); print }' "$book/offices.rec")
	export GIT_AUTHOR_NAME="$name" GIT_AUTHOR_EMAIL="$1@example.org"
	export GIT_COMMITTER_NAME="$name" GIT_COMMITTER_EMAIL="$1@example.org"
	export GIT_AUTHOR_DATE="$2T09:00:00+08:00" GIT_COMMITTER_DATE="$2T09:00:00+08:00"
	# What signs takes the day for its own.
	SIGNING_TIME=$(echo "$2" | tr -d -)T010000
	export SIGNING_TIME
}

# commit PATH MESSAGE...: what stands at the path, in the repository.
commit() {
	git -C "$repository" add -- "$1"
	shift
	for text; do
		shift
		set -- "$@" -m "$text"
	done
	git -C "$repository" commit -q "$@"
}

# close ARGUMENTS...
close() {
	shiji close -C "$book" "$@" >/dev/null
}

# correct PERIOD REASON BASIS OFFICE
correct() {
	close --correct --reason "$2" --basis "$3" --approved-by "$4" "$1"
}

# set_value FILE MEASURE UNIT FROM TO: a value of the book, which was another.
set_value() {
	grep -q "^$2	$3	$4\(	\|\$\)" "$book/data/$1" ||
		fail "data/$1 does not say $4 for $2 of $3"
	sed -i "s/^\($2	$3	\)$4/\1$5/" "$book/data/$1"
}

fail() {
	echo "make.sh: $1" >&2
	exit 2
}

# start NAME FOLDER: an empty repository, whose book will be in the folder.
start() {
	repository=$scratch/$1 book=$scratch/$1/$2
	mkdir -p "$book"
	git init -q -b main "$repository"
}

# The city's year, its book at the root: tests/year.sh, and then the end of it.
make_county() {
	repository=$scratch/county book=$scratch/county
	sh "$root/tests/year.sh" "$book"
	by farm_office 2023-01-12
	set_value 2022-05/farm_office.tsv visit_b 庚县 '' 71.5
	commit data/2022-05/farm_office.tsv 'Enter the visit of May that came late' 'Reason: 暗访成绩补报'
	correct 2022-05 暗访成绩补报 '农办〔2022〕21号' farm_office
	by organization 2023-01-13
	set_value 2022-09/organization.tsv party_day_ok 丁县 1 0
	commit data/2022-09/organization.tsv 'Look through the minutes of 丁县 again' 'Reason: 主题党日台账复核'
	by farm_office 2023-01-14
	correct 2022-09 主题党日台账复核 '组织部函〔2023〕1号' organization
	by commerce 2023-01-15
	printf 'online_sales\t壬县\t1.9\nonline_sales\t癸县\t2.6\n' >>"$book/data/2022-12/commerce.tsv"
	commit data/2022-12/commerce.tsv 'Report the online sales of December'
	by farm_office 2023-01-16
	close 2022-12
	by farm_office 2023-01-20
	close 2022
}

# Who may sign for the lead office of a book; the key is thrown away.
make_ssh_key() {
	ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$scratch/key"
	echo "$1 $(cut -d ' ' -f 1,2 "$scratch/key.pub")" >"$made/$2.signers"
	git -C "$repository" config gpg.format ssh
	git -C "$repository" config user.signingKey "$scratch/key"
}

township_guard() {
	cat <<-END
		%rec: Guard

		Lead: farm_office
		Branch: main

		%rec: Officer

		Office: farm_office
		Author: farm_office@example.org
		Key: $(cut -d ' ' -f 1,2 "$scratch/key.pub")
	END
	for office in agri stats industry water projects environment organization; do
		printf '\n%%rec: Officer\n\nOffice: %s\nAuthor: %s@example.org\n' "$office" "$office"
	done
}

# report_townships PERIOD DATE NEXT_DATE: what each office reports; agriculture
# on a branch, which the lead office merges on the next day.
report_townships() {
	for file in "$root/records/township/data/$1"/*.tsv; do
		office=$(basename "$file" .tsv)
		by "$office" "$2"
		[ "$office" != agri ] || git -C "$repository" switch -q -c agri
		mkdir -p "$book/data/$1"
		cp "$file" "$book/data/$1"
		commit township "Report $1"
		[ "$office" != agri ] || git -C "$repository" switch -q main
	done
	by farm_office "$3"
	git -C "$repository" merge -q --no-ff -m "Merge the report of agri of $1" agri
	git -C "$repository" branch -q -d agri
}

# A county's townships, the book in a folder; the lead office signs by ssh.
make_township() {
	start township township
	make_ssh_key farm_office@example.org township
	git -C "$repository" config commit.gpgSign true
	cp -R "$root/records/township/." "$book"
	rm -r "$book"/data/2022-*
	township_guard >"$book/guard.rec"
	echo 'The book is in the folder township. All figures are made up.' >"$repository/README"
	by farm_office 2022-08-30
	commit . 'Begin the book of the townships'
	report_townships 2022-09 2022-10-03 2022-10-04
	by farm_office 2022-10-06
	close 2022-09
	report_townships 2022-10 2022-11-03 2022-11-04
	by farm_office 2022-11-06
	close 2022-10
	by industry 2022-11-10
	set_value 2022-09/industry.tsv private_output 乙镇 259 269
	commit township/data/2022-09/industry.tsv 'Count the firms of 乙镇 again' \
		'Reason: 漏报两家企业
Basis: 工信局 2022-11-09'
	by farm_office 2022-11-12
	correct 2022-09 漏报两家企业 '工信局 2022-11-09' industry
}

# Runs gpg at the time of the commit that is signed.
write_gpg() {
	cat >"$scratch/gpg" <<-'END'
		#!/bin/sh
		exec gpg --faked-system-time "$SIGNING_TIME!" "$@"
	END
	chmod +x "$scratch/gpg"
}

make_openpgp_key() {
	write_gpg
	SIGNING_TIME=20220101T000000 "$scratch/gpg" --batch --quiet --passphrase '' \
		--quick-gen-key "$1" ed25519 sign never 2>"$scratch/gpg.log" ||
		fail "$(cat "$scratch/gpg.log")"
	gpg --batch --quiet --armor --export >"$made/$2.signers"
	git -C "$repository" config gpg.program "$scratch/gpg"
	git -C "$repository" config user.signingKey "$1"
}

# A book that says all that rules can say, in a folder of a folder; its tags are
# signed by gpg.
make_language() {
	start language books/language
	make_openpgp_key 'The lead office <lead@example.org>' language
	cp -R "$root/tests/closes/language/." "$book"
	mv "$book/data/2022-03" "$book/schemes/2022-03.rec" "$scratch"
	mkdir "$scratch/quarter"
	mv "$book/data/2022-Q1" "$book/schemes/2022-Q1.rec" "$scratch/quarter"
	by lead 2022-03-05
	commit . 'Begin the book'
	close 2022-02
	mv "$scratch/2022-03.rec" "$book/schemes"
	mv "$scratch/2022-03" "$book/data"
	commit . 'Report 2022-03, and score it by another scheme'
	by lead 2022-04-05
	close --provisional 2022-03
	by stats 2022-04-08
	set_value 2022-03/stats.tsv 'done' D '' 73
	commit . 'done of D, late'
	by lead 2022-04-09
	correct 2022-03 'reported late' 'letter 7' stats
	mv "$scratch/quarter/2022-Q1" "$book/data"
	mv "$scratch/quarter/2022-Q1.rec" "$book/schemes"
	commit . 'Review the quarter'
	by lead 2022-04-12
	close 2022-Q1
	by stats 2022-04-15
	set_value 2022-02/stats.tsv visits D 5 0
	set_value 2022-02/stats.tsv profit B 83 38
	commit . 'Visits of D, profit of B: they were those of others'
	by lead 2022-04-16
	correct 2022-02 'figures of others' 'letter 9' lead
	by lead 2022-04-18
	correct 2022-Q1 'its month was corrected' 'letter 9' lead
}

# pack NAME: the repository as a bundle, its tags, and what is proved of it.
pack() {
	git -C "$repository" repack -adfq --window=250 --depth=50
	git -C "$repository" bundle create -q "$made/$1.bundle" HEAD main --tags
	git -C "$repository" for-each-ref \
		--format='%(objectname) %(*objectname) %(refname:strip=2)' refs/tags >"$made/$1.tags"
	set -- "$1" "$made/$1.signers"
	[ ! -e "$2" ] || set -- "$@" --signers "$2"
	proved=$made/$1.proved
	shift 2
	shiji close --verify -n -C "$book" -f tsv "$@" | cut -f 1-5 >"$proved"
}

clean_up() {
	gpgconf --kill all 2>/dev/null || :
	rm -rf "$scratch"
}

root=$(cd "$(dirname "$0")/../.." && pwd)
version=$(shiji --version | sed -n '1s/.* //p')
[ -n "$version" ] || fail 'there is no shiji in PATH; see that it is there'
folder=$root/tests/closes/$version
[ ! -e "$folder" ] || fail "$folder is there already; closes are made once, and then kept"
# A short path, since the agent of gpg has a socket in it.
scratch=$(mktemp -d /tmp/closes.XXXXXX)
trap clean_up EXIT
trap 'exit 2' INT TERM HUP
made=$scratch/made
mkdir "$made" "$scratch/home" "$scratch/gnupg"
chmod 700 "$scratch/gnupg"
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX SOURCE_DATE_EPOCH
export HOME="$scratch/home" XDG_STATE_HOME="$scratch/home" GNUPGHOME="$scratch/gnupg"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null LC_ALL=C TZ=UTC

make_county
pack county
make_township
pack township
make_language
pack language
mv "$made" "$folder"
