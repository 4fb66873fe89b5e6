"""guard_oracle.py: holds shiji-guard, found on the PATH, to guard_model.py on
random histories, always the same ones, in both directions: each file that the
guard refuses to a commit the model refuses, and the other way round. So what
the guard lets in the model lets in, and what is honest by the model comes in.

The model itself is held to git: what it calls taken from a parent is what
`git merge-tree` makes of that parent and each other one, and what that makes
of two parents with one merge base is nobody's change.

Prints a line for each history and kind of check, and the first differences.
Exit status 1 where anything differs.

    guard_oracle.py [--histories N] [--first N] [--seconds N] [--keep FOLDER] [ANYTHING]

ORACLE_HISTORIES does as --histories. With --seconds it goes on until so many
have passed.
"""

import argparse
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

# No compiled modules beside the sources.
sys.dont_write_bytecode = True

import guard_histories
from guard_model import ABSENT, UNKNOWN, is_ordinary

HISTORIES = 60
HISTORIES_SANITIZED = 12  # the guard is ten times as slow then
COMMITS = 24
SHOWN = 6  # differences of a check
MERGE = ("merge-tree", "--write-tree")
REFUSED = re.compile(
    r"(\S+): this file belongs to the office (\S+?)[;,] .* in commit ([0-9a-f]{12}) by "
)


def environment():
    """The caller's, less what would lead git or a tool elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "TZ": "UTC"}


def run(*command, **options):
    return subprocess.run(
        [str(word) for word in command], capture_output=True, env=environment(), check=False,
        **options,
    )  # fmt: skip


def git(folder, *arguments, **options):
    return run("git", "-C", folder, *arguments, **options)


class Joiner:
    """Contents that two sides changed, by the tools that people join them by."""

    def __init__(self, folder):
        self.folder, self.known = folder, {}

    def __call__(self, path, base, ours, theirs):
        key = (path, base, ours, theirs)
        if key not in self.known:
            self.known[key] = {text for text in map(self.join, self.commands(path), [key[1:]] * 2)}
            self.known[key].discard(None)
        return sorted(self.known[key])

    @staticmethod
    def commands(path):
        yield "shiji-merge-records", "-q", "base", "ours", "theirs", path
        yield "git", "merge-file", "-q", "ours", "base", "theirs"

    def join(self, command, texts):
        """None where there is a conflict."""
        for name, text in zip(("base", "ours", "theirs"), texts):
            (self.folder / name).write_bytes(text)
        done = run(*command, cwd=self.folder)
        return (self.folder / "ours").read_bytes() if done.returncode == 0 else None


class Repository:
    """A history written out, and what the guard says of it."""

    def __init__(self, history, folder):
        self.history, self.folder = history, folder
        git(folder, "init", "-q", "--bare", "-b", "main", ".")
        self.store = guard_histories.Store(folder, history.prefix)
        for commit in history.commits:
            self.store.write_commit(commit, history.commits)
        self.numbers = {commit.id[:12]: commit.number for commit in history.commits}
        self.merged = {}

    def guard(self, tip):
        """As the hook of a push of a commit onto a branch at the first one."""
        first, last = self.history.commits[0].id, self.history.commits[tip].id
        done = run("shiji-guard", cwd=self.folder, input=f"{first} {last} refs/heads/x\n".encode())
        return Answer(done, self)

    def merge(self, a, b):
        """What git makes of two: files as {path: version}, and those in conflict."""
        if (a, b) not in self.merged:
            names = [self.history.commits[number].id for number in (a, b)]
            done = git(self.folder, *MERGE, "-z", "--allow-unrelated-histories", *names)
            tree, *told = done.stdout.decode().split("\0")
            conflicts = set()
            for line in told:
                if not line:
                    break
                conflicts.add(self.inside(line.split("\t")[1]))
            self.merged[a, b] = (self.files(tree), conflicts)
        return self.merged[a, b]

    def files(self, tree):
        return {self.inside(path): version for path, version in self.store.read_tree(tree)}

    def inside(self, path):
        return path.removeprefix(self.history.prefix)


class Answer:
    def __init__(self, done, repository):
        self.status, self.text = done.returncode, done.stderr.decode()
        self.refused, self.is_whole = set(), "\nand " not in self.text
        for block in re.findall(r"^(?! ).*\n(?: .*\n)*", self.text, re.M):
            found = REFUSED.match(" ".join(block.split()))
            if found:
                place = repository.inside(found[1])
                self.refused.add((repository.numbers[found[3]], place))


# Checks. Each gives its differences as text.


def check_guard(history, repository, tally):
    model, commits, told = history.model, history.commits, set()
    for tip in history.tips():
        wanted = model.refused(tip, 0, guard_histories.OFFICERS)
        answer = repository.guard(tip)
        if answer.status not in (0, 1):
            yield f"commit {tip}: status {answer.status}: {answer.text}"
        missing = wanted - answer.refused if answer.is_whole else set()
        for number, path in sorted(missing - told):
            yield f"let in, against the model: {describe(history, number, path)}"
        for number, path in sorted(answer.refused - wanted - told):
            yield f"refused, against the model: {describe(history, number, path)}"
        told |= missing | answer.refused - wanted
        if not answer.is_whole and not wanted:
            yield f"commit {tip}: refused without need"
        coming = model.ancestors_of(tip) - model.ancestors_of(0)
        tally.count_merges(
            (len(commits[n].parents), any(n == number for number, _ in wanted)) for n in coming
        )


def check_taken(history, repository, tally):
    """What is taken from a parent git takes from it, against each other one."""
    model, commits = history.model, history.commits
    for commit in commits:
        heads = model.independent(commit.parents)
        for path in model.paths(commit.number) if len(heads) > 1 else ():
            version = model.prevailing(heads, path)
            if version != commit.version(path) or version == UNKNOWN:
                continue
            tally.taken += 1
            if not any(
                commits[head].version(path) == version
                and all(gives(repository, head, other, path, version) for other in heads)
                for head in heads
            ):
                yield f"git does not take it: {describe(history, commit.number, path)}"


def gives(repository, head, other, path, version):
    """Whether git, merging two, takes a version; also where that says nothing."""
    if head == other or not is_comparable(repository.history.model, head, other, path):
        return True
    files, conflicts = repository.merge(head, other)
    return path not in conflicts and named(version) == files.get(path)


def is_comparable(model, a, b, path):
    """Not where git guesses that a file was renamed, which the definition does
    not, nor where it moves a file aside because of a folder of its name."""
    bases = model.merge_bases(a, b)
    sides = [set(model.commits[number].files) for number in (a, b)]
    before = [set(model.commits[number].files) for number in bases]
    names = set().union(*sides, *before)
    if any(name.startswith(path + "/") or path.startswith(name + "/") for name in names):
        return False
    if len(bases) > 1:
        # Git merges them one after another, and guesses at each step.
        return len(names - set.intersection(*sides, *before)) < 2 and all(
            is_comparable(model, *pair, path) for pair in itertools.combinations(bases, 2)
        )
    return not any(old - now and now - old for old in before for now in sides)


def is_link(model, heads, path):
    """Git merges contents and types of symbolic links apart too."""
    sides = model.sides(heads, path) or ()
    return any(side is not ABSENT and not is_ordinary(side) for side in sides)


def named(version):
    """A version as git lists it."""
    return version and (version[0], guard_histories.name_of("blob", version[1]))


def check_honest(history, repository, tally):
    """What git makes of two parents with one merge base is nobody's change."""
    model, commits = history.model, history.commits
    for commit in commits:
        heads = model.independent(commit.parents)
        if len(heads) != 2 or len(model.merge_bases(*heads)) > 1:
            continue
        files, conflicts = repository.merge(*heads)
        own = set(model.own_changes(commit.number))
        for path in model.paths(commit.number):
            if path in conflicts or named(commit.version(path)) != files.get(path):
                continue
            tally.honest += 1
            if path not in own or is_link(model, heads, path):
                continue
            if is_comparable(model, *heads, path):
                yield f"git gives it: {describe(history, commit.number, path)}"


def describe(history, number, path):
    commit = history.commits[number]
    given = history.model.given(commit.parents, path)
    parents = ", ".join(
        f"{parent} {short(history, path, history.commits[parent].version(path))}"
        for parent in commit.parents
    )
    return (
        f"{path} of commit {number} ({commit.note}) by {commit.author}: "
        f"{short(history, path, commit.version(path))}; its parents: {parents}; "
        f"merging gives {[short(history, path, version) for version in given]}"
    )


def short(history, path, version):
    if version is ABSENT:
        return "nothing"
    numbers = history.numbers.get((path, version[1]))
    return f"{version[0][-3:]} {''.join(map(str, numbers)) if numbers else version[1][:20]}"


def checks():
    """Those that can be made: older versions of git merge nothing by this."""
    if b"--write-tree" in run("git", "merge-tree", "-h").stdout:
        return (check_guard, check_taken, check_honest)
    print("not ok the model against git # SKIP git merge-tree merges nothing")
    return (check_guard,)


class Tally:
    def __init__(self):
        self.passed = self.failed = self.taken = self.honest = 0
        self.merges = Counter()

    def count(self, name, differences):
        differences = list(differences)
        if not differences:
            self.passed += 1
            print(f"ok {name}", flush=True)
            return
        self.failed += 1
        print(f"not ok {name}: {len(differences)} differences", flush=True)
        for text in differences[:SHOWN]:
            print(f"    {text[:900]}")

    def count_merges(self, judged):
        for parents, is_refused in judged:
            if parents > 1:
                self.merges[parents, is_refused] += 1

    def summary(self):
        counts = (
            f"{self.merges[parents, False]} of {parents} parents let in, "
            f"{self.merges[parents, True]} refused; "
            for parents in sorted({parents for parents, _ in self.merges})
        )
        return (
            f"merges: {''.join(counts)}{self.taken} files taken as git takes them, "
            f"{self.honest} as git joins them"
        )


def examine(number, made, tally, keep):
    folder = Path(keep, str(number)) if keep else Path(tempfile.mkdtemp(prefix="guard."))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            history = guard_histories.Random(number, COMMITS, Joiner(Path(scratch)))
            repository = Repository(history, folder)
            for check in made:
                name = check.__name__.removeprefix("check_")
                tally.count(f"history {number}: {name}", check(history, repository, tally))
    finally:
        if not keep:
            shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    usual = HISTORIES_SANITIZED if os.environ.get("SANITIZE") else HISTORIES
    usual = int(os.environ.get("ORACLE_HISTORIES", usual))
    parser.add_argument("--histories", type=int, default=usual)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, help="go on for so long")
    parser.add_argument("--keep", help="leave the repositories in this folder")
    parser.add_argument("ignored", nargs="*", help="what the runner gives to every oracle")
    options = parser.parse_args()
    if shutil.which("shiji-guard") is None:
        sys.exit("guard_oracle: no shiji-guard on the PATH; put the folder of the tools there")
    tally, number, start, made = Tally(), options.first, time.monotonic(), checks()
    while (
        time.monotonic() - start < options.seconds
        if options.seconds
        else number < options.first + options.histories
    ):
        examine(number, made, tally, options.keep)
        number += 1
    print(tally.summary())
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


if __name__ == "__main__":
    main()
