"""history_oracle.py: checks shiji-diff and shiji-log, found on the PATH, on
random books with random histories, always the same ones.

What a side scores is what shiji-score and shiji-rank say of it (which
score_oracle.py compares with score_model.py); what the causes of a difference
are, history_model.py works out; what a commit did, history_books.py knows.
Prints a line for each book and kind of check, and the first differences.
Exit status 1 where anything differs.

    history_oracle.py [--books N] [--first N] [--keep FOLDER] [ANYTHING]
"""

import argparse
import decimal
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

# No compiled modules beside the sources.
sys.dont_write_bytecode = True

import history_books
import history_model
import num_oracle
import score_model
from history_books import Commit
from history_model import CAUSES
from score_oracle import SHIPPED

BOOKS = 8
BOOKS_SANITIZED = 2  # the tools are ten times as slow then
COMMITS = 12
SHOWN = 6  # differences of a check
DIFF_COLUMNS = (
    "period unit item from to delta from_rank to_rank scheme own pool members from_state to_state"
).split()
EVIDENCE_COLUMNS = (
    "period unit item cause amount measure of at file line old new commit author date reason"
).split()
LOG_COLUMNS = (
    "commit parent date author period unit item from to delta from_rank to_rank "
    "from_state to_state subject reason"
).split()


class Run:
    """A tool, run to its end."""

    def __init__(self, *command, cwd=None, **changed):
        done = subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            env=history_books.environment(**changed),
            check=False,
        )
        self.command, self.status = command, done.returncode
        self.bytes, self.out = done.stdout, done.stdout.decode()
        self.err = done.stderr.decode(errors="replace")

    def __str__(self):
        return " ".join(map(str, self.command))

    def rows(self):
        """Of TSV: dictionaries by column."""
        lines = self.out.split("\n")
        names = lines[0].split("\t")
        return [dict(zip(names, line.split("\t"))) for line in lines[1:-1]]

    def columns(self):
        return self.out.split("\n")[0].split("\t")


def number(text):
    return Fraction(text or 0)


class Side:
    """What shiji-score and shiji-rank say of a revision in a period."""

    def __init__(self, folder, revision, period):
        named = ["-r", revision] if revision else []
        run = Run("shiji-score", "-C", folder, *named, "-p", period, "-f", "tsv")
        self.bytes = run.bytes
        self.status, self.message = run.status, run.err
        # Nothing to score is nothing wrong.
        self.is_empty = run.status == 2 and f"no data for {period}" in run.err
        self.cells, self.ranks = {}, {}
        if run.status != 0:
            return
        for row in run.rows():
            self.cells[row["unit"], row["item"]] = (row["score"], row["state"])
        ranked = subprocess.run(
            ["shiji-rank", "-f", "tsv", "--keep-order"], input=run.bytes, capture_output=True,
            check=True, env=history_books.environment(),
        )  # fmt: skip
        for line in ranked.stdout.decode().split("\n")[1:-1]:
            cells = line.split("\t")
            self.ranks[cells[1], cells[2]] = cells[-1]

    def cell(self, key):
        """(score, state, rank); `none` where there is no such thing."""
        score, state = self.cells.get(key, ("", "none"))
        return score, state, self.ranks.get(key, "")


class Repository:
    """A history written out, with what is known of its commits."""

    def __init__(self, history, folder):
        self.history, self.root = history, folder
        history.write(folder)
        self.folder = folder / history.prefix
        self.books, self.sides, self.mixed = {}, {}, {}

    def side(self, commit, period):
        key = (commit.number, period)
        if key not in self.sides:
            self.sides[key] = Side(self.folder, commit.id, period)
        return self.sides[key]

    def book(self, commit, measures_of=None):
        """As the model reads it; with the measures of another commit."""
        other = measures_of or commit
        key = (commit.number, other.number)
        if key not in self.books:
            files = {**commit.files, "measures.rec": other.files["measures.rec"]}
            self.books[key] = score_model.Book(files, SHIPPED)
        return self.books[key]

    def is_sound(self, commit, period):
        side = self.side(commit, period)
        return side.status == 0 or side.is_empty

    def has_scores(self, commit, period):
        return self.side(commit, period).status == 0


class Pair:
    """Two sides laid side by side, and what shiji-diff has to say of them."""

    def __init__(self, repository, a, b, period_a, period_b):
        self.repository, self.a, self.b = repository, a, b
        self.periods = (period_a, period_b)
        self.from_side = repository.side(a, period_a)
        self.to_side = repository.side(b, period_b)
        self.names = history_model.match_units(repository.book(a), repository.book(b))

    def operands(self):
        if self.periods[0] == self.periods[1]:
            return [self.a.id, self.b.id, "-p", self.periods[0]]
        return [f"{self.a.id}:{self.periods[0]}", f"{self.b.id}:{self.periods[1]}"]

    def run(self, *options):
        folder = self.repository.folder
        return Run("shiji-diff", "-C", folder, "-f", "tsv", *options, *self.operands())

    def expected(self):
        """{(unit, item): cells of both sides}, in the order of the rows."""
        olds = {self.names[unit]: unit for unit in self.names}
        units = [*self.repository.book(self.b).units, *olds]
        items = [item for _, item in [*self.to_side.cells, *self.from_side.cells]]
        units, items = dict.fromkeys(units), dict.fromkeys(items)
        found = {}
        for unit, item in itertools.product(units, items):
            old = self.from_side.cell((olds.get(unit), item))
            new = self.to_side.cell((unit, item))
            if self.differs(old, new):
                found[unit, item] = (old, new)
        return found

    @staticmethod
    def differs(old, new):
        """4.0 and 4.00 are the same score."""
        if old[1:] != new[1:] or bool(old[0]) != bool(new[0]):
            return True
        return number(old[0]) != number(new[0])

    def change(self):
        a = history_model.Side(
            self.repository.book(self.a), score_model.period_of(self.periods[0])
        )
        b = history_model.Side(
            self.repository.book(self.b), score_model.period_of(self.periods[1])
        )
        return history_model.Change(a, b, self.repository.book(self.a, self.b))


# Checks of diff. Each gives its differences as text.


def check_rows(pair, run, rows):
    """From, to, states and ranks are those of the sides, and all are there."""
    wanted = pair.expected()
    if run.columns() != DIFF_COLUMNS:
        yield f"columns {run.columns()}"
        return
    if run.status != (1 if wanted else 0):
        yield f"status {run.status} with {len(wanted)} rows to be told"
    found = {(row["unit"], row["item"]): row for row in rows}
    if len(found) != len(rows):
        yield "a row is there twice"
    for key in [key for key in wanted if key not in found]:
        yield f"{' '.join(key)} is not told: {wanted[key]}"
    for key in [key for key in found if key not in wanted]:
        yield f"{' '.join(key)} is told but is the same: {found[key]}"
    if list(found) != list(wanted) and set(found) == set(wanted):
        yield f"the order is {list(found)}, not {list(wanted)}"
    for key, (old, new) in wanted.items():
        if key in found:
            names = ("from", "from_state", "from_rank", "to", "to_state", "to_rank")
            cells = tuple(found[key][name] for name in names)
            if cells != old + new:
                yield f"{' '.join(key)} has {cells}, not {old + new}"


def check_sums(rows):
    for row in rows:
        delta = number(row["to"]) - number(row["from"])
        if number(row["delta"]) != delta:
            yield f"{row['unit']} {row['item']}: delta {row['delta']}, not {delta}"
        parts = [number(row[cause]) for cause in CAUSES]
        if sum(parts) != delta:
            yield f"{row['unit']} {row['item']}: causes {parts} do not add up to {delta}"


def check_kind(pair, rows):
    """A commit that did one kind of thing has causes of that kind alone."""
    did, told = pair.b.did, {history_books.SCHEME: ("scheme",), history_books.MEMBERS: ("members",)}
    aliases = pair.repository.book(pair.b).aliases
    for row in rows:
        found = {cause for cause in CAUSES if number(row[cause]) != 0}
        allowed = set(told.get(did, CAUSES))
        if did == history_books.NOTHING:
            yield f"a commit that changes nothing has {row}"
        if did == history_books.OWN:
            allowed = {"own"} if row["unit"] == aliases.get(pair.b.unit) else {"pool"}
        if did == history_books.DATA:
            allowed = {"own", "pool"}
        if not found <= allowed:
            yield f"{row['unit']} {row['item']}: {sorted(found)} where only {did} changed"


def check_parents(pair, rows):
    """A plain sum of its children has the sums of their causes."""
    found = {(row["unit"], row["item"]): row for row in rows}
    trees = []
    for commit, period in zip((pair.a, pair.b), pair.periods):
        scheme = pair.repository.book(commit).scheme(score_model.period_of(period))
        trees.append({item.name: item for item in scheme.items.values()})
    for unit, name in found:
        parents = [tree.get(name) for tree in trees]
        if not all(parents) or not all(map(is_plain_sum, parents)):
            continue
        children = [[child.name for child in parent.children] for parent in parents]
        if children[0] != children[1] or not children[0]:
            continue
        if not all(is_exact(tree[child]) for tree in trees for child in children[0]):
            continue
        keys = [(unit, name), *((unit, child) for child in children[0])]
        # A child whose causes cancel out is not told, and cannot be added.
        if not all(is_whole(pair, key) and key in found for key in keys):
            continue
        for cause in CAUSES:
            below = sum(number(found[key][cause]) for key in keys[1:])
            if number(found[unit, name][cause]) != below:
                yield f"{unit} {name}: {cause} {found[unit, name][cause]}, its children {below}"


def is_plain_sum(item):
    beside = [item] if item.parent is None else item.parent.children
    return not {"Rule", "Cap", "Floor", "Veto", "Missing", "NotApplicable"} & (
        set(item.rules) | {name for name, _ in item.fields}
    ) and not any(map(score_model.Item.rescales, beside)) and item.digits == "none"


def is_exact(item):
    return item.digits == "none"


def is_whole(pair, key):
    """Scored on both sides, and ends as a decimal: nothing is rounded."""
    olds = {new: old for old, new in pair.names.items()}
    cells = (pair.from_side.cell((olds.get(key[0]), key[1])), pair.to_side.cell(key))
    return all(score and state == "scored" and len(score) < 30 for score, state, _ in cells)


def check_causes(pair, rows, tally):
    """The four numbers are those of the model."""
    change = pair.change()
    wanted = change.causes({row["unit"] for row in rows})
    if change.trouble:
        tally.unsettled += 1
        return
    for row in rows:
        tally.causes += 1
        key = (row["unit"], row["item"])
        cells = tuple(number(row[cause]) for cause in CAUSES)
        if cells != wanted.get(key):
            yield f"{' '.join(key)}: causes {show(cells)}, not {show(wanted.get(key))}"


def show(cells):
    if cells is None:
        return "none"
    return " ".join(f"{name} {float(cell):g}" for name, cell in zip(CAUSES, cells) if cell) or "0"


def check_reverse(rows, backwards, pair):
    olds = {new: old for old, new in pair.names.items()}
    found = {(row["unit"], row["item"]): row for row in backwards}
    if len(backwards) != len(rows):
        yield f"{len(rows)} rows one way, {len(backwards)} the other"
    for row in rows:
        other = found.get((olds.get(row["unit"], row["unit"]), row["item"]))
        if other is None:
            yield f"{row['unit']} {row['item']} is not told backwards"
        elif number(other["delta"]) != -number(row["delta"]):
            yield f"{row['unit']} {row['item']}: {row['delta']}, backwards {other['delta']}"


def check_evidence(pair, run, rows, tally, source):
    """The rows of --causes add up, and what they point at is there."""
    found = run.rows()
    if run.columns() != EVIDENCE_COLUMNS:
        yield f"columns {run.columns()}"
        return
    sums = {}
    for row in found:
        key = (row["unit"], row["item"], row["cause"])
        sums[key] = sums.get(key, 0) + number(row["amount"])
    for row in rows:
        for cause in CAUSES:
            amount = sums.pop((row["unit"], row["item"], cause), 0)
            if amount != number(row[cause]):
                yield f"{row['unit']} {row['item']} {cause}: {row[cause]}, its rows {amount}"
    for key, amount in sums.items():
        if amount != 0:
            yield f"{' '.join(key)}: {amount} is in no row of the table"
    own = [row for row in found if row["cause"] == "own" and row["file"]]
    source.shuffle(own)
    for at, row in enumerate(own):
        tally.evidence += 1
        yield from check_line(pair, row)
        if at < 4:
            yield from check_commit(pair, row)


def check_line(pair, row):
    """The old and the new value are those of the two sides, and what is said
    of the new one stands in that line of that file."""
    said = f"{row['unit']} {row['item']}: {row['measure']} of {row['of']} at {row['at']}"
    at = score_model.period_of(row["at"])
    olds = {new: old for old, new in pair.names.items()}
    sides = [("new", pair.b, row["of"])]
    if pair.periods[0] == pair.periods[1]:
        sides.append(("old", pair.a, olds.get(row["of"])))
    for name, commit, unit in sides:
        book = pair.repository.book(commit)
        value = book.value(row["measure"], unit, at)
        # An item that carries reads the last known one.
        carried = book.carried(row["measure"], unit, at)[0]
        if not is_value(row[name], value) and not is_value(row[name], carried):
            yield f"{said}: {name} {row[name]!r}, the records have {value}"
    if not any(row_stands(pair, side, row) for side in (pair.b, pair.a)):
        yield f"{said}: {row['file']}:{row['line']} does not have it"


def is_value(text, value):
    if score_model.is_absent(value):
        return text == ("n/a" if value is score_model.NOT_APPLICABLE else "")
    return text not in ("", "n/a") and Fraction(text) == value


def is_exactly(text, value):
    """An exact value of explain, which may be a fraction."""
    if score_model.is_absent(value):
        return text in (None, value.name)
    return re.fullmatch(r"-?[0-9./]+", text or "") is not None and Fraction(text) == value


def row_stands(pair, commit, row):
    """Whether the line is a row of the measure and the unit."""
    lines = commit.files.get(row["file"], "").split("\n")
    at = int(row["line"]) - 1 if row["line"] else -1
    if not 0 < at < len(lines):
        return False
    cells = lines[at].split("\t")
    unit = pair.repository.book(commit).aliases.get(cells[1]) if len(cells) > 2 else None
    return cells[0] == row["measure"] and row["of"] in (unit, pair.names.get(unit))


def check_commit(pair, row):
    """The commit named is the one that git blame names for the line, on the
    side that has it."""
    path = pair.repository.history.prefix + row["file"]
    names = []
    for side in (pair.b, pair.a):
        if row_stands(pair, side, row):
            blame = history_books.run_git(
                pair.repository.root, "blame", "--porcelain", f"-L{row['line']},{row['line']}",
                side.id, "--", path,
            )  # fmt: skip
            names.append(blame.decode().split(" ")[0])
    # Where it is gone from `to` the line is that of `from`.
    if row["commit"] not in names:
        yield f"{row['file']}:{row['line']}: commit {row['commit'][:8]}, git blame has {names}"


# Checks of log


class Walk:
    """What a log of one period has to tell: of each commit the scores that are
    others than those of every parent. Where the records of a parent are
    unsound, the nearest sound ancestor by first parents takes its place."""

    def __init__(self, repository, period):
        self.repository, self.period = repository, period
        self.commits = repository.history.commits
        self.by_id = {commit.id: commit for commit in self.commits}
        self.memo = {}

    def bases(self, commit):
        """What it is compared with, one to a parent; None for a root."""
        found = []
        for number_ in commit.parents or [None]:
            while number_ is not None:
                base = self.commits[number_]
                if self.repository.is_sound(base, self.period):
                    break
                number_ = (base.parents or [None])[0]
            found.append(None if number_ is None else self.commits[number_])
        return found

    def differences(self, base, commit):
        if base is not None:
            return Pair(self.repository, base, commit, self.period, self.period).expected()
        side = self.repository.side(commit, self.period)
        return {key: (("", "none", ""), side.cell(key)) for key in side.cells}

    def rows(self, commit):
        """{(unit, item): cells of the first base and of the commit}."""
        if commit.number not in self.memo:
            first, *others = self.bases(commit)
            found = self.differences(first, commit)
            for base in others:
                also = self.differences(base, commit)
                found = {key: cells for key, cells in found.items() if key in also}
            self.memo[commit.number] = found
        return self.memo[commit.number]

    def is_told(self, commit):
        """Unsound records are told where no parent has the very same."""
        if self.repository.is_sound(commit, self.period):
            return bool(self.rows(commit))
        return all(self.commits[n].files != commit.files for n in commit.parents)


def blocks_of(rows):
    """The rows of each commit, in the order in which they come."""
    return [(name, list(group)) for name, group in itertools.groupby(rows, lambda r: r["commit"])]


def check_log(walk, run, among, is_reverse=False):
    rows = run.rows()
    has_scores = any(walk.repository.has_scores(commit, walk.period) for commit in among)
    if run.status == 2 and among and not has_scores:
        return
    if run.status != 0:
        yield f"status {run.status}: {run.err[:200]}"
        return
    if run.columns()[: len(LOG_COLUMNS)] != LOG_COLUMNS:
        yield f"columns {run.columns()}"
        return
    blocks = blocks_of(rows)
    names = [name for name, _ in blocks]
    if len(set(names)) != len(names):
        yield "a commit comes twice"
    wanted = {commit.id: commit for commit in among if walk.is_told(commit)}
    for name in wanted:
        if name not in names:
            yield f"{describe(wanted[name])} is not told"
    for name, group in blocks:
        if name not in walk.by_id:
            yield f"there is no commit {name}"
        elif name not in wanted:
            yield f"{describe(walk.by_id[name])} is told: {group[0]}"
        else:
            yield from check_block(walk, walk.by_id[name], group)
    yield from check_order(walk, names[::-1] if is_reverse else names)


def describe(commit):
    return f"{commit.id[:8]} ({commit.number}, {commit.subject}, of {commit.parents})"


def check_order(walk, names):
    """No commit comes before one that has it behind it."""
    numbers = [walk.by_id[name].number for name in names if name in walk.by_id]
    for at, later in enumerate(numbers):
        behind = walk.repository.history.ancestors(later) - {later}
        wrong = behind & set(numbers[:at])
        if wrong:
            yield f"commit {later} comes after {sorted(wrong)}, which it has behind it"


def check_block(walk, commit, group):
    """The rows of a commit are what scoring it and its parent gives."""
    first, side = group[0], walk.repository.side(commit, walk.period)
    said = describe(commit)
    reason = "; ".join(v if n == "Reason" else f"{n}: {v}" for n, v in commit.trailers)
    for name, value in (("subject", commit.subject), ("reason", reason)):
        if any(row[name] != value for row in group):
            yield f"{said}: {name} {first[name]!r}, not {value!r}"
    if commit.author not in first["author"]:
        yield f"{said}: author {first['author']!r}, not {commit.author!r}"
    if first["date"] != date_of(commit):
        yield f"{said}: date {first['date']}, not {date_of(commit)}"
    if side.status != 0 and not side.is_empty:
        if len(group) != 1 or first["unit"] or first["to_state"] != "unsound":
            yield f"{said} is unsound, but has {group[:2]}"
        elif not first.get("error") or first["error"] not in side.message.replace(
            commit.id + ":", ""
        ).replace(" error:", ""):
            if not first.get("error"):
                yield f"{said}: no error named"
        return
    bases = walk.bases(commit)
    wanted = bases[0].id if bases[0] is not None else ""
    if {row["parent"] for row in group} != {wanted}:
        yield f"{said}: parent {first['parent']!r}, not {wanted!r}"
    yield from check_cells(said, walk.rows(commit), group)


def check_cells(said, wanted, group):
    found = {(row["unit"], row["item"]): row for row in group}
    if set(found) != set(wanted):
        yield f"{said}: rows {sorted(set(found) ^ set(wanted))[:4]} on one side alone"
    names = ("from", "from_state", "from_rank", "to", "to_state", "to_rank")
    for key in set(found) & set(wanted):
        cells = tuple(found[key][name] for name in names)
        old, new = wanted[key]
        if cells != old + new:
            yield f"{said}: {' '.join(key)} has {cells}, not {old + new}"
        if number(found[key]["delta"]) != number(new[0]) - number(old[0]):
            yield f"{said}: {' '.join(key)} delta {found[key]['delta']}"


def date_of(commit):
    sign = -1 if commit.offset[0] == "-" else 1
    minutes = sign * (int(commit.offset[1:3]) * 60 + int(commit.offset[3:]))
    local = time.gmtime(commit.date + 60 * minutes)
    return time.strftime("%Y-%m-%dT%H:%M:%S", local) + f"{commit.offset[:3]}:{commit.offset[3:]}"


# A book with its history, from all sides


class Tally:
    def __init__(self):
        self.passed = self.failed = 0
        self.causes = self.unsettled = self.rows = self.evidence = self.blocks = 0

    def count(self, name, differences):
        differences = list(differences)
        if not differences:
            self.passed += 1
            print(f"ok {name}", flush=True)
            return
        self.failed += 1
        print(f"not ok {name}: {len(differences)} differences", flush=True)
        for text in differences[:SHOWN]:
            print(f"    {text[:600]}")


class Examination:
    """All checks of one history."""

    def __init__(self, number_, repository, tally):
        self.number, self.repository, self.tally = number_, repository, tally
        self.history = repository.history
        self.random = random.Random(number_)

    def pairs(self):
        """Adjacent, distant, across branches, there and back; of two periods."""
        commits = self.history.commits
        periods = self.history.periods
        chosen = []
        for commit in commits[1:]:
            if len(commit.parents) == 1 or self.random.random() < 0.5:
                chosen.append((commits[commit.parents[0]], commit))
        self.random.shuffle(chosen)
        chosen = chosen[:7]
        for _ in range(4):
            a, b = self.random.sample(commits, 2)
            chosen += [(a, b)]
        for a, b in chosen:
            period = self.random.choice(periods)
            if self.are_sound((a, period), (b, period)):
                yield Pair(self.repository, a, b, period, period)
        for _ in range(3):
            a, b = self.random.choice(commits), commits[-1]
            one, other = self.random.sample(periods, 2)
            alike = score_model.period_of(one)[0] == score_model.period_of(other)[0]
            if alike and self.are_sound((a, one), (b, other)):
                yield Pair(self.repository, a, b, one, other)

    def pairs_begun(self):
        """Of a period that has figures on one side alone, there and back."""
        commits, period = self.history.commits, self.history.editor.late[0]
        begun = [commit for commit in commits if self.are_sound((commit, period))]
        empty = [commit for commit in commits if self.repository.side(commit, period).is_empty]
        if begun and empty:
            a, b = self.random.choice(empty), self.random.choice(begun)
            yield Pair(self.repository, a, b, period, period)
            yield Pair(self.repository, b, a, period, period)

    def are_sound(self, *sides):
        return all(self.repository.has_scores(*side) for side in sides)

    def check_diff(self):
        for pair in self.pairs():
            run = pair.run()
            if run.status not in (0, 1):
                yield f"{run}: status {run.status} {run.err[:300]}"
                continue
            rows = run.rows()
            self.tally.rows += len(rows)
            for text in self.checks_of(pair, run, rows):
                yield f"{run}: {text}"

        for pair in self.pairs_begun():
            run = pair.run()
            for text in itertools.chain(check_rows(pair, run, run.rows()), check_sums(run.rows())):
                yield f"{run}: {text}"

    def checks_of(self, pair, run, rows):
        yield from check_rows(pair, run, rows)
        yield from check_sums(rows)
        if pair.periods[0] == pair.periods[1] and pair.b.parents == [pair.a.number]:
            yield from check_kind(pair, rows)
        yield from check_parents(pair, rows)
        yield from check_causes(pair, rows, self.tally)
        back = Pair(self.repository, pair.b, pair.a, *pair.periods[::-1])
        yield from check_reverse(rows, back.run().rows(), pair)
        evidence = pair.run("--causes")
        yield from check_evidence(pair, evidence, rows, self.tally, self.random)

    def log(self, *arguments, **changed):
        folder = self.repository.folder
        return Run("shiji-log", "-C", folder, "-f", "tsv", "-i", "*", *arguments, **changed)

    def check_logs(self):
        history = self.history
        periods = history.periods + history.editor.late
        for period in self.random.sample(periods, min(2, len(periods))):
            walk = Walk(self.repository, period)
            among = [history.commits[n] for n in history.ancestors(history.heads["main"])]
            run = self.log("-p", period)
            for text in check_log(walk, run, among):
                yield f"{run}: {text}"
            blocks = blocks_of(run.rows())
            self.tally.blocks += len(blocks)
            if run.status == 0:
                yield from self.check_options(walk, blocks, among)
                yield from self.check_selection(run, period)

    def check_options(self, walk, blocks, among):
        period = walk.period
        causes = self.log("-p", period, "--causes")
        yield from self.check_log_causes(walk, causes, blocks)
        backwards = self.log("-p", period, "--reverse")
        if blocks_of(backwards.rows()) != blocks[::-1]:
            yield f"{backwards}: not the reverse"
        some = self.log("-p", period, "-n", 2)
        if blocks_of(some.rows()) != blocks[:2]:
            yield f"{some}: not the first two"
        old = self.random.choice(among)
        behind = self.history.ancestors(old.number)
        for revisions, numbers in (
            ([f"{old.id}..HEAD"], {c.number for c in among} - behind),
            ([old.id], behind),
        ):
            part = self.log("-p", period, *revisions)
            commits = [self.history.commits[n] for n in numbers]
            for text in check_log(walk, part, commits):
                yield f"{part}: {text}"

    def check_log_causes(self, walk, run, blocks):
        """The same rows, with the causes that diff tells."""
        found = blocks_of(run.rows())
        bare = [(name, [without_causes(row) for row in group]) for name, group in found]
        if bare != [(name, [without_causes(row) for row in group]) for name, group in blocks]:
            yield f"{run}: other rows than without --causes"
        told = [(name, group) for name, group in found if group[0]["parent"] and group[0]["unit"]]
        for name, group in self.random.sample(told, min(3, len(told))):
            pair = Pair(
                self.repository, walk.by_id[group[0]["parent"]], walk.by_id[name],
                walk.period, walk.period,
            )  # fmt: skip
            rows = {(row["unit"], row["item"]): row for row in pair.run().rows()}
            for row in group:
                causes = rows.get((row["unit"], row["item"]), {})
                cells = [number(row[cause]) for cause in CAUSES]
                if causes and cells != [number(causes[cause]) for cause in CAUSES]:
                    yield f"{run}: {name[:8]} {row['unit']} {row['item']}: {cells}, diff {causes}"

    def check_values(self):
        """Every value that was set, by whom; never what no commit changed."""
        history = self.history
        period = self.random.choice(history.periods)
        head = history.commits[history.heads["main"]]
        many = [name for name, (is_many, _, _) in history.book.measures.items() if is_many]
        run = Run(
            "shiji-log", "-C", self.repository.folder, "-f", "tsv", "-p", period, "--measure", "*"
        )
        aliases = self.repository.book(head).aliases
        wanted, twice = set(), set()
        for number_ in history.ancestors(head.number):
            commit = history.commits[number_]
            now, twice_now = values_of(commit, period, aliases)
            twice |= twice_now
            for key, cells in values_set(history, commit, now, period, aliases).items():
                wanted.add((commit.id, *key, *cells))
        found = {
            (row["commit"], row["period"], row["measure"], aliases.get(row["unit"], row["unit"]),
             row["from"], row["to"])
            for row in run.rows()
        }  # fmt: skip
        for row in sorted(wanted ^ found):
            if row[2] not in many and row[1:4] not in twice:
                yield f"{run}: {'not told' if row in wanted else 'told'}: {row}"

    def check_selection(self, run, period):
        """Of one unit and the total, and of totals alone: those rows."""
        rows = [row for row in run.rows() if row["unit"]]
        unit = self.random.choice(rows)["unit"] if rows else None
        head = self.repository.book(self.history.commits[self.history.heads["main"]])
        for options, is_wanted in (
            (["-i", "total", "-u", unit], lambda row: head.aliases.get(row["unit"]) == unit),
            ([], lambda row: True),
        ):
            if unit not in head.units:
                continue
            chosen = Run(
                "shiji-log", "-C", self.repository.folder, "-f", "tsv", "-p", period, *options
            )
            wanted = [row for row in rows if row["item"] == "total" and is_wanted(row)]
            found = [row for row in chosen.rows() if row["unit"]]
            if found != wanted:
                yield f"{chosen}: {len(found)} rows, not {len(wanted)}: {chosen.err[:200]}"

    def check_independence(self):
        """The machine has no say."""
        history = self.history
        period = self.random.choice(history.periods)
        sound = [c for c in history.commits if self.repository.has_scores(c, period)]
        if len(sound) < 2:
            return
        pair = Pair(self.repository, *self.random.sample(sound, 2), period, period)
        commands = [
            ["shiji-log", "-C", self.repository.folder, "-f", "tsv", "-p", period],
            ["shiji-diff", "-C", self.repository.folder, "-f", "tsv", "--causes", *pair.operands()],
            ["shiji-diff", "-C", self.repository.folder, "-f", "json", *pair.operands()],
        ]
        for command in commands:
            plain = Run(*command)
            for changed in surroundings(self.repository):
                other = Run(*command, **changed)
                if (other.status, other.bytes) != (plain.status, plain.bytes):
                    yield f"{plain}: other bytes with {changed}: {other.err[:200]}"

    def check_folder(self):
        """The records as they stand, and what is staged, against HEAD."""
        repository, history = self.repository, self.history
        period = self.random.choice(history.periods)
        head = history.commits[history.heads["main"]]
        if not self.are_sound((head, period)):
            return
        edited = Commit(len(history.commits), [head.number], *self.edited(head.files, period))
        Examination.write(repository.folder, head.files, edited.files)
        plain = Run("shiji-diff", "-C", repository.folder, "-f", "tsv", "-p", period)
        pair = Pair(repository, head, edited, period, period)
        for text in self.checks_of_folder(pair, plain):
            yield f"{plain}: {edited.subject}: {text}"
        history_books.run_git(repository.root, "add", "-A")
        staged = Run("shiji-diff", "--cached", "-C", repository.folder, "-f", "tsv", "-p", period)
        if (staged.status, staged.bytes) != (plain.status, plain.bytes):
            yield f"{staged}: not what the folder gives: {staged.err[:200]}"
        history.checkout(repository.root)
        clean = Run("shiji-diff", "-C", repository.folder, "-f", "tsv", "-p", period)
        if clean.status != 0 or clean.rows():
            yield f"{clean}: status {clean.status} where nothing was changed"

    def edited(self, files, period):
        """Records that can still be scored."""
        for _ in range(20):
            new, did, words, unit = self.history.editor.edit(files)
            if did != history_books.BROKEN and self.history.is_sound(new, period):
                return new, did, words, unit
        return files, history_books.NOTHING, "nothing", None

    @staticmethod
    def write(folder, old, new):
        for name in old:
            if name not in new:
                (folder / name).unlink()
        for name, text in new.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")

    def checks_of_folder(self, pair, run):
        if run.status not in (0, 1):
            yield f"status {run.status} {run.err[:300]}"
            return
        yield from check_rows(pair, run, run.rows())
        yield from check_sums(run.rows())
        yield from check_kind(pair, run.rows())
        yield from check_causes(pair, run.rows(), self.tally)

    def check_ways(self):
        """Other ways to ask give the same differences."""
        pairs = list(itertools.islice(self.pairs(), 3))
        for pair in pairs:
            run = pair.run()
            rows = run.rows()
            if pair.periods[0] != pair.periods[1] or not rows:
                continue
            yield from self.check_selected(pair, rows)
            yield from self.check_sheet(pair, rows)
            yield from self.check_trailers(pair, rows)
            yield from self.check_all_periods(pair, rows)

    def check_selected(self, pair, rows):
        row = self.random.choice(rows)
        least = abs(number(row["delta"]))
        cause = self.random.choice(CAUSES)
        for options, is_wanted in (
            (["--min", row["delta"].lstrip("-")], lambda r: abs(number(r["delta"])) >= least),
            (["--only", cause], lambda r: number(r[cause]) != 0),
            (["-u", row["unit"]], lambda r: r["unit"] == row["unit"]),
            (["-i", row["item"]], lambda r: r["item"] == row["item"]),
        ):
            run = pair.run(*options)
            wanted = [row for row in rows if is_wanted(row)]
            if run.rows() != wanted or run.status != (1 if wanted else 0):
                yield f"{run}: {len(run.rows())} rows, status {run.status}, not {len(wanted)} rows"
        run = pair.run("--stat")
        for line in run.rows():
            mine = [row for row in rows if row["unit"] == line["unit"]]
            up = sum(number(row["delta"]) > 0 for row in mine)
            down = sum(number(row["delta"]) < 0 for row in mine)
            if [line["items"], line["up"], line["down"]] != [str(len(mine)), str(up), str(down)]:
                yield f"{run}: {line}, not {len(mine)} {up} {down}"
        if {line["unit"] for line in run.rows()} != {row["unit"] for row in rows}:
            yield f"{run}: other units than in the rows"

    def check_trailers(self, pair, rows):
        """What a message is to say is what the rows say; a message that says
        so is true, and one that says something else is found out."""
        wanted = [line for row in rows if row["item"] == "total" for line in trailers_of(row)]
        command = ["-C", self.repository.folder, pair.a.id, pair.b.id, "-p", pair.periods[0]]
        run = Run("shiji-diff", "--trailers", *command)
        if len(wanted) > 20:
            wanted[19:] = [f"Score-Change: and {len(wanted) - 19} more"]
        if run.out.split("\n")[:-1] != wanted or run.status not in (0, 1):
            yield f"{run}: {run.out} {run.err[:200]}, not {wanted}"
        if not wanted or pair.b.parents != [pair.a.number]:
            return
        for text, status in ((run.out, 0), (run.out.replace(" total ", " total 1", 1), 1)):
            commit = history_books.run_git(
                self.repository.root, "commit-tree", f"{pair.b.id}^{{tree}}", "-p", pair.a.id,
                input=f"{pair.b.subject}\n\n{text}".encode(),
            ).decode().strip()  # fmt: skip
            run = Run(
                "shiji-log", "-C", self.repository.folder, "-f", "tsv", "--check-trailers",
                f"{pair.a.id}..{commit}",
            )  # fmt: skip
            if run.status != status or bool(run.rows()) != bool(status):
                yield f"{run}: status {run.status}, {run.out}{run.err[:200]} of {text!r}"

    def check_sheet(self, pair, rows):
        """What was printed once, against a revision."""
        if any(old != new and old not in pair.repository.book(pair.b).aliases
               for old, new in pair.names.items()):  # fmt: skip
            return
        path = self.repository.root / "scores.tsv"
        path.write_bytes(pair.from_side.bytes)
        run = Run(
            "shiji-diff", "-f", "tsv", "-C", self.repository.folder, path, pair.b.id,
            "-p", pair.periods[1],
        )  # fmt: skip
        path.unlink()
        bare = [without_causes(row) for row in rows]
        if [without_causes(row) for row in run.rows()] != bare:
            yield f"{run}: other rows than {pair.run()}: {run.err[:200]}"
        if any(row[cause] for row in run.rows() for cause in CAUSES):
            yield f"{run}: causes of a sheet"

    def check_all_periods(self, pair, rows):
        """Without a period: all that either side has, each as by itself."""
        run = Run("shiji-diff", "-C", self.repository.folder, "-f", "tsv", pair.a.id, pair.b.id)
        period = pair.periods[0]
        is_longer = score_model.period_of(period)[0] != self.repository.book(pair.b).length
        if run.status == 2 or is_longer:
            return
        if [row for row in run.rows() if row["period"] == period] != rows:
            yield f"{run}: other rows of {period} than alone"

    def check_explain(self):
        """A score taken apart is the score, made of the values that stand."""
        sound = [
            (commit, period)
            for commit in self.history.commits[-4:]
            for period in self.history.periods
            if self.are_sound((commit, period))
        ]
        for commit, period in self.random.sample(sound, min(4, len(sound))):
            side = self.repository.side(commit, period)
            unit, item = self.random.choice(list(side.cells))
            run = self.explain(commit, period, unit, item)
            if run.status != 0:
                yield f"{run}: status {run.status} {run.err[:300]}"
                continue
            found = json.loads(run.out, parse_float=str, parse_int=str)[0]
            for text in self.checks_of_explain(commit, period, found):
                yield f"{run}: {text}"

    def explain(self, commit, period, unit, item, *options):
        folder = self.repository.folder
        return Run(
            "shiji-explain", "-C", folder, "-r", commit.id, "-p", period, "-f", "json",
            "-u", unit, "-i", item, *options,
        )  # fmt: skip

    def checks_of_explain(self, commit, period, found):
        key = (found["unit"], found["item"])
        side = self.repository.side(commit, period)
        cells = tuple(found[name] or "" for name in ("score", "state", "rank"))
        if cells != side.cell(key):
            yield f"{cells}, not {side.cell(key)}"
        for part in found["part_of"]:
            score, state, _ = side.cell((key[0], part["item"]))
            if (part["score"] or "", part["state"]) != (score, state):
                yield f"part of {part}, which has {score} {state}"
        book = self.repository.book(commit)
        for reading in found["readings"]:
            self.tally.evidence += 1
            at = score_model.period_of(reading["period"])
            value = book.value(reading["measure"], reading["unit"], at)
            carried = "carried" in found["state"]
            if not carried and not is_exactly(reading["value"], value):
                yield f"{reading['measure']} of {reading['unit']}: {reading['value']}, not {value}"
            for row in reading["rows"]:
                yield from self.check_reading(commit, book, reading, row)
        yield from self.check_counterfactual(commit, period, found)

    def check_reading(self, commit, book, reading, row):
        if "file" not in row:
            return
        line = commit.files.get(row["file"], "").split("\n")[int(row["line"]) - 1]
        cells = line.split("\t")
        wanted = [reading["measure"], reading["unit"], row["value"]]
        if [cells[0], book.aliases.get(cells[1]), cells[2]] != wanted:
            yield f"{row['file']}:{row['line']} has {cells}, not {wanted}"
        if row["commit"] is not None and self.random.random() < 0.2:
            blame = history_books.run_git(
                self.repository.root, "blame", "--porcelain", f"-L{row['line']},{row['line']}",
                commit.id, "--", self.history.prefix + row["file"],
            ).decode()  # fmt: skip
            if blame.split(" ")[0] != row["commit"]["id"]:
                yield f"{row['file']}:{row['line']}: commit {row['commit']}, blame {blame[:40]}"

    def check_counterfactual(self, commit, period, found):
        """What would be is what comes of records in which it is."""
        own = [
            (reading["measure"], row)
            for reading in found["readings"]
            for row in reading["rows"]
            if reading["unit"] == found["unit"]
            and reading["period"] == row["period"] == period
            and len(reading["rows"]) == 1
            and "file" in row
        ]
        if not own:
            return
        measure, row = self.random.choice(own)
        value = self.history.editor.new_value(measure, row["value"]) or "5"
        lines = commit.files[row["file"]].split("\n")
        cells = lines[int(row["line"]) - 1].split("\t")
        cells[2] = value
        lines[int(row["line"]) - 1] = "\t".join(cells)
        files = {**commit.files, row["file"]: "\n".join(lines)}
        book, at = score_model.Book(files, SHIPPED), score_model.period_of(period)
        if score_model.expected(book, at)[0] != 0:
            return
        wanted = history_model.outcome(book, at)[found["unit"], found["item"]]
        run = self.explain(
            commit, period, found["unit"], found["item"], f"--counterfactual={measure}={value}"
        )
        if run.status != 0:
            yield f"{run}: status {run.status}: {run.err[:300]}"
            return
        told = json.loads(run.out, parse_float=str, parse_int=str)[0]["counterfactual"]
        if (told["to"] is None) != (wanted is None) or number(told["to"]) != (wanted or 0):
            yield f"{run}: {told}, not {wanted}"
        if (told["from"] or "") != (found["score"] or ""):
            yield f"{run}: from {told['from']}, not {found['score']}"

    def all(self):
        for name, check in (
            ("diff", self.check_diff), ("log", self.check_logs),
            ("values", self.check_values), ("independence", self.check_independence),
            ("ways", self.check_ways), ("explain", self.check_explain),
            ("folder", self.check_folder),
        ):  # fmt: skip
            self.tally.count(f"history {self.number} {name}", check())


def trailers_of(row):
    """What a commit's message says of a total."""
    start = f"{row['period']} {row['unit']} total"
    ranks = [row[name] or "none" for name in ("from_rank", "to_rank")]
    scores = [row[name] or "none" for name in ("from", "to")]
    moved = bool(row["from"]) != bool(row["to"]) or number(row["from"]) != number(row["to"])
    if moved:
        rank = f" rank {ranks[0]} -> {ranks[1]}" if ranks[0] != ranks[1] else ""
        yield f"Score-Change: {start} {scores[0]} -> {scores[1]}{rank}"
    elif ranks[0] != ranks[1]:
        yield f"Rank-Change: {start} {ranks[0]} -> {ranks[1]}"


def without_causes(row):
    return {name: cell for name, cell in row.items() if name not in CAUSES}


def values_of(commit, period, aliases):
    """{(folder, measure, unit): (value, status, note)}, as written; and what
    stands there twice, as merges make it."""
    found, twice, period = {}, set(), score_model.period_of(period)
    for name, text in commit.files.items():
        folder = name.split("/")[1] if name.startswith("data/") else None
        if folder is None or not score_model.overlaps(
            period, *(score_model.period_of(folder),) * 2
        ):
            continue
        for cells in history_books.read_rows(text)[1]:
            cells = (cells + [""] * 5)[:5]
            key = (folder, cells[0], aliases.get(cells[1], cells[1]))
            if key in found:
                twice.add(key)
            found[key] = tuple(cells[2:])
    return found, twice


def values_set(history, commit, now, period, aliases):
    """What a commit has otherwise than every parent: {key: (from, to)}."""
    parents = [history.commits[number_] for number_ in commit.parents]
    befores = [values_of(parent, period, aliases)[0] for parent in parents] or [{}]
    return {
        key: (befores[0].get(key, ("",))[0], now.get(key, ("",))[0])
        for key in dict.fromkeys(itertools.chain(*befores, now))
        if all(before.get(key) != now.get(key) for before in befores)
    }


def surroundings(repository):
    yield {"LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"}
    yield {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "America/New_York"}
    yield {"LC_ALL": "zh_CN.GB18030", "TZ": "Pacific/Chatham"}
    yield {
        "GIT_DIR": str(repository.root / "nowhere"), "GIT_WORK_TREE": "/",
        "GIT_INDEX_FILE": "/dev/null", "GIT_OBJECT_DIRECTORY": "/nonexistent",
        "GIT_NAMESPACE": "other", "GIT_LITERAL_PATHSPECS": "1", "GIT_PAGER": "false",
    }  # fmt: skip


def examine(number_, tally, keep):
    folder = Path(keep, str(number_)) if keep else Path(tempfile.mkdtemp(prefix="history."))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        history = history_books.History(number_, COMMITS)
        Examination(number_, Repository(history, folder), tally).all()
    finally:
        if not keep:
            shutil.rmtree(folder)


def main():
    # The decimals' own operators round to the precision of this context.
    decimal.setcontext(num_oracle.context(20000))
    sys.setrecursionlimit(20000)
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    usual = BOOKS_SANITIZED if os.environ.get("SANITIZE") else BOOKS
    parser.add_argument("--books", type=int, default=usual)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", help="leave the repositories in this folder")
    parser.add_argument("ignored", nargs="*", help="what the runner gives to every oracle")
    options = parser.parse_args()
    if shutil.which("shiji-score") is None:
        sys.exit("history_oracle: no shiji-score on the PATH; put the folder of the tools there")
    tally = Tally()
    for number_ in range(options.first, options.first + options.books):
        examine(number_, tally, options.keep)
    print(
        f"{tally.rows} rows of diff, {tally.causes} with causes as the model has them "
        f"({tally.unsettled} pairs it cannot settle), {tally.evidence} pieces of evidence, "
        f"{tally.blocks} commits in logs"
    )
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


if __name__ == "__main__":
    main()
