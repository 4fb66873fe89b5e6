/*
 * test_source: folders and revisions, real ones, made by a script in a scratch
 * folder of their own, seen through source.h.
 */
#include "git/source.h"

#include <dirent.h>
#include <git2.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "git/repository.h"
#include "scratch.h"

/* A repository in `book`, all of it committed; what differs comes after. */
#define GIT_BOOK "cp -R ../template book; cd book\n"
#define TEMPLATE                                                               \
	"git init -q template; cd template\n"                                  \
	"mkdir -p data/2022-10 schemes sub/deep\n"                             \
	"echo one >book.rec; echo stats >data/2022-10/stats.tsv\n"             \
	"echo sub >sub/book.rec; echo deep >sub/deep/book.rec\n"               \
	"git add .; git commit -q -m one\n"
#define COMMIT "git add . && git commit -q -m two\n"
/* What scripts may use: paths of loose objects, trees that git refuses. */
#define TOOLS                                                                  \
	"set -e\n"                                                             \
	"object() { echo \".git/objects/$(git rev-parse \"$1\" | sed "         \
	"'s,^..,&/,')\"; }\n"                                                  \
	"entry() { printf '%s %s\\0' \"$1\" \"$2\"\n"                          \
	"	perl -e 'print pack \"H*\", shift' \"$(git rev-parse "               \
	"\"$3\")\"; }\n"                                                       \
	"tree() { git tag odd $(git hash-object -t tree --literally -w "       \
	"--stdin); }\n"

enum task { LIST, READ, HAS, PREFIX, COMMIT_ID, DOUBTS };

struct row {
	const char *name;
	const char *setup;    /* for sh, in the scratch folder */
	const char *folder;   /* NULL: "book" */
	const char *revision; /* NULL: the folder itself */
	enum task task;
	const char *path;
	/*
	 * What comes out: entries on a line each, or the file's bytes; then
	 * the findings. `...` stands for any bytes.
	 */
	const char *want;
	bool is_staged;	   /* the index is read */
	bool is_for_root;  /* skipped for other users */
	bool is_as_nobody; /* root reads as a user without rights */
	bool is_leaky;	   /* libgit2 1.5 forgets memory on this way */
};

/* clang-format off */
static struct row rows[] = {
	/* Folders */
	{ .name = "entries are sorted by bytes, folders marked",
	  .setup = "mkdir -p book/a; cd book; touch b a.tsv a-b B 乙 甲 9 10",
	  .task = LIST, .path = "", .want = "10\n9\nB\na/\na-b\na.tsv\nb\n乙\n甲\n" },
	{ .name = "names that begin with a dot are left out",
	  .setup = GIT_BOOK "touch .hidden; mkdir .folder; ln -s x .link",
	  .task = LIST, .path = "", .want = "book.rec\ndata/\nschemes/\nsub/\n" },
	{ .name = "a folder in a folder has entries",
	  .setup = GIT_BOOK,
	  .task = LIST, .path = "data/2022-10", .want = "stats.tsv\n" },
	{ .name = "a folder that does not exist has no entries",
	  .setup = GIT_BOOK, .task = LIST, .path = "none/at/all", .want = "" },
	{ .name = "an empty folder has no entries",
	  .setup = GIT_BOOK, .task = LIST, .path = "schemes", .want = "" },
	{ .name = "a file has no entries, and that is said",
	  .setup = GIT_BOOK, .task = LIST, .path = "book.rec",
	  .want = "book.rec: ...: cannot read: Not a directory [source]\n" },
	{ .name = "a symbolic link is refused, the other entries stay",
	  .setup = "mkdir book; cd book; touch a c; ln -s a b",
	  .task = LIST, .path = "",
	  .want = "a\nc\nb: error: symbolic link ... [symlink]\n" },
	{ .name = "each refused entry has a finding that names its path",
	  .setup = "mkdir -p book/data; cd book/data; ln -s /etc etc; ln -s no no; mkfifo pipe",
	  .task = LIST, .path = "data",
	  .want = "data/etc: error: symbolic ...\ndata/no: error: symbolic ...\n"
		"data/pipe: error: neither a file nor a folder...[special-file]\n" },
	{ .name = "a symbolic link is not listed through",
	  .setup = "mkdir -p book there; cd book; ln -s ../there data",
	  .task = LIST, .path = "data",
	  .want = "data: error: symbolic link ... [symlink]\n" },
	{ .name = "a name that is not UTF-8 is refused, and shown harmlessly",
	  .setup = "mkdir book; cd book; touch good; touch \"$(printf 'b\\377d')\"",
	  .task = LIST, .path = "",
	  .want = "good\nb\\xFFd: error: the name is not UTF-8...[utf-8]\n" },
	{ .name = "a name with a control character is refused",
	  .setup = "mkdir book; cd book; touch \"$(printf 'a\\033[31m')\" \"$(printf 'a\\302\\205b')\" \"$(printf 'tab\\tname')\"",
	  .task = LIST, .path = "",
	  .want = "a\\x1B[31m: error: control character in the name...[control]\n"
		"a\\xC2\\x85b: error: control ...\ntab\\x09name: error: control ...\n" },
	{ .name = "the book's folder may be reached through a symbolic link",
	  .setup = GIT_BOOK "cd ..; ln -s book link", .folder = "link",
	  .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "a file is read as it stands, NUL and all",
	  .setup = "mkdir book; printf 'a\\000b\\r\\n' >book/f",
	  .task = READ, .path = "f", .want = "a\\0b\r\n" },
	{ .name = "an empty file is read",
	  .setup = "mkdir book; : >book/f", .task = READ, .path = "f", .want = "" },
	{ .name = "a file that claims to be empty is read to its end",
	  .setup = "", .folder = "/proc/self",
	  .task = READ, .path = "limits", .want = "Limit ...Max realtime timeout...\n" },
	{ .name = "a missing file is said to be missing",
	  .setup = "mkdir book", .task = READ, .path = "data/f",
	  .want = "data/f: ...: cannot read: No such file or directory [source]\n" },
	{ .name = "a file below a file is missing",
	  .setup = "mkdir book; : >book/f", .task = READ, .path = "f/g",
	  .want = "f/g: ...: cannot read: No such file or directory [source]\n" },
	{ .name = "a folder is no file",
	  .setup = "mkdir -p book/f", .task = READ, .path = "f",
	  .want = "f: ...: cannot read: Is a directory [source]\n" },
	{ .name = "the book is no file",
	  .setup = "mkdir book", .task = READ, .path = "",
	  .want = ".: ...: cannot read: Is a directory [source]\n" },
	{ .name = "a file behind a symbolic link is not read",
	  .setup = "mkdir book; ln -s /etc/passwd book/f", .task = READ, .path = "f",
	  .want = "f: error: symbolic link ... [symlink]\n" },
	{ .name = "a folder behind a symbolic link is not entered",
	  .setup = "mkdir book there; echo >there/f; ln -s ../there book/data",
	  .task = READ, .path = "data/f",
	  .want = "data: error: symbolic link ... [symlink]\n" },
	{ .name = "a pipe does not block",
	  .setup = "mkdir book; mkfifo book/f", .task = READ, .path = "f",
	  .want = "f: error: neither a file nor a folder...[special-file]\n" },
	{ .name = "a repository in the book is a submodule",
	  .setup = GIT_BOOK "git init -q data", .task = READ,
	  .path = "data/2022-10/stats.tsv",
	  .want = "data: error: submodule ... [submodule]\n" },
	{ .name = "so is one whose .git is a file",
	  .setup = GIT_BOOK "echo 'gitdir: ../x' >data/.git", .task = LIST, .path = "data",
	  .want = "data: error: submodule ... [submodule]\n" },
	{ .name = "a file without permission is said to be so", .is_as_nobody = true,
	  .setup = "mkdir book; chmod 755 book; touch book/f; chmod 000 book/f",
	  .task = READ, .path = "f",
	  .want = "f: ...: cannot read: Permission denied [source]\n" },
	{ .name = "a folder without permission is said to be so", .is_as_nobody = true,
	  .setup = "mkdir -p book/data; chmod 755 book; chmod 000 book/data",
	  .task = LIST, .path = "data",
	  .want = "data: ...: cannot read: Permission denied [source]\n" },
	{ .name = "a file of more than 4 GiB is refused",
	  .setup = "mkdir book; truncate -s 4294967297 book/f", .task = READ, .path = "f",
	  .want = "f: error: file of more than 4 GiB...[file-size]\n" },
	{ .name = "no path leads out of the book",
	  .setup = "mkdir book; echo >f", .task = READ, .path = "../f",
	  .want = "../f: error: not a path of a book...[path]\n" },
	{ .name = "not even by a way around",
	  .setup = "mkdir -p book/data; echo >f", .task = READ, .path = "data/../../f",
	  .want = "data/../../f: error: not a path ... [path]\n" },
	{ .name = "a path is not absolute",
	  .setup = "mkdir book", .task = READ, .path = "/etc/passwd",
	  .want = "/etc/passwd: error: not a path ... [path]\n" },
	{ .name = "a path has no empty name",
	  .setup = GIT_BOOK, .task = READ, .path = "data//2022-10/stats.tsv",
	  .want = "data//2022-10/stats.tsv: error: not a path ... [path]\n" },
	{ .name = "a path does not end in a slash",
	  .setup = GIT_BOOK, .task = LIST, .path = "data/",
	  .want = "data/: error: not a path ... [path]\n" },
	{ .name = "a path has no dot alone",
	  .setup = GIT_BOOK, .task = READ, .path = "./book.rec",
	  .want = "./book.rec: error: not a path ... [path]\n" },
	{ .name = "git's own folder is no part of the book",
	  .setup = GIT_BOOK, .task = READ, .path = ".git/config",
	  .want = ".git/config: error: not a path ... [path]\n" },
	{ .name = "however it is written",
	  .setup = GIT_BOOK, .task = LIST, .path = ".GIT",
	  .want = ".GIT: error: not a path ... [path]\n" },
	{ .name = "a file whose name begins with a dot can be asked for",
	  .setup = "mkdir book; echo x >book/.gitattributes", .task = READ,
	  .path = ".gitattributes", .want = "x\n" },
	{ .name = "there is a file", .setup = GIT_BOOK,
	  .task = HAS, .path = "data/2022-10/stats.tsv", .want = "yes\n" },
	{ .name = "a folder is not a file that is there", .setup = GIT_BOOK,
	  .task = HAS, .path = "data", .want = "no\n" },
	{ .name = "a missing file is not there", .setup = GIT_BOOK,
	  .task = HAS, .path = "none/f", .want = "no\n" },
	{ .name = "nothing is there outside", .setup = GIT_BOOK "echo >../f",
	  .task = HAS, .path = "../f", .want = "no\n" },
	{ .name = "the book is not a file that is there", .setup = GIT_BOOK,
	  .task = HAS, .path = "", .want = "no\n" },
	{ .name = "what will be refused is there, and nothing is reported",
	  .setup = "mkdir book; ln -s none book/f",
	  .task = HAS, .path = "f", .want = "yes\n" },
	{ .name = "a folder has no prefix",
	  .setup = GIT_BOOK, .task = PREFIX, .want = "\n" },
	{ .name = "a folder has no commit",
	  .setup = GIT_BOOK, .task = COMMIT_ID, .want = "\n" },
	{ .name = "a missing book is said to be missing",
	  .setup = "", .folder = "none", .task = LIST, .path = "",
	  .want = "none: ...: there is no folder 'none' [no-folder]\n" },
	{ .name = "a file is no book",
	  .setup = ": >book", .task = LIST, .path = "",
	  .want = "book: ...: there is no folder 'book' [no-folder]\n" },

	/* Revisions */
	{ .name = "a revision holds what was committed, not what is there",
	  .setup = GIT_BOOK "echo two >book.rec; echo x >extra; git add .",
	  .revision = "HEAD", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "a revision is listed as a folder is",
	  .setup = "git init -q book; mkdir -p book/a; cd book; touch b a.tsv a-b B 乙 甲 a/f .h\n" COMMIT,
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "B\na/\na-b\na.tsv\nb\n乙\n甲\n" },
	{ .name = "a folder of a revision has entries", .setup = GIT_BOOK "rm -r data",
	  .revision = "HEAD", .task = LIST, .path = "data/2022-10", .want = "stats.tsv\n" },
	{ .name = "a folder that a revision does not have has no entries",
	  .setup = GIT_BOOK "mkdir x; touch x/f", .revision = "HEAD",
	  .task = LIST, .path = "x", .want = "" },
	{ .name = "a file of a revision has no entries",
	  .setup = GIT_BOOK, .revision = "HEAD", .task = LIST, .path = "book.rec",
	  .want = "book.rec: ...: cannot read: Not a directory [source]\n" },
	{ .name = "a file is read deep inside a revision", .setup = GIT_BOOK,
	  .revision = "HEAD", .task = READ, .path = "data/2022-10/stats.tsv",
	  .want = "stats\n" },
	{ .name = "a revision is read byte for byte",
	  .setup = "git init -q book; cd book; printf 'a\\000b\\r\\n$Id$\\n' >f\n" COMMIT
		"git config core.autocrlf true; echo '* text eol=crlf ident filter=x' >.gitattributes\n"
		"git config filter.x.smudge 'echo no'; git add .gitattributes 2>/dev/null; git commit -q -m attributes",
	  .revision = "HEAD", .task = READ, .path = "f", .want = "a\\0b\r\n$Id$\n" },
	{ .name = "a missing file of a revision", .setup = GIT_BOOK, .revision = "HEAD",
	  .task = READ, .path = "none/f",
	  .want = "none/f: ...: cannot read: No such file or directory [source]\n" },
	{ .name = "a file below a file of a revision is missing", .setup = GIT_BOOK,
	  .revision = "HEAD", .task = READ, .path = "book.rec/f",
	  .want = "book.rec/f: ...: cannot read: No such file or directory [source]\n" },
	{ .name = "a folder of a revision is no file", .setup = GIT_BOOK, .revision = "HEAD",
	  .task = READ, .path = "data",
	  .want = "data: ...: cannot read: Is a directory [source]\n" },
	{ .name = "the root of a revision is no file", .setup = GIT_BOOK, .revision = "HEAD",
	  .task = READ, .path = "",
	  .want = ".: ...: cannot read: Is a directory [source]\n" },
	{ .name = "no path leads out of a revision", .setup = GIT_BOOK, .folder = "book/sub",
	  .revision = "HEAD", .task = READ, .path = "../book.rec",
	  .want = "../book.rec: error: not a path ... [path]\n" },
	{ .name = "a revision has a file", .setup = GIT_BOOK, .revision = "HEAD",
	  .task = HAS, .path = "sub/book.rec", .want = "yes\n" },
	{ .name = "a revision has a folder, which is no file", .setup = GIT_BOOK,
	  .revision = "HEAD", .task = HAS, .path = "sub", .want = "no\n" },
	{ .name = "a revision has no such file", .setup = GIT_BOOK, .revision = "HEAD",
	  .task = HAS, .path = "none/f", .want = "no\n" },
	{ .name = "a revision has a link that will be refused",
	  .setup = GIT_BOOK "ln -s sub link\n" COMMIT, .revision = "HEAD",
	  .task = HAS, .path = "link/book.rec", .want = "yes\n" },
	{ .name = "a symbolic link in a revision is refused",
	  .setup = GIT_BOOK "ln -s book.rec link\n" COMMIT, .revision = "HEAD",
	  .task = LIST, .path = "",
	  .want = "book.rec\ndata/\nsub/\nlink: error: symbolic link ... [symlink]\n" },
	{ .name = "a file behind a symbolic link in a revision is not read",
	  .setup = GIT_BOOK "ln -s sub link\n" COMMIT, .revision = "HEAD",
	  .task = READ, .path = "link/book.rec",
	  .want = "link: error: symbolic link ... [symlink]\n" },
	{ .name = "a submodule in a revision is refused",
	  .setup = GIT_BOOK "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),data/module\n"
		"git commit -q -m two", .revision = "HEAD", .task = LIST, .path = "data",
	  .want = "2022-10/\ndata/module: error: submodule ... [submodule]\n" },
	{ .name = "a name in a revision that is not UTF-8 is refused",
	  .setup = GIT_BOOK "touch \"sub/$(printf 'b\\377d')\"\n" COMMIT, .revision = "HEAD",
	  .task = LIST, .path = "sub",
	  .want = "book.rec\ndeep/\nsub/b\\xFFd: error: the name is not UTF-8...[utf-8]\n" },

	/* Where the book is */
	{ .name = "a book in a folder of the repository", .setup = GIT_BOOK,
	  .folder = "book/sub/deep", .revision = "HEAD",
	  .task = READ, .path = "book.rec", .want = "deep\n" },
	{ .name = "a book in a revision reached through a symbolic link",
	  .setup = GIT_BOOK "cd ..; ln -s book/sub link", .folder = "link",
	  .revision = "HEAD", .task = READ, .path = "book.rec", .want = "sub\n" },
	{ .name = "a work tree reached through a symbolic link",
	  .setup = GIT_BOOK "cd ..; ln -s book link", .folder = "link/sub/../sub/deep",
	  .revision = "HEAD", .task = READ, .path = "book.rec", .want = "deep\n" },
	{ .name = "a bare repository's root is the book",
	  .setup = GIT_BOOK "cd ..; git clone -q --bare book bare.git", .folder = "bare.git",
	  .revision = "HEAD", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "a folder of a bare repository's revision",
	  .setup = GIT_BOOK "cd ..; git clone -q --bare book bare.git", .folder = "bare.git",
	  .revision = "HEAD:sub", .task = READ, .path = "book.rec", .want = "sub\n" },
	{ .name = "a folder inside a bare repository is no book",
	  .setup = GIT_BOOK "cd ..; git clone -q --bare book bare.git", .folder = "bare.git/objects",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "bare.git/objects: ...: 'bare.git/objects' is no folder of its repository's work tree...[repository]\n" },
	{ .name = "a work tree that lies elsewhere",
	  .setup = GIT_BOOK "mkdir ../elsewhere; git config core.worktree ../../elsewhere",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: 'book' is no folder of its repository's work tree...[repository]\n" },
	{ .name = "a work tree whose name the folder's only begins with",
	  .setup = GIT_BOOK "mkdir ../boo; git config core.worktree ../../boo",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: 'book' is no folder of its repository's work tree...[repository]\n" },
	{ .name = "a linked work tree has a HEAD of its own",
	  .setup = GIT_BOOK "git worktree add -q ../linked 2>/dev/null; cd ../linked; echo linked >sub/book.rec\n" COMMIT,
	  .folder = "linked/sub", .revision = "HEAD", .task = READ, .path = "book.rec", .want = "linked\n" },
	{ .name = "a folder that the revision does not have",
	  .setup = GIT_BOOK "mkdir new", .folder = "book/new", .revision = "HEAD",
	  .task = LIST, .path = "",
	  .want = "book/new: ...: there is no folder 'HEAD:new' [no-folder]\n" },
	{ .name = "a folder that is a file in the revision",
	  .setup = GIT_BOOK "rm book.rec; mkdir book.rec", .folder = "book/book.rec", .revision = "HEAD",
	  .task = LIST, .path = "",
	  .want = "book/book.rec: ...: there is no folder 'HEAD:book.rec' [no-folder]\n" },
	{ .name = "a folder that is a symbolic link in the revision",
	  .setup = GIT_BOOK "ln -s sub new\n" COMMIT "rm new; mkdir new",
	  .folder = "book/new", .revision = "HEAD", .task = LIST, .path = "",
	  .want = "HEAD:new: error: symbolic link ... [symlink]\n" },
	{ .name = "a missing folder is missing in any revision", .setup = GIT_BOOK,
	  .folder = "book/none", .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book/none: ...: there is no folder 'book/none' [no-folder]\n" },
	{ .name = "git's own folder is no book", .setup = GIT_BOOK, .folder = "book/.git",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "HEAD:.git: error: not a path of a book...[path]\n" },

	/* How a revision is named */
	{ .name = "an ancestor", .setup = GIT_BOOK "echo two >book.rec\n" COMMIT,
	  .revision = "HEAD~1", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "an annotated tag, as closes have them",
	  .setup = GIT_BOOK "git tag -a -m close close/2022-09; echo two >book.rec\n" COMMIT,
	  .revision = "close/2022-09", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "a tag of a tag",
	  .setup = GIT_BOOK "git tag -a -m a a; git tag -a -m b b a 2>/dev/null; echo two >book.rec\n" COMMIT,
	  .revision = "b", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "a tag of a tree",
	  .setup = GIT_BOOK "git tag -a -m a a HEAD^{tree}; echo two >book.rec\n" COMMIT,
	  .folder = "book/sub", .revision = "a", .task = READ, .path = "book.rec", .want = "sub\n" },
	{ .name = "a tree",
	  .setup = GIT_BOOK, .folder = "book/sub", .revision = "HEAD^{tree}",
	  .task = READ, .path = "book.rec", .want = "sub\n" },
	{ .name = "a branch", .setup = GIT_BOOK "git branch town/north; echo two >book.rec\n" COMMIT,
	  .revision = "town/north", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "the start of an id",
	  .setup = GIT_BOOK, .revision = "4dfd3c8", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "words of a message, with a colon",
	  .setup = GIT_BOOK "git commit -q --allow-empty -m 'fix: a rule'; echo two >book.rec\n" COMMIT,
	  .revision = ":/fix: a", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "words of a message in braces, with a colon",
	  .setup = GIT_BOOK "git commit -q --allow-empty -m 'fix: a rule'; echo two >book.rec\n" COMMIT,
	  .revision = "HEAD^{/fix: a}:sub", .task = READ, .path = "book.rec", .want = "sub\n" },
	{ .name = "a folder of a revision",
	  .setup = GIT_BOOK, .revision = "HEAD:sub/deep", .task = READ, .path = "book.rec", .want = "deep\n" },
	{ .name = "a folder of a revision counts from the root",
	  .setup = GIT_BOOK, .folder = "book/data", .revision = "HEAD:sub", .task = READ,
	  .path = "book.rec", .want = "sub\n" },
	{ .name = "a folder of a revision with a slash at its end",
	  .setup = GIT_BOOK, .revision = "HEAD:sub/deep/", .task = READ, .path = "book.rec", .want = "deep\n" },
	{ .name = "the root of a revision",
	  .setup = GIT_BOOK, .folder = "book/sub", .revision = "HEAD:", .task = READ,
	  .path = "book.rec", .want = "one\n" },
	{ .name = "a folder that is in no revision may be named, but is missing",
	  .setup = GIT_BOOK, .revision = "HEAD:none", .task = LIST, .path = "",
	  .want = "book: ...: there is no folder 'HEAD:none' [no-folder]\n" },
	{ .name = "a file is no folder of a revision",
	  .setup = GIT_BOOK, .revision = "HEAD:book.rec", .task = LIST, .path = "",
	  .want = "book: ...: there is no folder 'HEAD:book.rec' [no-folder]\n" },
	{ .name = "the folder of a revision is guarded",
	  .setup = GIT_BOOK, .revision = "HEAD:sub/../data", .task = LIST, .path = "",
	  .want = "HEAD:sub/../data: error: not a path of a book...[path]\n" },
	{ .name = "a symbolic link to a folder of a revision",
	  .setup = GIT_BOOK "ln -s sub link\n" COMMIT, .revision = "HEAD:link/deep", .task = LIST, .path = "",
	  .want = "HEAD:link: error: symbolic link ... [symlink]\n" },
	{ .name = "a revision's prefix", .setup = GIT_BOOK, .folder = "book/sub",
	  .revision = "HEAD", .task = PREFIX, .want = "HEAD:\n" },
	{ .name = "the prefix of a folder of a revision", .setup = GIT_BOOK,
	  .revision = "HEAD:sub/deep", .task = PREFIX, .want = "HEAD:sub/deep/\n" },
	{ .name = "the prefix of a revision's root", .setup = GIT_BOOK,
	  .revision = "HEAD:", .task = PREFIX, .want = "HEAD:\n" },
	{ .name = "the commit of a revision", .setup = GIT_BOOK,
	  .revision = "main", .task = COMMIT_ID, .want = "4dfd3c8...\n" },
	{ .name = "the commit of a tag and a folder", .setup = GIT_BOOK "git tag -a -m a a",
	  .revision = "a:sub", .task = COMMIT_ID, .want = "4dfd3c8...\n" },
	{ .name = "a tree has no commit", .setup = GIT_BOOK,
	  .revision = "HEAD^{tree}", .task = COMMIT_ID, .want = "\n" },

	/* What is the matter with a revision */
	{ .name = "an unknown revision", .setup = GIT_BOOK, .revision = "nosuch",
	  .task = LIST, .path = "",
	  .want = "book: ...: unknown revision 'nosuch': ... [revision]\n" },
	{ .name = "an unknown revision with a folder", .setup = GIT_BOOK, .revision = "nosuch:sub",
	  .task = LIST, .path = "",
	  .want = "book: ...: unknown revision 'nosuch': ... [revision]\n" },
	{ .name = "an ancestor, whatever grafts say",
	  .setup = GIT_BOOK "echo two >book.rec\n" COMMIT "echo three >book.rec\n" COMMIT
		"mkdir -p .git/info; echo \"$(git rev-parse HEAD HEAD~2 | paste -sd ' ')\" >.git/info/grafts",
	  .revision = "HEAD~1", .task = READ, .path = "book.rec", .want = "two\n" },
	{ .name = "an ancestor before the first", .setup = GIT_BOOK, .revision = "HEAD~7",
	  .task = LIST, .path = "",
	  .want = "book: ...: unknown revision 'HEAD~7': ... [revision]\n" },
	{ .name = "a range is no revision", .setup = GIT_BOOK, .revision = "HEAD..HEAD",
	  .task = LIST, .path = "",
	  .want = "book: ...: unknown revision 'HEAD..HEAD': ... [revision]\n" },
	{ .name = "an empty revision", .setup = GIT_BOOK, .revision = "",
	  .task = LIST, .path = "",
	  .want = "book: ...: unknown revision '': ... [revision]\n" },
	{ .name = "a tag of a file", .setup = GIT_BOOK "git tag -a -m a a HEAD:book.rec",
	  .revision = "a", .task = LIST, .path = "",
	  .want = "book: ...: revision 'a' is a file...[revision]\n" },
	{ .name = "nothing is committed yet", .setup = "git init -q book",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: unknown revision 'HEAD'; nothing is committed on this branch yet [revision]\n" },
	{ .name = "an unknown revision where nothing is committed yet", .setup = "git init -q book",
	  .revision = "nosuch", .task = LIST, .path = "",
	  .want = "book: ...: unknown revision 'nosuch': ... [revision]\n" },
	{ .name = "a shallow clone ends early",
	  .setup = GIT_BOOK "echo two >book.rec\n" COMMIT
		"cd ..; git clone -q --depth 1 \"file://$PWD/book\" clone", .folder = "clone",
	  .revision = "HEAD~1", .task = LIST, .path = "",
	  .want = "clone: ...: unknown revision 'HEAD~1', and this clone lacks ... 'git fetch --unshallow' [revision]\n" },
	{ .name = "a shallow clone has its last commit",
	  .setup = GIT_BOOK "echo two >book.rec\n" COMMIT
		"cd ..; git clone -q --depth 1 \"file://$PWD/book\" clone", .folder = "clone",
	  .revision = "HEAD", .task = READ, .path = "book.rec", .want = "two\n" },

	/* What is the matter with a repository */
	{ .name = "there is no repository", .setup = "mkdir book", .revision = "HEAD",
	  .task = LIST, .path = "",
	  .want = "book: ...: there is no git repository in or above 'book'...[repository]\n" },
	{ .name = "a folder needs no repository", .setup = "mkdir book; touch book/f",
	  .task = LIST, .path = "", .want = "f\n" },
	{ .name = "a repository with SHA-256 is named for what it is",
	  .setup = "git init -q --object-format=sha256 book", .revision = "HEAD",
	  .task = LIST, .path = "",
	  .want = "book: ...: the repository of 'book' names its objects by SHA-256...[repository]\n" },
	{ .name = "a repository that says it has SHA-1 is as any other",
	  .setup = GIT_BOOK "git config core.repositoryFormatVersion 1; git config extensions.objectFormat sha1",
	  .revision = "HEAD", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "a format of objects that nobody knows",
	  .setup = GIT_BOOK "git config core.repositoryFormatVersion 1; git config extensions.objectFormat sha512",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: the repository of 'book' names its objects in the format 'sha512'...[repository]\n" },
	{ .name = "grafts that are no commits",
	  .setup = GIT_BOOK "mkdir -p .git/info; { git rev-parse HEAD; echo '# mended'; } >.git/info/grafts",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: line 2 of the repository's file info/grafts does not hold commits alone...[repository]\n" },
	{ .name = "in a linked work tree too",
	  .setup = GIT_BOOK "git worktree add -q ../linked; mkdir -p .git/info; echo x >.git/info/grafts",
	  .folder = "linked/sub", .revision = "HEAD", .task = LIST, .path = "",
	  .want = "linked/sub: ...: line 1 of the repository's file info/grafts does not...[repository]\n" },
	{ .name = "a shallow clone that does not say where it ends",
	  .setup = GIT_BOOK "echo \"$(git rev-parse HEAD) \" >.git/shallow",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: line 1 of the repository's file shallow does not...[repository]\n" },
	{ .name = "an unknown extension is named",
	  .setup = GIT_BOOK "git config core.repositoryFormatVersion 1; git config extensions.novel 1",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: cannot use the git repository of 'book': ...extensions.novel [repository]\n" },
	{ .name = "another user's repository: how to allow it", .is_for_root = true,
	  .setup = GIT_BOOK "cd ..; chown -R 65534 book", .folder = "book/sub", .revision = "HEAD",
	  .task = LIST, .path = "",
	  .want = "book/sub: ...: the repository '/.../book' belongs to another user..."
		"git config --global --add safe.directory '/.../book' [repository]\n" },
	{ .name = "another user's repository among others that are allowed", .is_for_root = true,
	  .setup = GIT_BOOK "cd ..; chown -R 65534 book; git config --global --add safe.directory /x",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: the repository '/.../book' belongs to another user...[repository]\n" },
	{ .name = "another user's bare repository", .is_for_root = true,
	  .setup = GIT_BOOK "cd ..; git clone -q --bare book bare.git; chown -R 65534 bare.git", .folder = "bare.git",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "bare.git: ...: ...safe.directory '/.../bare.git' [repository]\n" },
	{ .name = "another user's linked work tree", .is_for_root = true,
	  .setup = GIT_BOOK "git worktree add -q ../linked; cd ..; chown -R 65534 book linked", .folder = "linked/sub",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "linked/sub: ...: the repository '/.../scratch/linked' belongs...safe.directory '/.../scratch/linked' [repository]\n" },
	{ .name = "another user's repository, allowed as told", .is_for_root = true,
	  .setup = GIT_BOOK "chown -R 65534 .; git config --global --add safe.directory \"$(pwd -P)\"",
	  .folder = "book/sub", .revision = "HEAD", .task = READ, .path = "book.rec", .want = "sub\n" },
	{ .name = "a sparse and partial clone of a newer git",
	  .setup = GIT_BOOK "git config core.repositoryFormatVersion 1; git config extensions.worktreeConfig true\n"
		"git config extensions.partialClone origin; git config extensions.preciousObjects true",
	  .revision = "HEAD", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "a file that a partial clone left out",
	  .setup = GIT_BOOK "git config uploadpack.allowFilter true; cd ..\n"
		"git clone -q --bare --filter=blob:none \"file://$PWD/book\" clone", .folder = "clone",
	  .revision = "HEAD", .task = READ, .path = "data/2022-10/stats.tsv",
	  .want = "data/2022-10/stats.tsv: ...: cannot read git object ...: ...partial or damaged...[damaged]\n" },
	{ .name = "a folder that a damaged clone lost",
	  .setup = GIT_BOOK "rm -f $(object HEAD:data/2022-10)",
	  .revision = "HEAD", .task = LIST, .path = "data/2022-10",
	  .want = "data/2022-10: ...: cannot read git object ...: ...[damaged]\n" },
	{ .name = "a root that a damaged clone lost",
	  .setup = GIT_BOOK "rm -f $(object HEAD:)",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "HEAD:: ...: cannot read git object ...: ...[damaged]\n" },
	{ .name = "a commit that a damaged clone lost", .is_leaky = true,
	  .setup = GIT_BOOK "rm -f $(object HEAD)",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: unknown revision 'HEAD': ...4dfd3c8...[revision]\n" },
	{ .name = "a file that is not what its id says",
	  .setup = GIT_BOOK "cp -f $(object HEAD:sub/book.rec) $(object HEAD:book.rec)",
	  .revision = "HEAD", .task = READ, .path = "book.rec",
	  .want = "book.rec: ...: cannot read git object ...mismatch...[damaged]\n" },
	/* libgit2 1.5 alone would read these for ever, or write astray. */
	{ .name = "half an object",
	  .setup = GIT_BOOK "f=$(object HEAD:book.rec); chmod u+w $f; truncate -s 15 $f",
	  .revision = "HEAD", .task = READ, .path = "book.rec",
	  .want = "book.rec: ...: cannot read git object 5626abf...: loose object 56/26abf... is damaged...[damaged]\n" },
	{ .name = "half an object's header",
	  .setup = GIT_BOOK "f=$(object HEAD:book.rec); chmod u+w $f; truncate -s 3 $f",
	  .revision = "HEAD", .task = READ, .path = "book.rec",
	  .want = "book.rec: ...: cannot read git object ...[damaged]\n" },
	{ .name = "an empty object, as a loss of power leaves it",
	  .setup = GIT_BOOK "f=$(object HEAD:book.rec); chmod u+w $f; : >$f",
	  .revision = "HEAD", .task = READ, .path = "book.rec",
	  .want = "book.rec: ...: cannot read git object ...[damaged]\n" },
	{ .name = "half a folder",
	  .setup = GIT_BOOK "f=$(object HEAD:data); chmod u+w $f; truncate -s 20 $f",
	  .revision = "HEAD", .task = LIST, .path = "data",
	  .want = "data: ...: cannot read git object ...[damaged]\n" },
	{ .name = "half a commit", .is_leaky = true,
	  .setup = GIT_BOOK "f=$(object HEAD); chmod u+w $f; truncate -s 50 $f",
	  .revision = "HEAD", .task = LIST, .path = "",
	  .want = "book: ...: unknown revision 'HEAD': loose object ... is damaged [revision]\n" },
	{ .name = "half a commit, by the start of its id", .is_leaky = true,
	  .setup = GIT_BOOK "f=$(object HEAD); chmod u+w $f; truncate -s 50 $f",
	  .revision = "4dfd3c8", .task = LIST, .path = "",
	  .want = "book: ...: unknown revision '4dfd3c8': loose object ... is damaged [revision]\n" },
	{ .name = "half an object of a repository that is borrowed from",
	  .setup = GIT_BOOK "f=$PWD/$(object HEAD:book.rec); git clone -q -s . ../middle; cd ..; git clone -q -s middle clone\n"
		"chmod u+w $f; truncate -s 15 $f", .folder = "clone",
	  .revision = "HEAD", .task = READ, .path = "book.rec",
	  .want = "book.rec: ...: cannot read git object ... is damaged...[damaged]\n" },
	{ .name = "a repository that borrows",
	  .setup = GIT_BOOK "git clone -q -s . ../middle; cd ..; git clone -q -s middle clone\n"
		"echo /none >>clone/.git/objects/info/alternates", .folder = "clone",
	  .revision = "HEAD", .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "an object that is longer than it says",
	  .setup = GIT_BOOK "f=$(object HEAD:book.rec); rm -f $f\n"
		"printf '\\170\\001\\001\\024\\000\\353\\377blob 2\\000three little \\106\\323\\006\\330' >$f",
	  .revision = "HEAD", .task = READ, .path = "book.rec",
	  .want = "book.rec: ...: cannot read git object ... is damaged...[damaged]\n" },
	/* A loose object whose deflated header is `blob 5000000000`. */
	{ .name = "an object that claims to be of more than 4 GiB",
	  .setup = GIT_BOOK "f=$(object HEAD:book.rec); rm -f $f\n"
		"printf '\\170\\001\\001\\020\\000\\357\\377blob 5000000000\\000\\045\\167\\003\\245' >$f",
	  .revision = "HEAD", .task = READ, .path = "book.rec",
	  .want = "book.rec: error: file of more than 4 GiB...[file-size]\n" },
	{ .name = "a folder where a file is said to be",
	  .setup = GIT_BOOK "entry 100644 book.rec HEAD:sub | tree",
	  .revision = "odd", .task = READ, .path = "book.rec",
	  .want = "book.rec: ...: cannot read git object ...[damaged]\n" },
	{ .name = "a file where a folder is said to be",
	  .setup = GIT_BOOK "entry 40000 data HEAD:book.rec | tree",
	  .revision = "odd", .task = LIST, .path = "data",
	  .want = "data: ...: cannot read git object ...[damaged]\n" },
	{ .name = "a name that a tree has twice",
	  .setup = GIT_BOOK "{ entry 100644 f HEAD:book.rec; entry 100644 f HEAD:sub/book.rec; entry 100644 g HEAD:book.rec; } | tree",
	  .revision = "odd", .task = LIST, .path = "",
	  .want = "f\ng\nf: ...: the folder has this name twice...[damaged]\n" },
	{ .name = "a name in a tree that leads elsewhere",
	  .setup = GIT_BOOK "{ entry 40000 .. HEAD:; entry 100644 a/b HEAD:book.rec; entry 100644 c HEAD:book.rec; } | tree",
	  .revision = "odd", .task = LIST, .path = "",
	  .want = "c\na/b: error: not a path of a book...[path]\n" },
	{ .name = "an object that git would show replaced",
	  .setup = GIT_BOOK "git replace $(git rev-parse HEAD:book.rec) $(git rev-parse HEAD:sub/book.rec)",
	  .revision = "HEAD", .task = READ, .path = "book.rec", .want = "one\n" },

	/* What is staged */
	{ .name = "what is staged is read, not what is there", .is_staged = true,
	  .setup = GIT_BOOK "echo two >book.rec; git add .; echo three >book.rec",
	  .task = READ, .path = "book.rec", .want = "two\n" },
	{ .name = "what is staged is listed as a folder is", .is_staged = true,
	  .setup = "git init -q book; mkdir -p book/a; cd book; touch b a.tsv a-b B 乙 a/f .h; git add .; touch no",
	  .task = LIST, .path = "", .want = "B\na/\na-b\na.tsv\nb\n乙\n" },
	{ .name = "a folder of what is staged", .is_staged = true,
	  .setup = GIT_BOOK "echo >data/2022-10/a.tsv; git add .", .task = LIST,
	  .path = "data/2022-10", .want = "a.tsv\nstats.tsv\n" },
	{ .name = "a staged book in a folder of the repository", .is_staged = true,
	  .setup = GIT_BOOK "echo two >sub/deep/book.rec; git add .",
	  .folder = "book/sub/deep", .task = READ, .path = "book.rec", .want = "two\n" },
	{ .name = "a folder of which nothing is staged", .is_staged = true,
	  .setup = GIT_BOOK "mkdir su; echo >su/book.rec", .folder = "book/su", .task = LIST, .path = "",
	  .want = "book/su: ...: there is no folder ':su' [no-folder]\n" },
	{ .name = "what is staged for removal is gone", .is_staged = true,
	  .setup = GIT_BOOK "git rm -rq --cached data", .task = LIST, .path = "",
	  .want = "book.rec\nsub/\n" },
	{ .name = "a file that is only promised is not staged", .is_staged = true,
	  .setup = GIT_BOOK "echo >new; mkdir folder; echo >folder/new; git add -N new folder", .task = LIST, .path = "",
	  .want = "book.rec\ndata/\nsub/\n" },
	{ .name = "a staged file, and none that is missing", .is_staged = true,
	  .setup = GIT_BOOK, .task = HAS, .path = "sub/book.rec", .want = "yes\n" },
	{ .name = "a staged folder is no file", .is_staged = true,
	  .setup = GIT_BOOK, .task = HAS, .path = "sub", .want = "no\n" },
	{ .name = "a file below a staged file is missing", .is_staged = true,
	  .setup = GIT_BOOK, .task = READ, .path = "book.rec/f",
	  .want = "book.rec/f: ...: cannot read: No such file or directory [source]\n" },
	{ .name = "a symbolic link that is staged is refused", .is_staged = true,
	  .setup = GIT_BOOK "ln -s sub link; git add .", .task = READ, .path = "link/book.rec",
	  .want = "link: error: symbolic link ... [symlink]\n" },
	{ .name = "a submodule that is staged is refused", .is_staged = true,
	  .setup = GIT_BOOK "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),data/module",
	  .task = LIST, .path = "data", .want = "2022-10/\ndata/module: error: submodule ... [submodule]\n" },
	{ .name = "before the first commit", .is_staged = true,
	  .setup = "git init -q book; cd book; echo one >book.rec; git add .",
	  .task = READ, .path = "book.rec", .want = "one\n" },
	{ .name = "before anything is staged", .is_staged = true,
	  .setup = "git init -q book; echo one >book/book.rec",
	  .task = LIST, .path = "", .want = "" },
	{ .name = "unmerged files are no commit to be", .is_staged = true,
	  .setup = GIT_BOOK "git branch b; echo two >book.rec; git commit -qam two; git checkout -q b\n"
		"echo three >book.rec; git commit -qam three; git merge -q main >/dev/null 2>&1 || :",
	  .task = LIST, .path = "", .want = "book: ...: files are unmerged; ... [index]\n" },
	{ .name = "an index that is no index", .is_staged = true,
	  .setup = GIT_BOOK "echo no >.git/index", .task = LIST, .path = "",
	  .want = "book: ...: cannot read git's index '....git/index': ... [index]\n" },
	{ .name = "a bare repository stages nothing", .is_staged = true,
	  .setup = GIT_BOOK "cd ..; git clone -q --bare book bare.git", .folder = "bare.git",
	  .task = LIST, .path = "", .want = "" },
	{ .name = "without a repository nothing is staged", .is_staged = true,
	  .setup = "mkdir book", .task = LIST, .path = "",
	  .want = "book: ...: there is no git repository in or above 'book'; ... [repository]\n" },
	{ .name = "what is staged is shown with a colon", .is_staged = true,
	  .setup = GIT_BOOK, .folder = "book/sub", .task = PREFIX, .want = ":\n" },
	{ .name = "what is staged has no commit", .is_staged = true,
	  .setup = GIT_BOOK, .task = COMMIT_ID, .want = "\n" },

	/* What makes a history doubtful */
	{ .name = "a plain repository leaves no doubt", .setup = GIT_BOOK,
	  .revision = "HEAD", .task = DOUBTS, .want = "" },
	{ .name = "a shallow clone lacks history",
	  .setup = GIT_BOOK "git commit -q --allow-empty -m two; cd ..; git clone -q --depth 1 file://$PWD/book clone",
	  .folder = "clone", .revision = "HEAD", .task = DOUBTS,
	  .want = "book: warning: this clone lacks older commits...[shallow]\n" },
	{ .name = "a linked work tree of a shallow clone, too",
	  .setup = GIT_BOOK "git commit -q --allow-empty -m two; cd ..; git clone -q --depth 1 file://$PWD/book clone\n"
		"cd clone; git worktree add -q ../linked 2>/dev/null",
	  .folder = "linked", .revision = "HEAD", .task = DOUBTS,
	  .want = "book: warning: this clone lacks older commits...[shallow]\n" },
	{ .name = "a partial clone lacks files",
	  .setup = GIT_BOOK "git config uploadpack.allowFilter true; cd ..\n"
		"git clone -q --no-checkout --filter=blob:none file://$PWD/book clone",
	  .folder = "clone", .revision = "HEAD", .task = DOUBTS,
	  .want = "book: note: this clone is partial...[partial-clone]\n" },
	{ .name = "replaced objects and grafts are told",
	  .setup = GIT_BOOK "git commit -q --allow-empty -m two; git replace HEAD HEAD~1\n"
		"mkdir -p .git/info; git rev-parse HEAD >.git/info/grafts",
	  .revision = "HEAD", .task = DOUBTS,
	  .want = "book: warning: 'git log' shows another object in place of ...[replaced]\n"
		"book: warning: 'git log' obeys the file info/grafts...[grafted]\n" },
};
/* clang-format on */

/*
 * Where the leak sanitizer is linked: what libgit2 1.5 itself forgets is not
 * ours to report. A search that finds nothing (in a revision's name, in the
 * settings of a repository of format 1) is kept for ever, as is a reference to
 * an object that cannot be read.
 */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void
watch_leaks(bool watch)
{
	if (__lsan_disable == NULL)
		return;
	if (watch)
		__lsan_enable();
	else
		__lsan_disable();
}

static size_t
open_files(void)
{
	DIR *stream = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(stream);
	while (readdir(stream) != NULL)
		count++;
	closedir(stream);
	return count;
}

/* How often libgit2 has been started, this test's own start included. */
static int
git_starts(void)
{
	int starts = git_libgit2_init();

	git_libgit2_shutdown();
	return starts;
}

static void
run_script(const char *script)
{
	struct buffer text = { 0 };

	buffer_add(&text, STR(TOOLS));
	buffer_add(&text, str_from(script));
	buffer_add_byte(&text, '\0');
	scratch_run(text.data);
	buffer_free(&text);
}

static void
add_bytes(struct buffer *out, struct str bytes)
{
	for (size_t i = 0; i < bytes.size; i++)
		if (bytes.data[i] == '\0')
			buffer_add(out, STR("\\0"));
		else
			buffer_add_byte(out, bytes.data[i]);
}

static int
list(struct source *source, const char *path, struct buffer *out,
    struct diag *diag)
{
	struct arena arena = { 0 };
	struct source_entry *entries;
	size_t count;
	int rc = source_list(source, &arena, path, &entries, &count, diag);

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(entries[i].name.data[entries[i].name.size],
		    '\0');
		buffer_format(out, STR_FMT "%s\n", STR_ARG(entries[i].name),
		    entries[i].is_folder ? "/" : "");
	}
	arena_free(&arena);
	return rc;
}

static int
read_file(struct source *source, const char *path, struct buffer *out,
    struct diag *diag)
{
	struct buffer bytes = { 0 };
	int rc;

	buffer_add(&bytes, STR("what was there before"));
	rc = source_read(source, path, &bytes, diag);
	add_bytes(out, buffer_str(&bytes));
	buffer_free(&bytes);
	return rc;
}

static int
perform(struct source *source, enum task task, const char *path,
    struct buffer *out, struct diag *diag)
{
	switch (task) {
	case LIST:
		return list(source, path, out, diag);
	case READ:
		return read_file(source, path, out, diag);
	case HAS:
		buffer_format(out, "%s\n",
		    source_has(source, path) ? "yes" : "no");
		return 0;
	case PREFIX:
		buffer_format(out, "%s\n", source_prefix(source));
		return 0;
	case DOUBTS:
		repository_doubts(source_repository(source), "book", diag);
		return diag_count(diag, SEVERITY_WARNING) +
				   diag_count(diag, SEVERITY_NOTE) >
			       0
			   ? -1
			   : 0;
	case COMMIT_ID:
		buffer_format(out, "%s\n", source_commit_id(source));
		return 0;
	}
	return -1;
}

/* Open, perform, close; what comes out, then the findings. */
static int
observe(const struct row *row, struct buffer *out, struct diag *diag)
{
	const char *folder = row->folder != NULL ? row->folder : "book";
	bool is_lowered = row->is_as_nobody && geteuid() == 0;
	struct source *source;
	int rc;

	if (row->is_leaky)
		watch_leaks(false);
	rc = row->is_staged ? source_open_index(&source, folder, diag)
			    : source_open(&source, folder, row->revision, diag);
	if (row->is_leaky)
		watch_leaks(true);
	if (rc != 0) {
		assert_null(source);
		return rc;
	}
	if (is_lowered)
		assert_int_equal(seteuid(65534), 0);
	rc = perform(source, row->task, row->path, out, diag);
	if (is_lowered)
		assert_int_equal(seteuid(0), 0);
	source_close(source);
	return rc;
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct buffer out = { 0 };
	struct diag *diag;
	size_t files;
	int rc;

	if (row->is_for_root && geteuid() != 0)
		skip();
	scratch_enter();
	run_script(row->setup);
	diag = diag_new(0);
	files = open_files();
	rc = observe(row, &out, diag);
	assert_int_equal(rc,
	    scratch_findings(&out, diag, SEVERITY_NOTE) ? -1 : 0);
	buffer_add_byte(&out, '\0');
	if (!scratch_matches(row->want, out.data))
		fail_msg("wanted:\n%s\ngot:\n%s", row->want, out.data);
	assert_int_equal(open_files(), files);
	assert_int_equal(git_starts(), 2);
	diag_free(diag);
	buffer_free(&out);
}

/* One buffer and one source for files here and there, as books are read. */
static void
check_turns(const char *revision)
{
	static const struct {
		const char *path, *want;
	} turns[] = {
		{ "data/2022-10/stats.tsv", "stats\n" },
		{ "sub/book.rec", "sub\n" },
		{ "sub/deep/book.rec", "deep\n" },
		{ "book.rec", "one\n" },
		{ "sub/deep/book.rec", "deep\n" },
		{ "sub/deep/none.rec", "" },
		{ "sub/book.rec", "sub\n" },
		{ "data/2022-10/stats.tsv", "stats\n" },
	};
	struct diag *diag = diag_new(0);
	struct buffer bytes = { 0 };
	struct source *source;

	assert_int_equal(source_open(&source, "book", revision, diag), 0);
	for (size_t i = 0; i < LENGTH(turns); i++) {
		int rc = source_read(source, turns[i].path, &bytes, diag);

		assert_int_equal(rc, turns[i].want[0] == '\0' ? -1 : 0);
		assert_int_equal(rc == 0, source_has(source, turns[i].path));
		assert_true(str_equal(buffer_str(&bytes),
		    str_from(turns[i].want)));
	}
	source_close(source);
	buffer_free(&bytes);
	diag_free(diag);
}

static void
files_of_a_folder_by_turns(void **state)
{
	(void)state;
	scratch_enter();
	run_script(GIT_BOOK);
	check_turns(NULL);
}

static void
files_of_a_revision_by_turns(void **state)
{
	(void)state;
	scratch_enter();
	run_script(GIT_BOOK "git gc -q");
	check_turns("HEAD");
}

/* As for a pre-receive hook: the commit is not in the repository yet. */
static void
a_push_under_judgement(void **state)
{
	struct row row = { .is_leaky = true,
		.folder = "book",
		.revision = "pushed:sub",
		.task = READ,
		.path = "book.rec" };
	struct buffer out = { 0 };
	struct diag *diag = diag_new(0);
	char path[4096];

	(void)state;
	scratch_enter();
	run_script(GIT_BOOK "mkdir ../incoming; echo pushed >sub/book.rec\n"
			    "export GIT_OBJECT_DIRECTORY=../incoming\n"
			    "export GIT_ALTERNATE_OBJECT_DIRECTORIES="
			    ".git/objects\n" COMMIT "git tag pushed");
	assert_int_equal(observe(&row, &out, diag), -1);
	row.is_leaky = false;
	snprintf(path, sizeof(path), "%s/incoming", scratch_path());
	assert_int_equal(setenv("GIT_QUARANTINE_PATH", path, 1), 0);
	assert_int_equal(observe(&row, &out, diag), 0);
	assert_int_equal(unsetenv("GIT_QUARANTINE_PATH"), 0);
	assert_true(str_equal(buffer_str(&out), STR("pushed\n")));
	buffer_free(&out);
	diag_free(diag);
}

/* As for the hooks of `git commit -a`, which makes another index ready. */
static void
another_index(void **state)
{
	struct row row = { .folder = "book",
		.is_staged = true,
		.task = READ,
		.path = "book.rec" };
	struct buffer out = { 0 };
	struct diag *diag = diag_new(0);

	(void)state;
	scratch_enter();
	run_script(GIT_BOOK "echo two >book.rec\n"
			    "cp .git/index ../next\n"
			    "GIT_INDEX_FILE=../next git add .\n");
	assert_int_equal(setenv("GIT_INDEX_FILE", "next", 1), 0);
	assert_int_equal(observe(&row, &out, diag), 0);
	assert_int_equal(unsetenv("GIT_INDEX_FILE"), 0);
	assert_true(str_equal(buffer_str(&out), STR("two\n")));
	buffer_clear(&out);
	assert_int_equal(observe(&row, &out, diag), 0);
	assert_true(str_equal(buffer_str(&out), STR("one\n")));
	buffer_free(&out);
	diag_free(diag);
}

/* One repository, kept open by whoever uses it last. */
static void
sources_share_a_repository(void **state)
{
	struct diag *diag = diag_new(0);
	struct repository *repository;
	struct source *first, *second;
	struct buffer bytes = { 0 };

	(void)state;
	scratch_enter();
	run_script(GIT_BOOK "echo two >book.rec\n" COMMIT);
	assert_int_equal(repository_open(&repository, "book/sub",
			     REPOSITORY_BROWSE, diag),
	    0);
	assert_int_equal(source_open_in(&first, repository, "book", "HEAD~1",
			     diag),
	    0);
	assert_int_equal(source_open_in(&second, repository, "book", "HEAD:sub",
			     diag),
	    0);
	assert_ptr_equal(source_repository(first), repository);
	repository_close(repository);
	assert_int_equal(source_read(first, "book.rec", &bytes, diag), 0);
	assert_true(str_equal(buffer_str(&bytes), STR("one\n")));
	source_close(first);
	assert_int_equal(source_read(second, "book.rec", &bytes, diag), 0);
	assert_true(str_equal(buffer_str(&bytes), STR("sub\n")));
	source_close(second);
	assert_int_equal(git_starts(), 2);
	buffer_free(&bytes);
	diag_free(diag);
}

/* An object whose bytes are not what its name says: told only where proved. */
static void
hashes_are_verified_for_proofs(void **state)
{
	static const struct {
		enum repository_use use;
		int want;
	} uses[] = { { REPOSITORY_BROWSE, 0 }, { REPOSITORY_PROVE, -1 },
		{ REPOSITORY_BROWSE, 0 } };

	(void)state;
	scratch_enter();
	run_script(GIT_BOOK
	    "f=$(object HEAD:book.rec); g=$(object HEAD:sub/book.rec)\n"
	    "chmod u+w $f; cat $g >$f");
	for (size_t i = 0; i < LENGTH(uses); i++) {
		struct diag *diag = diag_new(0);
		struct repository *repository;
		struct buffer bytes = { 0 };
		struct source *source;

		assert_int_equal(repository_open(&repository, "book",
				     uses[i].use, diag),
		    0);
		assert_int_equal(source_open_in(&source, repository, "book",
				     "HEAD", diag),
		    0);
		assert_int_equal(source_read(source, "book.rec", &bytes, diag),
		    uses[i].want);
		source_close(source);
		repository_close(repository);
		buffer_free(&bytes);
		diag_free(diag);
	}
}

/* Paths up to the bound are read, one more name or byte is refused. */
static void
check_bound(size_t names, size_t name_size, bool is_refused)
{
	struct diag *diag = diag_new(0);
	struct buffer path = { 0 }, out = { 0 };
	struct source *source;

	for (size_t i = 0; i < names; i++) {
		for (size_t j = 0; j < name_size; j++)
			buffer_add_byte(&path, 'x');
		buffer_add_byte(&path, i + 1 < names ? '/' : '\0');
	}
	assert_int_equal(source_open(&source, ".", NULL, diag), 0);
	assert_int_equal(source_read(source, path.data, &out, diag), -1);
	scratch_findings(&out, diag, SEVERITY_NOTE);
	buffer_add_byte(&out, '\0');
	assert_int_equal(strstr(out.data, "[path]") != NULL, is_refused);
	assert_int_equal(strstr(out.data, "[source]") != NULL, !is_refused);
	source_close(source);
	buffer_free(&path);
	buffer_free(&out);
	diag_free(diag);
}

static void
paths_are_bounded(void **state)
{
	(void)state;
	scratch_enter();
	check_bound(64, 1, false);
	check_bound(65, 1, true);
	check_bound(1, 255, false);
	check_bound(1, 256, true);
	check_bound(100000, 1, true);
}

static void
closing_nothing_is_fine(void **state)
{
	(void)state;
	source_close(NULL);
}

int
main(void)
{
	struct CMUnitTest tests[LENGTH(rows) + 8] = {
		cmocka_unit_test(files_of_a_folder_by_turns),
		cmocka_unit_test(files_of_a_revision_by_turns),
		cmocka_unit_test(a_push_under_judgement),
		cmocka_unit_test(paths_are_bounded),
		cmocka_unit_test(closing_nothing_is_fine),
		cmocka_unit_test(another_index),
		cmocka_unit_test(sources_share_a_repository),
		cmocka_unit_test(hashes_are_verified_for_proofs),
	};
	int failed;

	if (!scratch_open(TEMPLATE))
		return 1;
	for (size_t i = 0; i < LENGTH(rows); i++)
		tests[8 + i] = (struct CMUnitTest){ .name = rows[i].name,
			.test_func = check_row,
			.initial_state = &rows[i] };
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	return !scratch_close() || failed != 0;
}
