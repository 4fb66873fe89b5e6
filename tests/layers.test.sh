#!/bin/sh
# layers.test.sh: that tests/layers.sh refuses what it is for, each kind on a
# small tree made for it, and takes what is as it should be.
set -eu

root=${ROOT:-$(cd "$(dirname "$0")/.." && pwd)}
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# put FILE LINE...: a file of the tree.
put() {
	file=$tree/$1
	shift
	mkdir -p "$(dirname "$file")"
	printf '%s\n' "$@" >"$file"
}

# A tree of two modules and a tool that nothing is wrong with.
start() {
	rm -rf "${tree:?}/lib" "$tree/cmd"
	put lib/base/str.h 'int str_size(int);'
	put lib/base/str.c '#include "base/str.h"'
	put lib/book/book.h '#include "base/str.h"' 'struct book;' \
		'struct book *book_new(void);'
	put lib/book/book.c '#include "book/book.h"'
	put cmd/tool.c '#include "book/book.h"'
}

# expect NAME TEXT: what is said of the tree; an empty TEXT: nothing is wrong.
expect() {
	status=0
	sh "$root/tests/layers.sh" "$tree" >"$tree/out" || status=$?
	if [ -n "$2" ] && [ "$status" -eq 1 ] && [ "$(cat "$tree/out")" = "$2" ]; then
		echo "ok $1"
	elif [ -z "$2" ] && [ "$status" -eq 0 ] && ! grep -q error "$tree/out"; then
		echo "ok $1"
	else
		echo "not ok $1: status $status"
		sed 's/^/    /' "$tree/out"
	fi
}

start
expect 'a tree in order' ''

start
put lib/book/book.c '' '#include "book.h"'
expect 'a bare include' \
	'lib/book/book.c:2: error: "book.h" is named without its folder; write "FOLDER/book.h"'

start
put lib/base/str.c '#include "base/str.h"' '#include "book/book.h"'
expect 'an upward include, and the circle that it makes' \
	'lib/base/str.c:2: error: "book/book.h" lies above base; move what is needed down, or what needs it up
lib/book/book.h:1: error: "base/str.h" closes a circle: base/str > book/book > base/str; one of them must do without'

start
put lib/format/rec.h '#include "git/source.h"'
put lib/git/source.h ''
expect 'a sideways include' \
	'lib/format/rec.h:1: error: "git/source.h" lies beside format; move what both need down'

start
put lib/base/str.c '#  include "drawer/str.h"'
expect 'a folder that is no layer' \
	'lib/base/str.c:1: error: "drawer" is no layer; write the folder of lib in which "drawer/str.h" lies'

start
put cmd/tool.c '#include <git2.h>' '#include <stdio.h>'
put lib/close/proof.c '#include <git2/sys/odb_backend.h>'
put lib/git/commit.c '#include <git2.h>'
expect 'libgit2 outside of its folder' \
	'cmd/tool.c:1: error: <git2.h> belongs to lib/git alone; ask a module of that folder
lib/close/proof.c:1: error: <git2/sys/odb_backend.h> belongs to lib/git alone; ask a module of that folder'

start
put lib/git/commit.h '#include "git/private.h"'
put lib/git/private.h '#include <git2.h>'
put lib/scheme/scheme.c '#include "git/commit.h"'
expect 'libgit2 brought along by a header' \
	'lib/scheme/scheme.c:1: error: "git/commit.h" brings <git2> along, which belongs to lib/git; include a header without it'

start
put lib/book/book.h '#include "book/page.h"'
put lib/book/page.h ''
put lib/book/page.c '#include "book/page.h"' '#include "book/line.h"'
put lib/book/line.h '#include "book/book.h"'
put lib/book/line.c '#include "book/line.h"'
expect 'a circle of modules' \
	'lib/book/line.h:1: error: "book/book.h" closes a circle: book/book > book/page > book/line > book/book; one of them must do without'

start
put lib/book/book_inside.h '#include "book/book.h"' 'void book_turn(void);'
put lib/book/book.c '#include "book/book_inside.h"'
expect 'a header that is part of a module makes no circle' ''

start
put lib/book/book_internal.h '#include "book/book.h"' 'struct book { int x; };'
put lib/book/book_read.h '#include "book/book_internal.h"' \
	'int book_check(struct book *book);'
put lib/book/book_read.c '#include "book/book_read.h"'
put lib/book/book.c '#include "book/book_read.h"'
expect 'sources of one module that share its inside make none' ''
put lib/score/score.c '#include "book/book_internal.h"'
expect 'the inside of a module in another folder' \
	'lib/score/score.c:1: error: "book/book_internal.h" is the inside of book/book; include "book/book.h"'

start
put lib/book/book.h 'struct page {' '	int (*turn)(int);' '};' \
	'/* Not int page_count(void); nor' ' * int page_number(void); */' \
	"#define page_macro(page) \\" '	do_it(page)' \
	'int book_pages(void);' '' \
	'const struct page *page_first(const struct book *book,' \
	'    void (*say)(const char *));' 'static inline int' 'page_last(int x)' \
	'{' '	return call(x);' '}' \
	'int books_sold(void) __attribute__((format(printf, 1, 2)));'
expect 'functions that are not named after their file' \
	'lib/book/book.h:11: error: "page_first" is not named after its file; call it book_..., or add a family in tests/layers.sh
lib/book/book.h:14: error: "page_last" is not named after its file; call it book_..., or add a family in tests/layers.sh'

start
put lib/base/diag.h 'struct place place_none(void);'
expect 'a family' ''
