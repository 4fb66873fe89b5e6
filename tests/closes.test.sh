#!/bin/sh
# closes.test.sh: what earlier versions closed. Of each bundle in tests/closes
# every close is proved, tag and message included, and the rules that its record
# names give the same bytes again; a byte that is changed is found; and the
# guard lets the whole history in.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
build=${BUILD:-$root/build}
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
# shellcheck source=tests/month_end.sh
. "$root/tests/month_end.sh"
cd "$scratch"
export XDG_STATE_HOME="$scratch/state"
# Later than all of them, so that what is forged is found by what it changes.
export GIT_AUTHOR_DATE=2030-01-01T00:00:00Z GIT_COMMITTER_DATE=2030-01-01T00:00:00Z

# at REVISION PATH: what a path of the book is there, in the clone.
at() {
	git -C clone show "$1:$prefix$2"
}

# verify ARGUMENT...: what is said of each period, as NAME.proved has it.
verify() {
	if [ -e "$bundle.signers" ]; then
		set -- "$@" --signers "$bundle.signers"
	fi
	shiji close --verify -f tsv "$@" >rows && verified=0 || verified=$?
	cut -f 1-5 rows >proved
	return "$verified"
}

# proves_all NAME ARGUMENT...: all of NAME.proved, and with status 0.
proves_all() {
	proves_name=$1
	shift
	check "$proves_name" verify "$@"
	check "$proves_name: these" cmp "$bundle.proved" proved
}

tags_of() {
	git -C "$1" for-each-ref \
		--format='%(objectname) %(*objectname) %(refname:strip=2)' refs/tags
}

proofs() {
	rm -rf clone bare.git state
	git clone -q "$bundle.bundle" clone
	git clone -q --bare "$bundle.bundle" bare.git
	check "$name: a sound repository" git -C clone fsck --strict
	tags_of clone >tags
	check "$name: the tags that were made" cmp "$bundle.tags" tags
	prefix=$(git -C clone ls-tree -r --name-only HEAD |
		sed -n 's,closed/[^/]*/close\.rec$,,p' | sort -u)
	proves_all "$name: proved" -C "clone/$prefix"
	proves_all "$name: proved without a work tree" -n -C bare.git -r "main:${prefix%/}"
}

# Of scores, the rows of the total.
totals() {
	awk -F '\t' 'NR == 1 || $3 == "total"'
}

# What was published of the period before, if anything was; the present folder
# has now.tsv.
totals_before() {
	previous=$(sed -n 's/^Previous: \([^ ]*\) .*/\1/p' record)
	if [ -n "$previous" ]; then
		at "$source" "closed/$previous/scores.tsv" | totals
	else
		sed 1q now.tsv
	fi
}

# Every row of a provisional close says so, beside its state of that day.
provisional() {
	if grep -qx 'Provisional: yes' record; then
		awk -F '\t' -v OFS='\t' '
		NR > 1 { $6 = ($6 == "scored" ? "" : $6 "+") "provisional" } 1'
	else
		cat
	fi
}

# results TAG: score and rank what the record names, by the program of today.
results() {
	period=${1#close/} period=${period%.*}
	at "$1" "closed/$period/close.rec" >record
	check "$name: $1: names its version" grep -qx "Program: $version" record
	source=$(sed -n 's/^Commit: //p' record)
	scheme=$(sed -n 's/^Scheme: //p' record)
	ties=$(at "$source" "$scheme" | sed -n '/^%rec: Item/q; s/^Ties: //p')
	shiji score -C clone -r "$source:${prefix%/}" -p "$period" | provisional >now.tsv
	at "$1" "closed/$period/scores.tsv" >want
	check "$name: $1: scored again" cmp want now.tsv
	totals_before >before.tsv
	totals <now.tsv | shiji rank -t "$ties" --against ./before.tsv >got || :
	at "$1" "closed/$period/ranks.tsv" >want
	check "$name: $1: ranked again" cmp want got
}

# The last close, which is the tip: its tag, period and folder.
last_close() {
	rm -rf tampered
	cp -R clone tampered
	tag=$(git -C clone tag --points-at HEAD 'close/*')
	period=${tag#close/} period=${period%.*}
	folder=tampered/${prefix}closed/$period
}

# change_digit FILE ADDRESS BEFORE: of a line that sed finds there, the digit,
# be it hexadecimal, that comes after what begins the line.
change_digit() {
	sed -E -i "$2 { s/^($3)[0-4]/\19/; t; s/^($3)[5-9a-f]/\10/ }" "$1"
}

# change_score: of the first row, in the last close.
change_score() {
	change_digit "$folder/scores.tsv" 2 '([^	]*	){4}'
}

# forge: the tip once more with what the work tree has, and the same tag on it.
forge() {
	git -C tampered commit -qa --amend --no-edit
	digest=$(sha256sum <"$folder/close.rec" | cut -d ' ' -f 1)
	git -C tampered cat-file tag "$tag" |
		sed "s/^object .*/object $(git -C tampered rev-parse HEAD)/; s/^close.rec .*/close.rec $digest/" |
		set_tag
}

# The tag is what standard input says.
set_tag() {
	git -C tampered update-ref "refs/tags/$tag" "$(git -C tampered mktag)"
}

# finds WHAT CHECK: the last close is not proved, for this, and the others are.
finds() {
	verify -n -C "tampered/$prefix" && finds_status=0 || finds_status=$?
	awk -F '\t' 'NR > 1 && $2 != "proved" { print $1, $2, $6 }' rows >got
	echo "$period not-proved $2" >want
	check "$name: $1 is found" cmp want got
	check "$name: $1 has its status" test "$finds_status" -eq 1
}

tampering() {
	last_close
	change_score
	git -C tampered commit -qam 'a figure'
	finds 'a byte of a result' changed
	last_close
	change_digit "$folder/close.rec" '/^Digest: scores/' 'Digest: scores.tsv '
	forge
	finds 'a byte of a digest' digest
	last_close
	change_score
	digest=$(sha256sum <"$folder/scores.tsv" | cut -d ' ' -f 1)
	sed -i "s/^Digest: scores.tsv .*/Digest: scores.tsv $digest/" "$folder/close.rec"
	forge
	finds 'a byte of a result, with its digest' results
	last_close
	git -C tampered cat-file tag "$tag" >message
	change_digit message '/^close.rec /' 'close.rec '
	set_tag <message
	# What signs it finds it first; what was seen, where nothing does.
	if [ -e "$bundle.signers" ]; then
		finds "a byte of the tag's message" signature
	else
		cp -R clone seen && rm -rf clone && mv tampered clone
		ln -s clone tampered
		finds "a byte of the tag's message" seen
		rm -rf clone tampered && mv seen clone
	fi
}

# Its first commit, then all others at once, with the tags.
guarded() {
	rm -rf server.git
	shiji init --server server.git >/dev/null
	first=$(git -C clone rev-list --max-parents=0 main)
	check "$name: the guard lets the first commit in" \
		git -C clone push -q ../server.git "$first:refs/heads/main"
	check "$name: the guard lets the history in" \
		git -C clone push -q --atomic ../server.git main 'refs/tags/*:refs/tags/*'
	tags_of server.git >tags
	check "$name: the server has the tags" cmp "$bundle.tags" tags
}

for file in "$root"/tests/closes/*/*.bundle; do
	bundle=${file%.bundle}
	version=$(basename "$(dirname "$file")")
	name="$version $(basename "$bundle")"
	proofs
	while read -r _ _ tag; do
		results "$tag"
	done <"$bundle.tags"
	tampering
	guarded
done
