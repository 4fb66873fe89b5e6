"""Random books with random histories, as git repositories: branches, merges
of every shape, reverts, cherry-picks, commits that break the records, and
commits that change no score. Each commit knows what it holds and what it did.
"""

import os
import random
import subprocess

import score_model
import score_oracle
from score_oracle import SEED, SHIPPED, RandomBook

# What a commit did, as far as the checks of causes are concerned.
NOTHING, OWN, DATA, SCHEME, MEMBERS, MIXED, BROKEN = (
    "nothing own data scheme members mixed broken".split()
)
OFFICES = ("Statistics Office", "Office of Agriculture", "统计局", "Finance Office")
OFFSETS = ("+0800", "+0000", "-0500", "+0530", "+1345")
FIRST_DATE = 1640995200


class PlainBook(RandomBook):
    """A book such as is really kept: short rules, sums, and few surprises."""

    RULES = (
        "points * clamp({0} / 100, 0, 1)", "minmax({0}, points)", "ratio({0}, 50)",
        "ladder({0}, 10%, competition)", "ladder({0}, 15%, fractional)", "to_best({0}, 0)",
        "{0}", "{0} + {1}", "{0} / 3", "abs({0} - prev({0})) / 7", "default({0}, pool.mean({0}))",
        "if growth({0}) > 0 then points else 0", "clamp(month({0}), 0, points)",
        "points * pool.count({0} > {1}) / 10", "peers.mean({0}) / 10", "ytd({0}) / 9",
        "per_event({0}, 0.5)", "max(0, {0} - year_ago({0}))", "steps({0}, 0, 1, 2, 3, 50, 5)",
        "efficacy({0}, 60%, points)", "default(prev({0}), {1})", "{0} * pool.max({1}) / 100",
    )  # fmt: skip

    def rule(self, item, names):
        measures = [self.pick(names.measures) for _ in "ab"]
        text = self.pick(self.RULES).format(*measures)
        if "points" not in names.numbers:
            text = f"abs({measures[0]}) / 10"
        deducts = item.get("Kind") == "deduction" or not item["counts"]
        return f"max(0, {text})" if deducts else text

    def make_lets(self, fields, names):
        return [], []

    def choose_policies(self, tree):
        for item in tree:
            for name in ("Missing", "NotApplicable"):
                if self.chance(0.4):
                    item[name] = self.pick(("zero", "zero", "mean", "rescale"))
                    if item[name] == "rescale" and not item["counts"]:
                        item[name] = "zero"

    def other_fields(self, item, names, bounds):
        fields = list(bounds)
        if item["counts"] and self.chance(0.3):
            fields.append(("Cap", self.pick(("none", "8", "points + 2"))))
        fields += [(name, item[name]) for name in ("Missing", "NotApplicable") if name in item]
        if self.chance(0.05):
            fields.append(("Veto", f"{self.pick(sorted(self.measures))} = 3"))
        if self.groups and self.chance(0.15):
            fields.append(("Pool", self.pick(self.dimensions())))
        return fields + self.some_fields(("Digits", "Rounding"), 0.2)

    def make_total(self, tree):
        fields = [("Id", "total")]
        if self.chance(0.3):
            fields.append(("Cap", "points"))
        return fields + self.some_fields(("Digits", "Rounding"), 0.4)

    def make_methods(self):
        return []

    def eligible(self):
        return f"reported >= {self.pick((50, 70))}% * measures"


class Commit:
    def __init__(self, number, parents, files, did, subject, unit=None):
        self.number, self.parents, self.files = number, parents, files
        self.did, self.subject = did, subject
        self.unit = unit  # whose figures alone it changed
        self.trailers, self.author, self.date, self.offset = [], "", 0, ""
        self.id = None


def read_rows(text):
    lines = text.split("\n")[:-1]
    return lines[0], [line.split("\t") for line in lines[1:]]


def write_rows(header, rows):
    return "\n".join([header, *("\t".join(row) for row in rows)]) + "\n"


def read_blocks(text):
    """The records of a file as blocks of text, after its %rec."""
    head, *blocks = text.rstrip("\n").split("\n\n")
    return head, blocks


def write_blocks(head, blocks):
    return "\n\n".join([head, *blocks]) + "\n"


def names_of(block):
    """The Id and the aliases of a unit."""
    lines = [line.split(": ") for line in block.split("\n")]
    return [line[1] for line in lines if line[0] in ("Id", "Alias")]


class Unchanged(Exception):
    """This change cannot be made to these records; try another."""


class Editor:
    """Changes that people make to records. Each takes a dictionary of files,
    changes it, and returns what it did and how that is told."""

    LATE = {"month": ["2022-05"], "quarter": ["2022-Q3"], "year": ["2023"]}

    def __init__(self, source, book, focus):
        self.random, self.book, self.focus = source, book, focus
        self.late = self.LATE[book.length]  # periods without figures as yet
        self.joined = 0

    def chance(self, share):
        return self.random.random() < share

    def pick(self, values):
        values = list(values)
        if not values:
            raise Unchanged
        return self.random.choice(values)

    def data_file(self, files):
        """More often than not one that the scores looked at come from."""
        names = sorted(name for name in files if name.startswith("data/"))
        names = [name for name in names if read_rows(files[name])[1]]
        near = [name for name in names if name.split("/")[1] in self.focus]
        return self.pick(near if near and self.chance(0.75) else names)

    def new_value(self, measure, old):
        many, _, style = self.book.measures[measure]
        if not many and self.chance(0.1):
            return self.pick(v for v in ("", "n/a") if v != old)
        for _ in range(5):
            value = style(self.random)
            if value != old:
                return value
        return "17"

    def one_unit(self, files):
        name = self.data_file(files)
        header, rows = read_rows(files[name])
        unit = self.pick(sorted({row[1] for row in rows}))
        mine = [row for row in rows if row[1] == unit]
        for row in self.random.sample(mine, min(len(mine), self.random.randint(1, 3))):
            row[2] = self.new_value(row[0], row[2])
        files[name] = write_rows(header, rows)
        return OWN, f"figures of {unit}", unit

    def several(self, files):
        for _ in range(self.random.randint(1, 2)):
            name = self.data_file(files)
            header, rows = read_rows(files[name])
            for row in self.random.sample(rows, min(len(rows), self.random.randint(1, 5))):
                row[2] = self.new_value(row[0], row[2])
            files[name] = write_rows(header, rows)
        return DATA, "figures of several", None

    def lose_row(self, files):
        name = self.data_file(files)
        header, rows = read_rows(files[name])
        row = rows.pop(self.random.randrange(len(rows)))
        files[name] = write_rows(header, rows)
        return OWN, f"withdraw {row[0]} of {row[1]}", row[1]

    def gain_row(self, files):
        """A measure that a unit with figures in the folder had none of."""
        name = self.data_file(files)
        folder = name.split("/")[1]
        held = set()
        for other in files:
            if other.startswith(f"data/{folder}/"):
                held |= {(row[0], row[1]) for row in read_rows(files[other])[1]}
        header, rows = read_rows(files[name])
        stem = name.split("/")[2][:-4]
        fitting = [m for m, (_, source, _) in self.book.measures.items() if source == stem]
        units = sorted({row[1] for row in rows})
        free = [(m, u) for m in fitting for u in units if (m, u) not in held]
        measure, unit = self.pick(free)
        rows.append([measure, unit, self.new_value(measure, "")])
        files[name] = write_rows(header, rows)
        return OWN, f"report {measure} of {unit}", unit

    def shuffle(self, files):
        for name in [name for name in files if name.startswith("data/")]:
            header, rows = read_rows(files[name])
            self.random.shuffle(rows)
            files[name] = write_rows(header, rows)
        return NOTHING, "sort the lines anew", None

    def annotate(self, files):
        name = self.data_file(files)
        header, rows = read_rows(files[name])
        columns = header.split("\t")
        if len(columns) == 3:
            header = "measure\tunit\tvalue\tstatus\tnote"
        for row in rows:
            row += [""] * (5 - len(row))
        row = self.pick(rows)
        row[3], row[4] = self.pick(("provisional", "final", "revised")), f"sheet {len(rows)}"
        files[name] = write_rows(header, rows)
        return NOTHING, "note where it stands", None

    def rename_file(self, files):
        """To a name of its own, where no measure asks for that of its source."""
        name = self.data_file(files)
        measures = {row[0] for row in read_rows(files[name])[1]}
        sources = [
            source
            for _, fields in score_model.read_records(files["measures.rec"])
            if score_model.field(fields, "Id") in measures
            for source in score_model.all_fields(fields, "Source")
        ]
        needed = [
            fields
            for _, fields in score_model.read_records(files["measures.rec"])
            if score_model.field(fields, "Source") == name.split("/")[2][:-4]
            and score_model.field(fields, "Entries")
        ]
        if sources or needed:
            raise Unchanged
        folder, stem = name.rsplit("/", 1)
        new = f"{folder}/{'office' if stem == 'x' else 'renamed'}.tsv"
        if new in files:
            raise Unchanged
        files[new] = files.pop(name)
        return NOTHING, f"rename {stem}", None

    def readme(self, files):
        files["README"] = files.get("README", "") + "A line.\n"
        return NOTHING, "explain the book", None

    def nothing(self, _files):
        return NOTHING, "an empty commit", None

    def scheme_digits(self, files):
        name = self.pick(sorted(n for n in files if n.startswith("schemes/")))
        head, blocks = read_blocks(files[name])
        kept = [line for line in blocks[0].split("\n") if not line.startswith("Digits:")]
        kept.append(f"Digits: {self.pick(('0', '1', '2', '3', 'none'))}")
        blocks[0] = "\n".join(kept)
        files[name] = write_blocks(head, blocks)
        return SCHEME, "other digits", None

    def scheme_new(self, files):
        """All items anew, or the same items by other rules."""
        name = self.pick(sorted(n for n in files if n.startswith("schemes/")))
        start = name[len("schemes/") : -len(".rec")]
        if start not in self.book.trees:
            raise Unchanged
        tree = self.book.trees[start]
        if self.chance(0.5):
            tree = self.book.make_tree()
        for item in tree:
            item.pop("Missing", None)
            item.pop("NotApplicable", None)
        kept = self.book.trees[start]
        self.book.trees[start] = tree
        files[name] = self.book.make_scheme(start, tree)
        self.book.trees[start] = kept
        return SCHEME, "another scheme", None

    def scheme_later(self, files):
        """The scheme of before in a file of its own for a later period."""
        old = self.pick(sorted(n for n in files if n.startswith("schemes/")))
        start = self.pick(self.focus)
        name = f"schemes/{start}.rec"
        same = score_model.period_of(start)[0] == score_model.period_of(old[8:-4])[0]
        if name in files or not same or start < old[8:-4]:
            raise Unchanged
        files[name] = files[old]
        return MIXED, f"a scheme from {start} on", None

    def measure_kind(self, files):
        head, blocks = read_blocks(files["measures.rec"])
        at = self.random.randrange(len(blocks))
        kind = self.pick(("level", "flow", "cumulative"))
        lines = [line for line in blocks[at].split("\n") if not line.startswith("Kind:")]
        blocks[at] = "\n".join([*lines, f"Kind: {kind}"])
        files["measures.rec"] = write_blocks(head, blocks)
        return SCHEME, f"a measure is {kind}", None

    def join(self, files):
        self.joined += 1
        unit = f"N{self.joined}"
        head, blocks = read_blocks(files["units.rec"])
        record = f"Id: {unit}"
        groups = [line for block in blocks for line in block.split("\n") if "/" in line]
        groups = [line for line in groups if " " not in line[7:]]
        if groups and self.chance(0.7):
            record += f"\n{self.pick(groups)}"
        blocks.insert(self.random.randint(0, len(blocks)), record)
        files["units.rec"] = write_blocks(head, blocks)
        for name in sorted(files):
            if name.startswith("data/") and self.chance(0.6):
                header, rows = read_rows(files[name])
                stem = name.split("/")[2][:-4]
                for measure, (_, source, style) in self.book.measures.items():
                    if source == stem and self.chance(0.8):
                        rows.append([measure, unit, style(self.random)])
                files[name] = write_rows(header, rows)
        return MEMBERS, f"{unit} joins", None

    def leave(self, files):
        head, blocks = read_blocks(files["units.rec"])
        if len(blocks) < 3:
            raise Unchanged
        names = names_of(blocks.pop(self.random.randrange(len(blocks))))
        schemes = "".join(text for name, text in files.items() if name.startswith("schemes/"))
        if any(f"of({name}" in schemes or f'of("{name}"' in schemes for name in names):
            raise Unchanged
        files["units.rec"] = write_blocks(head, blocks)
        self.drop_rows(files, names, lambda period: False)
        return MEMBERS, f"{names[0]} leaves", None

    def retire(self, files):
        """To the end of a period, with no figures after it."""
        head, blocks = read_blocks(files["units.rec"])
        at = self.pick(n for n, block in enumerate(blocks) if "To:" not in block)
        last = self.pick(self.late[:1] + self.focus)
        names = names_of(blocks[at])
        blocks[at] += f"\nTo: {last}"
        files["units.rec"] = write_blocks(head, blocks)
        book = score_model.Book(files, SHIPPED)
        self.drop_rows(files, names, lambda period: book.is_member(names[0], period))
        return MEMBERS, f"{names[0]} stays until {last}", None

    @staticmethod
    def drop_rows(files, names, is_kept):
        for name in [name for name in files if name.startswith("data/")]:
            if not is_kept(score_model.period_of(name.split("/")[1])):
                header, rows = read_rows(files[name])
                files[name] = write_rows(header, [row for row in rows if row[1] not in names])

    def new_folder(self, files):
        """The figures of a period that has none yet."""
        folder = self.pick(self.late)
        if any(name.startswith(f"data/{folder}/") for name in files):
            raise Unchanged
        period = score_model.period_of(folder)
        book = score_model.Book(files, SHIPPED)
        rows = {"office": [], "other": []}
        for unit in book.units:
            for measure, (_, source, style) in self.book.measures.items():
                if book.is_member(unit, period) and self.chance(0.85):
                    rows[source].append([measure, unit, style(self.random)])
        for source, found in rows.items():
            files[f"data/{folder}/{source}.tsv"] = write_rows("measure\tunit\tvalue", found)
        return MIXED, f"figures of {folder}", None

    def lose_folder(self, files):
        folder = self.pick(self.late)
        names = [name for name in files if name.startswith(f"data/{folder}/")]
        if not names:
            raise Unchanged
        for name in names:
            del files[name]
        return MIXED, f"no figures of {folder}", None

    def regroup(self, files):
        head, blocks = read_blocks(files["units.rec"])
        groups = sorted(
            {line for block in blocks for line in block.split("\n") if line.startswith("Group:")}
        )
        groups = [line for line in groups if " " not in line[7:]]
        at = self.pick(n for n, block in enumerate(blocks) if any(g in block for g in groups))
        lines = blocks[at].split("\n")
        where = self.pick(n for n, line in enumerate(lines) if line in groups)
        dimension = lines[where].split("/")[0]
        lines[where] = self.pick(
            g for g in groups if g.split("/")[0] == dimension and g != lines[where]
        )
        blocks[at] = "\n".join(lines)
        files["units.rec"] = write_blocks(head, blocks)
        return MEMBERS, "a unit in another group", None

    def rename_unit(self, files):
        """Its old name lives on as an alias, and perhaps in the data."""
        self.joined += 1
        head, blocks = read_blocks(files["units.rec"])
        at = self.random.randrange(len(blocks))
        old = blocks[at].split("\n")[0].split(": ")[1]
        new = f"新{self.joined}"
        blocks[at] = blocks[at].replace(f"Id: {old}", f"Id: {new}", 1) + f"\nAlias: {old}"
        files["units.rec"] = write_blocks(head, blocks)
        if self.chance(0.5):
            for name in [name for name in files if name.startswith("data/")]:
                header, rows = read_rows(files[name])
                for row in rows:
                    row[1] = new if row[1] == old else row[1]
                files[name] = write_rows(header, rows)
        return NOTHING, f"{old} is now {new}", None

    def damage(self, files):
        name = self.data_file(files)
        header, rows = read_rows(files[name])
        self.pick(rows)[2] = self.pick(("1,5", "abc", "１２", "1e5", "--"))
        files[name] = write_rows(header, rows)
        return BROKEN, "a slip", None

    COMMON = ("one_unit",) * 8 + ("several",) * 4 + ("lose_row", "gain_row", "gain_row")
    RARE = (
        "shuffle", "annotate", "rename_file", "readme", "nothing", "scheme_digits", "scheme_new",
        "scheme_new", "scheme_later", "measure_kind", "join", "leave", "regroup", "rename_unit",
        "damage", "retire", "new_folder", "lose_folder",
    )  # fmt: skip

    def edit(self, files):
        """Some change: the new files, what it did, its words, and whose it was."""
        for _ in range(50):
            new = dict(files)
            kind = self.pick(self.COMMON if self.chance(0.5) else self.RARE)
            try:
                did, words, unit = getattr(self, kind)(new)
            except Unchanged:
                continue
            return new, did, words, unit
        raise AssertionError("no change can be made to these records")


class History:
    """Commits in the order in which they were made, and a branch to each end."""

    def __init__(self, number, length):
        self.random = random.Random(SEED * 7 + number)
        self.make_book(number)
        self.editor = Editor(self.random, self.book, self.periods)
        self.commits, self.heads = [], {}
        self.prefix = self.random.choice(("", "", "assessment/2022/"))
        self.add([], self.book.files, MIXED, "the book begins")
        self.heads["main"] = 0
        while len(self.commits) < length:
            self.step()
        self.finish()

    def chance(self, share):
        return self.random.random() < share

    def make_book(self, number):
        """A book that has scores in two periods at least."""
        kind = PlainBook if number % 3 else RandomBook
        for attempt in range(200):
            self.book = kind(number + 100000 * attempt)
            if len(self.book.unit_names) < 3 or len(self.book.unit_names) > 6:
                continue
            self.periods = [p for p in self.book.periods() if self.is_sound(self.book.files, p)]
            own = [p for p in self.periods if p in self.book.starts]
            if len(own) >= 2:
                longer = [p for p in self.periods if p not in own]
                self.periods = own[-2:] + longer[: number % 2]
                return
        raise AssertionError("no sound book was found")

    @staticmethod
    def is_sound(files, period):
        book = score_model.Book(files, SHIPPED)
        status, rows = score_model.expected(book, score_model.period_of(period))
        return status == 0 and any(row[4] for row in rows)

    def can_be_scored(self, files):
        """By the rules, in all periods looked at. (That the writing is sound
        is the care of whoever changes it.)"""
        book = score_model.Book(files, SHIPPED)
        return all(
            score_model.expected(book, score_model.period_of(period))[0] != 1
            for period in self.periods
        )

    def add(self, parents, files, did, subject, unit=None):
        commit = Commit(len(self.commits), parents, files, did, subject, unit)
        commit.author = self.random.choice(OFFICES)
        commit.offset = self.random.choice(OFFSETS)
        # Clocks go wrong: what matters is the graph.
        drift = self.random.choice((0, 0, 0, -900000, 400000))
        commit.date = FIRST_DATE + 86400 * commit.number + drift
        if self.chance(0.3):
            commit.trailers = [("Reason", f"document {commit.number}")]
            if self.chance(0.5):
                commit.trailers.append(("Basis", "统计年报"))
        self.commits.append(commit)
        return commit.number

    def ancestors(self, number):
        found, todo = set(), [number]
        while todo:
            number = todo.pop()
            if number not in found:
                found.add(number)
                todo += self.commits[number].parents
        return found

    def step(self):
        head = self.random.choice(sorted(self.heads))
        tip = self.heads[head]
        kind = self.random.random()
        if self.commits[tip].did == BROKEN and self.chance(0.7):
            kind = 0.9  # a mend is the revert of what broke it
        if kind < 0.12 and len(self.heads) < 4:
            self.heads[f"side{len(self.commits)}"] = tip
        elif kind < 0.32 and len(self.heads) > 1:
            self.merge(head)
        elif kind < 0.38:
            self.pick_from(tip, head, reverse=False)
        elif kind < 0.44 or kind == 0.9:
            self.pick_from(tip, head, reverse=True)
        else:
            self.edit(head, tip)

    def edit(self, head, tip):
        for _ in range(20):
            files, did, words, unit = self.editor.edit(self.commits[tip].files)
            if did == BROKEN or self.is_usable(files):
                self.heads[head] = self.add([tip], files, did, words, unit)
                return

    def is_usable(self, files):
        """A slip that is still there is no fault of this change."""
        try:
            return self.can_be_scored(files)
        except (ValueError, KeyError):
            return True

    def pick_from(self, tip, head, reverse):
        """A cherry-pick of some commit, or the revert of one."""
        among = self.ancestors(tip) if reverse else set(range(len(self.commits)))
        among = [n for n in sorted(among) if len(self.commits[n].parents) == 1]
        if not among:
            return
        number = among[-1] if reverse and self.chance(0.5) else self.random.choice(among)
        commit = self.commits[number]
        before = self.commits[commit.parents[0]].files
        after = commit.files
        if reverse:
            before, after = after, before
        files = self.three_way(before, self.commits[tip].files, after)
        if files is not None and self.is_usable(files):
            words = f"{'Revert' if reverse else 'Pick'} \"{commit.subject}\""
            self.heads[head] = self.add([tip], files, MIXED, words)

    def three_way(self, base, ours, theirs):
        """Whole files; where both sides changed one, either is taken."""
        files = {}
        for name in sorted({*base, *ours, *theirs}):
            texts = [side.get(name) for side in (base, ours, theirs)]
            if texts[1] == texts[2] or texts[2] == texts[0]:
                text = texts[1]
            elif texts[1] == texts[0]:
                text = texts[2]
            else:
                text = self.random.choice(texts[1:])
            if text is not None:
                files[name] = text
        return files

    def merge(self, head):
        others = [other for other in sorted(self.heads) if other != head]
        count = 2 if len(others) > 1 and self.chance(0.3) else 1
        tips = [self.heads[head]]
        for other in self.random.sample(others, count):
            if self.heads[other] not in self.ancestors(tips[0]):
                tips.append(self.heads[other])
        tips = list(dict.fromkeys(tips))
        if len(tips) == 1:
            return
        files = self.merged(tips)
        if files is None:
            return
        number = self.add(tips, files, MIXED, f"Merge of {len(tips)}")
        if len(tips) == 2 and self.chance(0.3):
            # Criss-cross: the other side merges the same two on its own.
            again = self.merged(tips[::-1])
            for other in others:
                if self.heads[other] == tips[1] and again is not None:
                    self.heads[other] = self.add(tips[::-1], again, MIXED, "Merge across")
        self.heads[head] = number

    def merged(self, tips):
        """None where nothing that can be scored comes of it."""
        files = self.commits[tips[0]].files
        for tip in tips[1:]:
            common = self.ancestors(tips[0]) & self.ancestors(tip)
            base = self.commits[max(common)].files
            files = self.three_way(base, files, self.commits[tip].files)
        if self.chance(0.2):
            files = self.commits[self.random.choice(tips)].files
        if self.chance(0.3):
            # What no parent has: an evil merge.
            files = self.editor.edit(files)[0]
        return files if self.is_usable(files) else None

    def finish(self):
        """All branches into main, so that HEAD has all of them behind it."""
        while len(self.heads) > 1:
            tips = [self.heads.pop("main")] + [self.heads.pop(max(self.heads))]
            self.heads["main"] = tips[0]
            if tips[1] in self.ancestors(tips[0]):
                continue
            files = self.merged(tips) or self.commits[tips[0]].files
            self.heads["main"] = self.add(tips, files, MIXED, "Merge")

    # The repository

    def write(self, folder):
        """Make the repository in an empty folder; the commits get their ids."""
        marks = folder / "marks"
        run_git(folder, "init", "-q", "-b", "main")
        stream = b"".join(map(self.stream_of, self.commits))
        stream += b"reset refs/heads/main\nfrom :%d\n\n" % (self.heads["main"] + 1)
        run_git(folder, "fast-import", "--quiet", f"--export-marks={marks}", input=stream)
        run_git(folder, "update-ref", "-d", "refs/heads/work")
        for line in marks.read_text().split("\n")[:-1]:
            mark, name = line.split(" ")
            self.commits[int(mark[1:]) - 1].id = name
        marks.unlink()
        self.checkout(folder)

    def checkout(self, folder):
        run_git(folder, "reset", "-q", "--hard")

    def stream_of(self, commit):
        message = commit.subject + "\n"
        if commit.trailers:
            message += "\n" + "".join(f"{name}: {value}\n" for name, value in commit.trailers)
        message = message.encode()
        who = f"{commit.author} <office@example.org> {commit.date} {commit.offset}"
        lines = ["reset refs/heads/work\n\n"] if not commit.parents else []
        lines += ["commit refs/heads/work\n", f"mark :{commit.number + 1}\n"]
        lines += [f"author {who}\n", f"committer {who}\n", f"data {len(message)}\n"]
        parts = ["".join(lines).encode(), message]
        for at, parent in enumerate(commit.parents):
            parts.append(f"{'merge' if at else 'from'} :{parent + 1}\n".encode())
        parts.append(b"deleteall\n")
        for name, text in commit.files.items():
            body = text.encode()
            parts.append(f"M 100644 inline {self.prefix}{name}\ndata {len(body)}\n".encode())
            parts += [body, b"\n"]
        return b"".join(parts) + b"\n"


def run_git(folder, *arguments, **options):
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, env=environment(), **options)
    return done.stdout


def environment(**changed):
    """The caller's, less what would lead git or a tool elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept |= {"GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "TZ": "UTC"}
    for who in ("AUTHOR", "COMMITTER"):
        kept |= {f"GIT_{who}_NAME": "Office", f"GIT_{who}_EMAIL": "office@example.org"}
    return {**kept, **changed}


assert score_oracle.SEED == SEED
