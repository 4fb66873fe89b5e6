#!/bin/sh
# close.test.sh: what `shiji close` publishes, when it refuses, and that it
# leaves a repository either with the close or as it was.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
build=${BUILD:-$root/build}
# shellcheck source=tests/environment.sh
. "$root/tests/environment.sh"
# shellcheck source=tests/month_end.sh
. "$root/tests/month_end.sh"
# shellcheck source=tests/recfix.sh
. "$root/tests/recfix.sh"
cd "$scratch"

book=repository/book

closes() {
	new_repository
	expect 'prints the ranking' 0 "$(printf '2022-01\ta\ttotal\t10\t8.50\tscored\t\t2')" \
		shiji close -C $book 2022-01
	grep -q 'closed by commit' stderr || fail 'says what it made' 'nothing said'
	git -C repository show --name-only --format= HEAD >out
	printf 'book/closed/2022-01/%s\n' close.rec ranks.tsv scores.tsv >want
	check 'commits just its files' cmp out want
	git -C repository status --porcelain >out
	check 'leaves nothing to commit' test ! -s out
	check 'leaves a sound repository' git -C repository fsck --strict
	git -C repository cat-file -t close/2022-01 >out
	check 'makes an annotated tag' grep -qx tag out
	shiji score -C $book -p 2022-01 >want
	check 'publishes what score prints' cmp want $book/closed/2022-01/scores.tsv
	shiji close -q -C $book 2022-02 >ranking
	shiji score -C $book -p 2022-01..2022-02 -i total |
		shiji rank --since 2022-01 >want
	check 'publishes what rank prints' cmp want $book/closed/2022-02/ranks.tsv
	check 'prints what it publishes' cmp want ranking
	recfix_takes 'writes a record that recutils takes' $book/closed/2022-02/close.rec
	digest=$(sha256sum <$book/closed/2022-02/scores.tsv | cut -d ' ' -f 1)
	check 'names the digest of each file' grep -qx "Digest: scores.tsv $digest" \
		$book/closed/2022-02/close.rec
	digest=$(sha256sum <$book/closed/2022-01/close.rec | cut -d ' ' -f 1)
	check 'names the record before it' grep -qx "Previous: 2022-01 $digest" \
		$book/closed/2022-02/close.rec
	commit=$(git -C repository rev-parse HEAD~1)
	tree=$(git -C repository rev-parse HEAD~1:book)
	blob=$(git -C repository rev-parse HEAD:book/schemes/2022-01.rec)
	grep -E '^(SchemeBlob|Commit|Tree): ' $book/closed/2022-02/close.rec >out
	printf 'SchemeBlob: %s\nCommit: %s\nTree: %s\n' "$blob" "$commit" "$tree" >want
	check 'names what it was computed from' cmp want out
	shiji close -q -C $book -f table 2022-03 >out
	check 'shows a table where asked' grep -q '^period   unit  item' out
	proves 'all can be proved' '2022-01 proved' '2022-02 proved' '2022-03 proved'
	new_repository
	sed -i 's/\tc\t/\told_c\t/' $book/data/*/*.tsv
	(cd $book && printf '%%rec: Unit\n\nId: a\n\nId: b\n\nId: old_c\n' >units.rec &&
		git commit -qam 'an old name')
	shiji close -q -C $book 2022-01 >/dev/null
	(cd $book && printf '%%rec: Unit\n\nId: a\n\nId: b\n\nId: c\nAlias: old_c\n' >units.rec &&
		git commit -qam 'a new name')
	shiji close -q -C $book 2022-02 >out
	check 'follows a unit that was renamed' grep -q "^2022-02	c.*3	3	0$" out
}

dry_run() {
	new_repository
	fingerprint repository >want
	expect 'a dry run says what would be written' 0 'would write closed/2022-01/close.rec' \
		shiji close --dry-run -C $book 2022-01
	fingerprint repository >out
	check 'a dry run writes nothing at all' cmp want out
	expect 'its old letter works one version longer' 0 'note: -n is now --dry-run' \
		shiji close -n -C $book 2022-01
	expect 'a period may stand behind -p' 0 'would write closed/2022-01/close.rec' \
		shiji close --dry-run -C $book -p 2022-01
	expect 'a dry run refuses as well' 1 'still open' shiji close --dry-run -C $book 2022-02
}

refuses_dirty() {
	new_repository
	printf 'x\tc\t7\n' >>$book/data/2022-03/stats.tsv
	expect 'refuses a changed file' 1 'data/2022-03/stats.tsv: changed, not committed' \
		shiji close -C $book 2022-01
	git -C repository add book
	expect 'refuses a staged file' 1 'data/2022-03/stats.tsv: changed and staged, not committed' \
		shiji close -C $book 2022-01
	new_repository
	touch $book/notes
	expect 'refuses a file that git does not know' 1 'notes: not in git' \
		shiji close -C $book 2022-01
	rm $book/notes $book/offices.rec
	expect 'refuses a missing file' 1 'offices.rec: missing' shiji close -C $book 2022-01
	new_repository
	mkdir -p repository/.git/info && echo "*.tsv" >>repository/.git/info/exclude
	cp $book/data/2022-01/stats.tsv $book/data/2022-01/more.tsv
	expect 'refuses data that git ignores' 1 'data/2022-01/more.tsv: ignored by git' \
		shiji close -C $book 2022-01
	rm $book/data/2022-01/more.tsv
	touch repository/elsewhere && git -C repository add elsewhere
	check 'lets other folders be' shiji close -q -C $book 2022-01
	git -C repository status --porcelain >out
	check 'leaves what was staged there staged' grep -qx 'A  elsewhere' out
}

refuses_records() {
	new_repository
	printf 'x\td\t7\n' >>$book/data/2022-03/stats.tsv
	git -C repository commit -qam broken
	expect 'refuses an unsound book, and says where' 2 'data/2022-03/stats.tsv:5:3: error:' \
		shiji close -C $book 2022-01
	new_repository
	printf 'measure\tunit\tvalue\ny\ta\t1\n' >$book/data/2022-01/agri.tsv
	git -C repository commit -qam missing
	expect 'refuses missing values, with who owes them' 1 'missing: y of b in 2022-01, from agri' \
		shiji close -C $book 2022-01
	expect 'closes provisionally' 0 'provisional' shiji close --provisional -C $book 2022-01
	awk -F '\t' 'NR > 1 && $6 !~ /provisional/' $book/closed/2022-01/scores.tsv \
		$book/closed/2022-01/ranks.tsv | grep -v '^period' >out || :
	check 'a provisional close says so in every row' test ! -s out
	check 'and in its record' grep -qx 'Provisional: yes' $book/closed/2022-01/close.rec
	proves 'and can be proved' '2022-01 proved'
	expect 'refuses a period without data' 2 'no data for 2022-04' shiji close -C $book 2022-04
}

refuses_order() {
	new_repository
	expect 'refuses while an earlier month is open' 1 '2022-01 is still open' \
		shiji close -C $book 2022-02
	shiji close -q -C $book 2022-01 >/dev/null
	expect 'refuses what is closed already' 1 'closed already' shiji close -C $book 2022-01
	(cd $book && scheme x 2022 && git add . && git commit -qm year)
	expect 'refuses a year with an open month' 1 '2022-02 is still open' shiji close -C $book 2022
}

refuses_repository() {
	new_repository
	mkdir -p outside && cp -R $book outside/
	expect 'needs a repository' 2 'git init' shiji close -C outside/book 2022-01
	rm -rf bare.git && git clone -q --bare repository bare.git
	expect 'refuses a bare repository' 2 'bare' shiji close -C bare.git 2022-01
	git -C repository checkout -q --detach
	expect 'refuses a detached HEAD' 2 'git switch' shiji close -C $book 2022-01
	git -C repository checkout -q --orphan fresh
	expect 'refuses a branch without a commit' 2 'commit the records first' \
		shiji close -C $book 2022-01
	new_repository
	git -C repository rev-parse HEAD >repository/.git/MERGE_HEAD
	expect 'refuses while a merge is under way' 2 'finish or abort it' shiji close -C $book 2022-01
	rm repository/.git/MERGE_HEAD
	touch repository/.git/index.lock
	expect 'names a lock of the index' 2 'index.lock' shiji close -C $book 2022-01
	rm repository/.git/index.lock
	touch repository/.git/refs/heads/main.lock
	expect 'names a lock of the branch' 2 'refs/heads/main.lock' shiji close -C $book 2022-01
	rm repository/.git/refs/heads/main.lock
	mkdir -p repository/.git/refs/tags/close
	touch repository/.git/refs/tags/close/2022-01.lock
	expect 'names a lock of the tag' 2 'refs/tags/close/2022-01.lock' shiji close -C $book 2022-01
	rm repository/.git/refs/tags/close/2022-01.lock
	check 'and closes once they are gone' shiji close -q -C $book 2022-01
	check 'with a sound repository' git -C repository fsck --strict
}

refuses_tags() {
	new_repository
	git -C repository tag close/2022-01
	expect 'refuses a tag of that name' 2 'there is a tag close/2022-01 already' \
		shiji close -C $book 2022-01
	git -C repository tag -d close/2022-01 >/dev/null
	git -C repository tag close
	expect 'refuses where the name cannot be used' 2 'nothing was closed' \
		shiji close -C $book 2022-01
	# Two clones of one repository: the other one closes and pushes first.
	new_repository
	rm -rf shared.git other && git clone -q --bare repository shared.git
	git clone -q shared.git other
	git -C repository remote add origin ../shared.git
	shiji close -q -C other/book 2022-01 >/dev/null
	git -C other push -q origin main close/2022-01
	git -C repository fetch -q origin --tags
	expect 'refuses what was closed elsewhere' 2 'git pull' shiji close -C $book 2022-01
	# What an interrupted run leaves: the tag, but not the branch.
	new_repository
	shiji close -q -C $book 2022-01 >/dev/null
	made=$(git -C repository rev-parse HEAD)
	git -C repository reset -q --hard HEAD~1
	expect 'finishes an interrupted close' 0 'an interrupted close was finished' \
		shiji close -C $book 2022-01
	check 'with the very commit' test "$made" = "$(git -C repository rev-parse HEAD)"
	git -C repository reset -q --hard HEAD~1
	(cd repository && git commit -q --allow-empty -m 'something else')
	expect 'replaces an interrupted close of another state' 0 'it was replaced' \
		shiji close -C $book 2022-01
	proves 'and that can be proved' '2022-01 proved'
	git -C repository tag -d close/2022-01 >/dev/null
	expect 'sets a tag again that is gone' 0 'is set again' shiji close -C $book 2022-01
	proves 'and that can be proved too' '2022-01 proved'
	git -C repository reset -q --soft HEAD~0
	git -C repository rm -q -r --cached book/closed/2022-01
	rm -r $book/closed/2022-01
	expect 'puts files back that an interrupted close had not written' 0 \
		'an interrupted close was finished' shiji close -C $book 2022-01
	git -C repository status --porcelain >out
	check 'which leaves nothing to commit' test ! -s out
}

same_everywhere() {
	new_repository
	unset GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	SOURCE_DATE_EPOCH=1670000000 TZ=Asia/Shanghai LC_ALL=C.UTF-8 \
		shiji close -q -C $book 2022-01 >/dev/null
	git -C repository rev-parse HEAD close/2022-01 >want
	new_repository
	mv repository/book repository/moved && mv repository/moved repository/book
	SOURCE_DATE_EPOCH=1670000000 TZ=America/Lima LC_ALL=C \
		shiji close -q -C $book 2022-01 >/dev/null
	git -C repository rev-parse HEAD close/2022-01 >out
	check 'the same bytes on any machine' cmp want out
	git -C repository log -1 --format='%at %ct %ai' >out
	check 'SOURCE_DATE_EPOCH is the date' grep -qx '1670000000 1670000000 2022-12-02 16:53:20 +0000' out
	new_repository
	GIT_AUTHOR_NAME=Office GIT_AUTHOR_DATE='Mon, 5 Dec 2022 08:00:00 +0800' \
		GIT_COMMITTER_DATE='@1670200000 -0500' shiji close -q -C $book 2022-01 >/dev/null
	git -C repository log -1 --format='%an %ai %cn %ci' >out
	check "git's own variables hold" grep -qx \
		'Office 2022-12-05 08:00:00 +0800 Test Person 2022-12-04 19:26:40 -0500' out
	export GIT_AUTHOR_DATE='2022-11-05T08:00:00+0000' GIT_COMMITTER_DATE='2022-11-05T08:00:00+0000'
	new_repository
	expect 'refuses a date that is none' 2 'GIT_AUTHOR_DATE' \
		env GIT_AUTHOR_DATE=tomorrow shiji close -C $book 2022-01
	expect 'refuses an epoch that is none' 2 'SOURCE_DATE_EPOCH' \
		env -u GIT_AUTHOR_DATE SOURCE_DATE_EPOCH=x shiji close -C $book 2022-01
	expect 'needs to know who you are' 2 'git config user.name' \
		env -u GIT_AUTHOR_NAME -u GIT_AUTHOR_EMAIL HOME=/nonexistent shiji close -C $book 2022-01
	git -C repository status --porcelain >out
	check 'and changes nothing then' test ! -s out
}

# Fifty times two at once: one closes, the other says that it did not.
races() {
	new_repository
	cp -R repository start
	wins=0 sound=0
	for _ in $(seq "${RACES:-50}"); do
		rm -rf repository && cp -R start repository
		shiji close -q -C $book 2022-01 >/dev/null 2>first.err &
		pid=$!
		shiji close -q -C $book 2022-01 >/dev/null 2>second.err && b=0 || b=$?
		wait $pid && a=0 || a=$?
		case $a$b in 01 | 10) wins=$((wins + 1)) ;; *) cat first.err second.err ;; esac
		if [ "$(git -C repository rev-list --count HEAD)" -eq 2 ] &&
			[ "$(git -C repository rev-parse 'close/2022-01^{}')" = "$(git -C repository rev-parse HEAD)" ] &&
			[ -z "$(git -C repository status --porcelain)" ]; then
			sound=$((sound + 1))
		fi
	done
	check 'of two closes at once one wins' test $wins -eq "${RACES:-50}"
	check 'and the repository has one close' test $sound -eq "${RACES:-50}"
}

# As another user, since root may write wherever it likes.
read_only() {
	name='a read-only repository is left as it was'
	as_other='' there=$(mktemp -d /tmp/shiji-read-only.XXXXXX)
	new_repository
	cp -R repository "$there/"
	if [ "$(id -u)" -eq 0 ]; then
		as_other='setpriv --reuid=65534 --regid=65534 --clear-groups'
		chown -R 65534:65534 "$there"
	fi
	chmod -R a-w "$there/repository/.git"
	fingerprint "$there" >want
	if ! $as_other test -x "$build/bin/shiji-close" 2>stderr; then
		echo "ok $name # SKIP no other user can be used here"
	else
		# shellcheck disable=SC2086
		expect 'refuses a read-only repository' 2 'nothing was closed' \
			env HOME="$there" $as_other "$build/bin/shiji-close" -C "$there/$book" 2022-01
		fingerprint "$there" >out
		check "$name" cmp want out
	fi
	chmod -R u+w "$there"
	rm -rf "$there"
}

full_disk() {
	name='a full disk'
	mkdir -p disk
	if ! mount -t tmpfs -o size=640k tmpfs disk 2>/dev/null; then
		echo "ok $name # SKIP no file system can be mounted here"
		return
	fi
	new_repository
	cp -R repository disk/
	for left in 0 4 8 12 16 24 32; do
		rm -f disk/filler
		dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null || :
		size=$(stat -c %s disk/filler)
		truncate -s $((size - left * 1024)) disk/filler
		shiji close -q -C disk/repository/book 2022-01 >out 2>err && status=0 || status=$?
		rm disk/filler
		if [ "$status" -ne 0 ]; then
			check "$name with $left KiB left: nothing lost" git -C disk/repository fsck --strict
			shiji close -q -C disk/repository/book 2022-01 >out 2>err || :
		fi
		if [ "$(git -C disk/repository rev-parse 'close/2022-01^{}')" = "$(git -C disk/repository rev-parse HEAD)" ]; then
			pass "$name with $left KiB left: then closed"
		else
			fail "$name with $left KiB left: then closed" "status $status"
		fi
		rm -rf disk/repository && cp -R repository disk/
	done
	umount disk
}

signs() {
	new_repository
	ssh-keygen -q -t ed25519 -N '' -C office -f key
	ssh-keygen -q -t ed25519 -N '' -C other -f key2
	printf 'office@example.org %s\n' "$(cat key.pub)" >signers
	printf 'other@example.org %s\n' "$(cat key2.pub)" >others
	git -C repository config gpg.format ssh
	git -C repository config user.signingKey "$scratch/key"
	shiji close -q -C $book 2022-01 >/dev/null
	git -C repository config gpg.ssh.allowedSignersFile "$scratch/signers"
	check 'signs the tag as git does, with ssh' git -C repository tag -v close/2022-01
	git -C repository config commit.gpgSign true
	shiji close -q -C $book 2022-02 >/dev/null
	check 'signs the commit where git would' git -C repository verify-commit HEAD
	shiji close --verify --dry-run -C $book --signers signers 2>err | cut -f 1,2,5 >out
	printf 'period\tverdict\tsigner\n2022-01\tproved\toffice@example.org\n2022-02\tproved\toffice@example.org\n' >want
	check 'verify names who signed' cmp want out
	expect 'verify refuses a stranger' 1 'signed by none of the signers' \
		shiji close --verify --dry-run -C $book --signers others
	git -C repository config user.signingKey "$scratch/none"
	expect 'refuses where signing fails' 2 'cannot sign' shiji close -C $book 2022-03
	git -C repository config gpg.ssh.program "$scratch/no-program"
	expect 'refuses where signing cannot be run' 2 'to sign' shiji close -C $book 2022-03
	git -C repository config tag.gpgSign false
	git -C repository config commit.gpgSign false
	shiji close -q -C $book 2022-03 >/dev/null
	expect 'verify refuses a tag without signature' 1 'is not signed' \
		shiji close --verify --dry-run -C $book --signers signers 2022-03
}

signs_openpgp() {
	new_repository
	# Its socket's path must be short.
	GNUPGHOME=$(mktemp -d /tmp/gpg.XXXXXX)
	export GNUPGHOME
	if ! gpg --batch --quiet --passphrase '' --quick-gen-key 'Office <office@example.org>' \
		default default never 2>err; then
		echo "ok signs with gpg # SKIP no key can be made here"
	else
		gpg --batch --quiet --armor --export >signers.asc
		git -C repository config tag.gpgSign true
		git -C repository config user.signingKey office@example.org
		shiji close -q -C $book 2022-01 >/dev/null
		check 'signs the tag as git does, with gpg' git -C repository tag -v close/2022-01
		expect 'verify takes exported keys' 0 'Office <office@example.org>' \
			shiji close --verify --dry-run -C $book --signers signers.asc
		expect 'verify tells ssh from gpg' 1 'signers' \
			shiji close --verify --dry-run -C $book --signers signers
	fi
	gpgconf --kill all 2>/dev/null || :
	rm -rf "$GNUPGHOME"
	unset GNUPGHOME
}

usage() {
	new_repository
	expect 'needs a period' 2 'name one period' shiji close -C $book
	expect 'takes one period' 2 'name one period' shiji close -C $book 2022-01 2022-02
	expect 'names what is no period' 2 "'October' is no period" shiji close -C $book October
	expect '--signers is for verify' 2 '--verify' shiji close -C $book --signers x 2022-01
	expect '--reason is for correct' 2 '--correct' shiji close -C $book --reason x 2022-01
	# Two books of one repository have one name for their closes.
	cp -R $book repository/second
	(cd repository && git add . && git commit -qm 'a second book')
	shiji close -q -C $book 2022-01 >/dev/null
	expect 'two books cannot share a tag' 2 'there is a tag close/2022-01 already' \
		shiji close -C repository/second 2022-01
}

closes
dry_run
refuses_dirty
refuses_records
refuses_order
refuses_repository
refuses_tags
same_everywhere
read_only
full_disk
signs
signs_openpgp
usage
races
