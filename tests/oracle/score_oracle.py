"""score_oracle.py: compares shiji-score, found on the PATH, with score_model.py.

First every cell of every period of the books in records/, then some hundreds
of random small books, always the same ones: points, score, state, group and
grade must be the same text, and where figures make a rule fail both must find
the same faults. The smallest book that differs is made smaller still, kept in
a folder and shown. Exit status 1 where anything differs.

ORACLE_BOOKS says how many random books, ORACLE_FIRST with which to begin.
"""

import decimal
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

import num_oracle
import score_model

SEED = 20221105
BOOKS = 400
BOOKS_SANITIZED = 60  # the tools are ten times as slow then
SHRINK_SECONDS = 15
SHOWN_BYTES = 6000
ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (ROOT / "lib" / "scheme" / "methods.rec").read_text(encoding="utf-8")
COLUMNS = ("period", "unit", "item", "points", "score", "state", "group", "grade")


# Comparing


def tool_answer(folder, period):
    """(exit status, rows or codes) of shiji-score."""
    command = ["shiji-score", "-C", folder, "-p", period, "-f", "tsv"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if run.returncode == 0:
        return 0, [line.split("\t") for line in run.stdout.split("\n")[1:-1]]
    codes = set(re.findall(r"\[([a-z-]+)\]$", run.stderr, re.M))
    return run.returncode, codes if run.returncode == 1 else set()


def describe_rows(rows, wanted):
    for row, other in zip(rows, wanted):
        if row != other:
            cells = [
                f"{name} {a!r}, not {b!r}" for name, a, b in zip(COLUMNS, row, other) if a != b
            ]
            return f"{' '.join(other[:3])}: the tool has {'; '.join(cells)}"
    return f"the tool has {len(rows)} rows, not {len(wanted)}"


class Difference:
    """What the tool and the model do not agree on in a period."""

    def __init__(self, tool, model, text):
        self.text = text
        # To know it again in a smaller book: a wrong value is not a wrong
        # refusal, nor one refusal another.
        self.kind = (tool[0], model[0])
        if tool[0] == 1:
            self.kind += (frozenset(tool[1]),)


def compare(folder, periods):
    """The first difference of a book, and how many cells were compared."""
    cells, refused = 0, 0
    book = score_model.Book(score_model.read_folder(folder), SHIPPED)
    for period in periods:
        tool = tool_answer(folder, period)
        model = score_model.expected(book, score_model.period_of(period))
        if tool != model:
            if tool[0] == model[0] == 0:
                text = f"{period}: {describe_rows(tool[1], model[1])}"
            else:
                text = f"{period}: {say(tool)}, not {say(model)}"
            return Difference(tool, model, text), cells, refused
        cells += len(tool[1]) if tool[0] == 0 else 0
        refused += tool[0] == 1
    return None, cells, refused


def say(answer):
    status, found = answer
    if status == 0:
        return "the tool scores" if found else "no rows"
    return f"status {status} {' '.join(sorted(found))}".strip()


# Books as text: a dictionary of files


def write_book(files, folder):
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def size_of(files):
    return sum(map(len, files.values()))


def smaller_books(files):
    """The book without a file, a record, a field or a row, one at a time."""
    for name in sorted(files, key=lambda name: -len(files[name])):
        if name.startswith(("data/", "schemes/")):
            yield {other: text for other, text in files.items() if other != name}
        separator = "\n" if name.endswith(".tsv") else "\n\n"
        for part in (separator, "\n"):
            pieces = files[name].split(part)
            # What heads a file stays, and so does the newline at its end.
            for at in range(len(pieces) - 2, 0, -1):
                yield {**files, name: part.join(pieces[:at] + pieces[at + 1 :])}


def shrink(files, period, kind, folder):
    """The same difference in the smallest book found in the time there is."""
    end = time.monotonic() + SHRINK_SECONDS
    progress = True
    while progress:
        progress = False
        for candidate in smaller_books(files):
            if time.monotonic() > end:
                return files
            write_book(candidate, folder)
            try:
                difference = compare(folder, [period])[0]
            except Exception:  # no longer a book that the model can read
                continue
            if difference is not None and difference.kind == kind:
                files, progress = candidate, True
                break
    return files


# Random books


class Names:
    """What a rule may read in a place."""

    def __init__(self, **given):
        self.measures = given.get("measures", [])
        self.items = given.get("items", [])  # in the period itself
        self.earlier = given.get("earlier", [])  # in others of the same length
        self.each = given.get("each", [])  # in the shorter ones inside
        self.truths = given.get("truths", [])  # Lets
        self.numbers = given.get("numbers", [])  # Lets, arguments, points, rank
        self.inside = given.get("inside", False)  # children
        self.has_children = given.get("has_children", False)
        self.has_each = given.get("has_each", 0)  # how many shorter periods
        self.methods = given.get("methods", [])
        self.plain = given.get("plain", False)  # an argument: no other periods
        self.reach = given.get("reach", "here")

    def but(self, **changed):
        return Names(**{**vars(self), **changed})


class Rules:
    """Random expressions as text, made without much care for parentheses, so
    that precedence is compared too."""

    TIES = ("competition", "dense", "fractional", "last", "ordinal")
    MODES = ("whole", "started", "proportional")
    AGGREGATES = ("min", "max", "sum", "mean", "median", "quantile", "sd", "mad", "geomean", "count")

    def __init__(self, source, book):
        self.random, self.book = source, book

    def chance(self, share):
        return self.random.random() < share

    def pick(self, values):
        return self.random.choice(values)

    def constant(self):
        return self.pick(
            (
                lambda: str(self.random.randint(0, 12)),
                lambda: f"{self.random.randint(0, 200) / 10:.1f}",
                lambda: f"{self.random.randint(0, 150)}%",
                lambda: f"{self.random.randint(0, 12345) / 1000:.3f}",
            )
        )()

    def rising(self, count):
        values = sorted(self.random.sample(range(-20, 130), count))
        return [f"-{-v}" if v < 0 else str(v) for v in values]

    def operand(self, text):
        """Parentheses around it, where they are needed or by chance."""
        return f"({text})" if text.startswith("if ") or self.chance(0.4) else text

    # Numbers

    def number(self, names, depth):
        if depth <= 0 or self.chance(0.12):
            return self.leaf(names)
        kinds = [self.arithmetic, self.arithmetic, self.function, self.function, self.choice]
        kinds += [self.bands, self.absence, self.aggregate, self.aggregate, self.of_unit]
        kinds += [self.power, self.decision]
        if names.methods:
            kinds += [self.method, self.method]
        if not names.inside and not names.plain:
            kinds += [self.time, self.time]
        if names.has_children and names.reach == "here" and not names.inside:
            kinds += [self.children] * 3
        if names.has_each and names.reach != "each":
            kinds += [self.each] * 4
        return self.pick(kinds)(names, depth - 1)

    def leaf(self, names):
        if names.inside and self.chance(0.8):
            return self.pick(("score", "score", "points", "rate"))
        kinds = [self.constant] * 2
        kinds += [lambda: self.measure(self.pick(names.measures))] * 5
        if names.numbers:
            kinds += [lambda: self.pick(names.numbers)] * 3
        items = {"here": names.items, "earlier": names.earlier, "each": names.each}[names.reach]
        if items:
            kinds += [lambda: self.item(self.pick(items))] * 2
        if self.chance(0.03):
            return "none"
        return self.pick(kinds)()

    def measure(self, name):
        if name in self.book.item_names or self.chance(0.1):
            return f"measure({name})"
        return name

    def item(self, name):
        if self.chance(0.3):
            return f"rate({name})"
        if name in self.book.measure_names or self.chance(0.2):
            return f"item({name})"
        return f'"{name}"' if self.chance(0.1) else name

    def arithmetic(self, names, depth):
        left = self.operand(self.number(names, depth))
        operator = self.pick("+-*/+-*")
        if operator != "/":
            right = self.operand(self.number(names, depth))
            text = f"{left} {operator} {right}"
            return f"-{self.operand(text)}" if self.chance(0.1) else text
        right = self.operand(self.number(names, depth))
        if self.chance(0.03):
            return f"{left} / {right}"
        if self.chance(0.5):
            return f"{left} / {self.pick((3, 7, 9, 10, 12))}"
        return f"if {right} = 0 then {self.number(names, 0)} else {left} / ({right})"

    def power(self, names, depth):
        base = self.number(names, depth)
        if self.chance(0.03):
            return f"({base}) ^ {self.operand(self.number(names, 0))}"
        if self.chance(0.4):
            return f"{self.operand(base)} ^ {self.pick((0, 1, 2, 3))}"
        exponent = self.pick(("0.5", "(1 / 3)", "1.7", "-2", "-0.25", "2 ^ 0.5", "-1"))
        return f"(abs({base}) + {self.pick((1, 0.5))}) ^ {exponent}"

    def function(self, names, depth):
        number = lambda: self.number(names, depth)
        x = number()
        risky = self.chance(0.04)
        return self.pick(
            (
                lambda: f"min({x}, {number()})",
                lambda: f"max({x}, {number()}, {number()})",
                lambda: f"abs({x})",
                lambda: f"clamp({x}, {', '.join(self.rising(2))})",
                lambda: f"clamp({x}, {number()}, {number()})",
                lambda: f"round({x})",
                lambda: f"round({x}, {self.random.randint(0, 4)})",
                lambda: f"floor({x})",
                lambda: f"ceil({x})",
                lambda: f"sqrt({x})" if risky else f"sqrt(abs({x}))",
                lambda: f"ln({x})" if risky else f"ln(max({x}, 0.01))",
                lambda: f"exp({x} / 10)" if risky else f"exp(clamp({x}, -9, 9))",
            )
        )()

    def bands(self, names, depth):
        x = self.number(names, depth)
        name = self.pick(("steps", "steps_above", "interp", "brackets", "units_of"))
        if name == "units_of":
            size = self.number(names, 0) if self.chance(0.05) else self.pick((2, "0.3", 7))
            return f"units_of({x}, {size}, {self.pick(self.MODES)})"
        edges = self.rising(self.random.randint(1, 4))
        pairs = ", ".join(f"{edge}, {self.number(names, 0)}" for edge in edges)
        return f"{name}({x}, {pairs})"

    def choice(self, names, depth):
        text = f"if {self.truth(names, depth)} then {self.number(names, depth)}"
        if self.chance(0.3):
            text += f" elif {self.truth(names, depth)} then {self.number(names, depth)}"
        return f"{text} else {self.number(names, depth)}"

    def decision(self, names, depth):
        x, edge = self.operand(self.number(names, depth)), self.constant()
        a, b = self.number(names, depth), self.number(names, depth)
        if self.chance(0.05):
            return f"cases({self.truth(names, 1)}, {a}, {self.truth(names, 1)}, {b})"
        return f"cases({x} < {edge}, {a}, {x} = {edge}, {a}, {x} > {edge}, {b})"

    def absence(self, names, depth):
        x = self.number(names, depth)
        if self.chance(0.5):
            return f"default({x}, {self.number(names, depth)})"
        y = self.number(names, depth)
        return f"if {self.pick(('applies', 'missing'))}({x}) then {y} else {x}"

    def of_unit(self, names, depth):
        unit = self.pick(self.book.unit_names)
        bare = re.fullmatch(r"[^\W\d]\w*", unit) and unit not in names.numbers
        return f"of({unit if bare else chr(34) + unit + chr(34)}, {self.number(names, depth)})"

    def time(self, names, depth):
        x = self.number(
            names.but(reach="earlier" if names.reach == "here" else names.reach, has_each=0), depth
        )
        measure = self.pick(names.measures)
        return self.pick(
            (
                lambda: f"prev({x})",
                lambda: f"prev({x}, {self.random.randint(1, 4)})",
                lambda: f"year_ago({x})",
                lambda: f"year_end({x})",
                lambda: f"growth({self.measure(measure)})",
                lambda: f"growth({self.measure(measure)} + {self.constant()})",
                lambda: f"month({measure})",
                lambda: f"ytd({measure})",
            )
        )()

    def aggregate(self, names, depth):
        scope = self.pick(("pool", "pool", "peers", "present"))
        if scope == "pool" and self.chance(0.4):
            ties = f", {self.pick(self.TIES)}" if self.chance(0.7) else ""
            return f"pool.rank({self.number(names, depth)}{ties})"
        if scope != "present":
            return self.call(scope, self.AGGREGATES, names, depth)
        count = self.random.randint(1, 4)
        return self.call(scope, self.AGGREGATES, names, depth, count)

    def call(self, scope, aggregates, names, depth, count=1):
        name = self.pick(aggregates)
        if name == "count" and self.chance(0.5):
            return f"{scope}.count({self.truth(names, depth)})"
        parts = [self.number(names, depth) for _ in range(count)]
        if name == "geomean" and not self.chance(0.05):
            parts = [f"abs({part})" for part in parts]
        if name == "quantile":
            parts.append(self.pick(("0", "25%", "0.5", "90%", "1", "0.333")))
        return f"{scope}.{name}({', '.join(parts)})"

    def children(self, names, depth):
        inner = names.but(inside=True, has_each=0, methods=[])
        return self.call("children", self.AGGREGATES, inner, depth)

    def each(self, names, depth):
        numbers = [name for name in names.numbers if name == "points"]
        inner = names.but(reach="each", items=[], truths=[], numbers=numbers)
        if self.chance(0.25):
            weights = [str(self.random.randint(0, 5)) for _ in range(names.has_each)]
            return f"each.weighted({self.number(inner, depth)}, {', '.join(weights)})"
        return self.call("each", self.AGGREGATES + ("last",), inner, depth)

    def method(self, names, depth):
        name, arguments = self.pick(names.methods)
        inner = names.but(plain=True, has_children=False, has_each=0)
        texts = []
        for letter in arguments:
            if letter == "?":
                if self.chance(0.5):
                    break
                continue
            if letter == "t":
                texts.append(self.pick(self.TIES))
            elif letter == "u":
                texts.append(self.pick(self.MODES))
            elif letter == "m":
                texts.append(self.pick(names.measures))
            elif letter == "c":
                texts.append(self.pick(("3", "10", "0.5", "5%")))
            else:
                texts.append(self.number(inner, min(depth, 1)))
        return f"{name}({', '.join(texts)})"

    # Truths

    def truth(self, names, depth):
        if depth <= 0 or self.chance(0.5):
            if names.truths and self.chance(0.3):
                return self.pick(names.truths)
            if self.book.groups and self.chance(0.15):
                return "in_group({}, {})".format(*self.pick(self.book.groups))
            left, right = (self.operand(self.number(names, depth - 1)) for _ in "ab")
            return f"{left} {self.pick(score_model.COMPARISONS)} {right}"
        kind = self.pick(("and", "or", "not", "absence", "if"))
        if kind == "not":
            return f"not {self.operand(self.truth(names, depth - 1))}"
        if kind == "absence":
            return f"{self.pick(('missing', 'applies'))}({self.number(names, depth - 1)})"
        left, right = (self.operand(self.truth(names, depth - 1)) for _ in "ab")
        if kind == "if":
            return f"if {left} then {right} else {self.truth(names, 0)}"
        return f"{left} {kind} {right}"


# The shipped methods by what they take: n number, c constant, t ties, u step
# mode, m measure; after ? what may be left out.
SHIPPED_METHODS = (
    ("ratio", "nc"), ("completion", "nnn?c"), ("threshold", "nn"), ("ceiling", "nn"),
    ("step_up_down", "nnccnunn"), ("hold_base", "nncccu"), ("met_with_bonus", "nnccun"),
    ("minmax", "nn"), ("efficacy", "ncn"), ("goalposts", "nnn"), ("to_best", "nn"),
    ("z_score", "nnnn"), ("ladder", "nct"), ("ladder_among", "nncct"),
    ("percent_rank", "ntn"), ("per_event", "nc"), ("deduct", "nn"), ("both_rise", "mm"),
)  # fmt: skip


class RandomBook:
    """A small book, as a dictionary of its files."""

    LENGTHS = ("month", "month", "month", "quarter", "year")
    FOLDERS = {
        "month": "2021-01 2021-02 2021-11 2021-12 2022-01 2022-02 2022-03 2022-04".split(),
        "quarter": "2021-Q1 2021-Q3 2021-Q4 2022-Q1 2022-Q2".split(),
        "year": "2018 2019 2020 2021 2022".split(),
    }
    LONGER = {"month": ["2022-Q1", "2021", "2022"], "quarter": ["2021", "2022"], "year": []}
    UNITS = ("A", "B", "C", "E01-7", "甲县", "D", "乙", "F_2", "G")
    PARTS = {"month": 1, "quarter": 3, "year": 12}

    def __init__(self, number):
        self.random = random.Random(SEED + number)
        self.length = self.pick(self.LENGTHS)
        self.files, self.item_names, self.measure_names = {}, set(), set()
        self.groups = []
        self.rules = Rules(self.random, self)
        self.make_units()
        self.make_measures()
        self.make_data()
        self.make_schemes()
        fields = [("Name", "Random"), ("Period", self.length)]
        self.files["book.rec"] = self.records("Book", [fields])

    def chance(self, share):
        return self.random.random() < share

    def pick(self, values):
        return self.random.choice(values)

    @staticmethod
    def records(kind, records):
        body = ("\n".join(f"{name}: {value}" for name, value in record) for record in records)
        return "\n\n".join([f"%rec: {kind}", *body]) + "\n"

    def make_units(self):
        self.unit_names = list(self.UNITS[: self.random.randint(2, 9)])
        self.has_classes, dated = self.chance(0.7), self.chance(0.2)
        has_regions, moving = self.chance(0.3), self.chance(0.3)
        records = []
        self.membership = {}
        for unit in self.unit_names:
            fields = [("Id", unit)]
            if self.has_classes and self.chance(0.9):
                fields.append(("Group", self.group("class", ("I", "II"))))
                if dated and self.chance(0.5):
                    later = self.group("class", ("I", "II", "III"))
                    fields.append(("Group", f"{later} 2022-02..2022-03"))
            if has_regions:
                fields.append(("Group", self.group("region", ("north", "south"))))
            first, last = "1000", "9999"
            if moving and self.chance(0.3):
                first = self.pick(self.FOLDERS[self.length])
                fields.append(("From", first))
            elif moving and self.chance(0.2):
                last = self.pick(self.FOLDERS[self.length])
                fields.append(("To", last))
            self.membership[unit] = (score_model.period_of(first), score_model.period_of(last))
            records.append(fields)
        self.files["units.rec"] = self.records("Unit", records)

    def group(self, dimension, values):
        value = self.pick(values)
        if (dimension, value) not in self.groups:
            self.groups.append((dimension, value))
        return f"{dimension}/{value}"

    def dimensions(self):
        """The dimensions that some unit has a group of: a Pool must be one."""
        return sorted({dimension for dimension, _ in self.groups})

    def make_measures(self):
        self.measures, records = {}, []
        for number in range(self.random.randint(3, 6)):
            name = f"m{number + 1}"
            kind = self.pick(("level", "level", "flow", "cumulative"))
            many = self.chance(0.15)
            fields = [("Id", name), ("Kind", kind)]
            if many:
                fields.append(("Entries", "many"))
            source = self.pick((None, "office", "other"))
            if source:
                fields.append(("Source", source))
            self.measures[name] = (many, source or "other", self.pick(self.STYLES))
            records.append(fields)
        self.measure_names = set(self.measures)
        self.files["measures.rec"] = self.records("Measure", records)

    STYLES = (
        lambda r: str(r.randint(-3, 4)),
        lambda r: str(r.randint(0, 5)),
        lambda r: str(r.randint(0, 120)),
        lambda r: f"{r.randint(-500, 2000) / 10:.1f}",
        lambda r: f"{r.randint(1, 99999) / 1000:.3f}",
        lambda r: f"{r.randint(-9, 9)}.{r.randint(0, 10**20):021d}",
        lambda r: r.choice(("0", "0.00", "1", "100.0", "250000000", "-1")),
    )

    def make_data(self):
        folders = [name for name in self.FOLDERS[self.length] if not self.chance(0.12)]
        self.starts = folders or self.FOLDERS[self.length][-1:]
        longer = [name for name in self.LONGER[self.length] if self.chance(0.6)]
        for folder in self.starts:
            self.make_folder(folder, 0.88)
        for folder in longer:
            self.make_folder(folder, 0.35)

    def make_folder(self, folder, density):
        period = score_model.period_of(folder)
        files = {"office": [], "other": []}
        for unit in self.unit_names:
            if not score_model.overlaps(period, *self.membership[unit]):
                continue
            for name, (many, source, style) in self.measures.items():
                if not self.chance(density):
                    continue
                for _ in range(self.random.randint(1, 3) if many else 1):
                    value = style(self.random)
                    if not many and self.chance(0.12):
                        value = self.pick(("", "n/a"))
                    files[source].append(f"{name}\t{unit}\t{value}\n")
        for source, rows in files.items():
            if rows or source == "other":
                self.random.shuffle(rows)
                text = "measure\tunit\tvalue\n" + "".join(rows)
                self.files[f"data/{folder}/{source}.tsv"] = text

    # Schemes

    def make_schemes(self):
        self.trees = {}
        first = self.FOLDERS[self.length][self.random.randint(0, 2)]
        starts = [first]
        if self.chance(0.4):
            starts.append(self.pick(self.FOLDERS[self.length][3:]))
        for start in sorted(set(starts)):
            self.trees[start] = self.make_tree()
        for longer in self.LONGER[self.length]:
            if self.chance(0.5):
                self.trees[longer] = self.make_tree()
        if self.chance(0.12):
            self.rename_item(self.pick(list(self.trees)))
        self.item_names = {item["Id"] for tree in self.trees.values() for item in tree}
        for start, tree in self.trees.items():
            self.files[f"schemes/{start}.rec"] = self.make_scheme(start, tree)

    def rename_item(self, start):
        """Give a top item without items below it the Id of a measure."""
        tree = self.trees[start]
        leaves = [item for item in tree if "." not in item["Id"] and not item["below"]]
        if leaves:
            self.pick(leaves)["Id"] = self.pick(sorted(self.measures))

    def make_tree(self):
        """The items without their rules; Points add up."""
        tree = []
        for top in "abcd"[: self.random.randint(1, 4)]:
            self.make_branch(tree, top, self.random.randint(0, 2), True)
        return tree

    def make_branch(self, tree, name, depth, counts):
        item = {"Id": name, "below": []}
        tree.append(item)
        kind = self.pick(("bonus", "deduction")) if self.chance(0.2) else None
        if kind:
            item["Kind"] = kind
            counts = False
        item["counts"] = counts
        worth = Fraction(0)
        if depth > 0 and self.chance(0.6):
            for number in range(self.random.randint(1, 3)):
                child = self.make_branch(tree, f"{name}.{number + 1}", depth - 1, counts)
                item["below"].append(child)
                worth += child["worth"]
        item["has_rule"] = not item["below"] or self.chance(0.2)
        if not item["below"] or (item["has_rule"] and self.chance(0.5)):
            worth = Fraction(self.pick(("1", "5", "10", "10", "12.5", "20", "30", "3", "0.7")))
            if self.chance(0.03):
                worth = Fraction(0)
        item["worth"] = worth if counts else Fraction(0)
        return item

    def make_scheme(self, start, tree):
        size = score_model.MONTHS[score_model.period_of(start)[0]]
        parts = size // self.PARTS[self.length]
        pool = self.pick([""] + self.dimensions())
        self.has_each = parts if parts > 1 else 0
        fields = [("Name", "Random")]
        if self.chance(0.5):
            worth = sum(item["worth"] for item in tree if "." not in item["Id"])
            fields.append(("Points", num_oracle.text_exact(worth)))
        fields += self.some_fields(("Digits", "Rounding"), 0.6)
        if pool:
            fields.append(("Pool", pool))
        self.names = Names(measures=sorted(self.measures), has_each=self.has_each)
        self.add_reach(start)
        if self.chance(0.2):
            fields.append(("Eligible", self.eligible()))
        if self.chance(0.3):
            fields.append(("Ties", self.pick(Rules.TIES)))
        text = self.records("Scheme", [fields])
        methods = self.make_methods()
        if methods:
            text += "\n" + self.records("Method", methods)
        self.choose_policies(tree)
        items = [self.make_item(item, tree) for item in tree]
        if self.chance(0.5):
            items.insert(self.random.randint(0, len(items)), self.make_total(tree))
        text += "\n" + self.records("Item", items)
        if self.chance(0.4):
            text += "\n" + self.records("Grade", self.make_grades(tree))
        return text

    def add_reach(self, start):
        """The items that may be read in other periods."""
        length = score_model.period_of(start)[0]
        for other, tree in self.trees.items():
            ids = [item["Id"] for item in tree] + ["total"]
            if score_model.period_of(other)[0] == length:
                self.names.earlier = self.names.earlier + ids
            if self.has_each and score_model.period_of(other)[0] == self.length[0]:
                self.names.each = self.names.each + ids

    def some_fields(self, names, share):
        values = {
            "Digits": ("0", "1", "2", "3", "none", "2"),
            "Rounding": ("half-up", "half-even", "down", "up"),
        }
        return [(name, self.pick(values[name])) for name in names if self.chance(share)]

    def eligible(self):
        names = self.names.but(earlier=[], each=[])
        if self.chance(0.6):
            return f"reported >= {self.pick((50, 70, 80))}% * measures"
        return self.rules.truth(names.but(numbers=["measures", "reported"]), 2)

    def make_methods(self):
        """Own methods, one of which may take the place of a shipped one."""
        self.names.methods = list(SHIPPED_METHODS)
        records = []
        for number in range(self.random.randint(0, 2)):
            name = self.pick((f"own{number}", "minmax")) if number == 0 else f"own{number}"
            arguments = self.pick(("x, y", "x, y = 3", "x, y = x + 1", "x, y = points / 2"))
            inner = Names(measures=["x", "y", *sorted(self.measures)], plain=True)
            inner.numbers = ["x", "y", "points"]
            inner.methods = [("ratio", "nc"), ("ladder", "nct"), ("deduct", "nn")]
            body = self.rules.number(inner, 3)
            body = re.sub(r"measure\(([xy])\)", r"\1", body)
            records.append([("Id", name), ("Args", arguments), ("Rule", body)])
            self.names.methods = [m for m in self.names.methods if m[0] != name]
            self.names.methods += [(name, "nn" if "=" not in arguments else "n?n")] * 3
        return records

    def choose_policies(self, tree):
        """Before the rules: what is rescaled says who may read whom."""
        for item in tree:
            for name in ("Missing", "NotApplicable"):
                words = ["zero", "mean", "value"]
                if item["counts"]:
                    words += ["full", "rescale", "rescale equally", "rescale"]
                if name == "Missing" and item["has_rule"]:
                    words += ["carry", "carry"]
                if self.chance(0.5):
                    item[name] = self.pick(words)

    @staticmethod
    def rescales(items):
        policies = [item.get(name, "") for item in items for name in ("Missing", "NotApplicable")]
        return any(policy.startswith("rescale") for policy in policies)

    def readable(self, item, tree):
        """Items before this one that it may read without going in a circle."""
        if self.chance(0.01):
            return [other["Id"] for other in tree]
        top = item["Id"].partition(".")[0]
        tops_read = not self.rescales([i for i in tree if "." not in i["Id"]])
        found = []
        for other in tree:
            if other["Id"].partition(".")[0] == top:
                break
            if tops_read or "." in other["Id"]:
                found.append(other["Id"])
        return found

    def make_item(self, item, tree):
        names = self.names.but(items=self.readable(item, tree), has_children=bool(item["below"]))
        fields = [("Id", item["Id"])]
        bounds = []
        if item["counts"]:
            fields.append(("Points", num_oracle.text_exact(item["worth"])))
            names.numbers = ["points"]
        else:
            if "Kind" in item:
                fields.append(("Kind", item["Kind"]))
            # Methods and rules with `points` need a number for a Cap here.
            if self.chance(0.6):
                bounds.append(("Cap", self.pick(("5", "2.5", "10"))))
                names.numbers = ["points"]
            else:
                names.methods = []
        lets = self.make_lets(fields, names)
        names = names.but(numbers=names.numbers + lets[0], truths=lets[1])
        if item["has_rule"]:
            fields.append(("Rule", self.rule(item, names)))
        fields += self.other_fields(item, names, bounds)
        return fields

    def rule(self, item, names):
        text = self.rules.number(names, self.random.randint(1, 4))
        deducts = item.get("Kind") == "deduction" or not item["counts"]
        return f"max(0, {text})" if deducts and not self.chance(0.05) else text

    def make_lets(self, fields, names):
        """Lets that hold wherever they are used: without children or each."""
        numbers, truths = [], []
        inner = names.but(has_children=False, has_each=0)
        for number in range(self.random.randint(0, 2)):
            inner = inner.but(numbers=names.numbers + numbers, truths=list(truths))
            if self.chance(0.7):
                fields.append(("Let", f"v{number} = {self.rules.number(inner, 2)}"))
                numbers.append(f"v{number}")
            else:
                fields.append(("Let", f"v{number} = {self.rules.truth(inner, 2)}"))
                truths.append(f"v{number}")
        return numbers, truths

    def other_fields(self, item, names, bounds):
        fields = list(bounds)
        if not bounds and self.chance(0.3):
            fields.append(("Cap", self.pick(("none", "8", self.expression(names, item)))))
        if self.chance(0.2):
            expression = self.expression(names, item)
            fields.append(("Floor", self.pick(("none", "0", "-3", "1.5", expression))))
        for name in ("Missing", "NotApplicable"):
            if name in item:
                value = self.expression(names, item) if item[name] == "value" else item[name]
                fields.append((name, value))
        if self.chance(0.15):
            fields.append(("Veto", self.rules.truth(self.outside(names, item), 2)))
        if self.groups and self.chance(0.15):
            fields.append(("Pool", self.pick(self.dimensions())))
        return fields + self.some_fields(("Digits", "Rounding"), 0.3)

    @staticmethod
    def outside(names, item):
        """Names for a field of an item that is not its Rule."""
        return names if item["has_rule"] else names.but(has_children=False)

    def expression(self, names, item):
        return self.rules.number(self.outside(names, item), 1)

    def make_total(self, tree):
        fields = [("Id", "total")]
        names = self.names.but(
            items=[item["Id"] for item in tree], has_children=True, numbers=["points"]
        )
        if self.chance(0.5):
            fields.append(("Rule", self.rules.number(names, 3)))
        if self.chance(0.3):
            fields.append(("Cap", self.pick(("none", "20", "points"))))
        if self.chance(0.3):
            fields.append(("Veto", self.rules.truth(names, 2)))
        if self.chance(0.3):
            fields.append(("Missing", self.pick(("zero", "mean", "50% * points"))))
        return fields + self.some_fields(("Digits", "Rounding"), 0.4)

    def make_grades(self, tree):
        names = self.names.but(
            items=[item["Id"] for item in tree] + ["total"], methods=[], numbers=["rank"]
        )
        records = []
        for number in range(self.random.randint(1, 4)):
            fields = [("Id", f"grade {number + 1}")]
            if self.chance(0.5):
                simple = f"rank <= {self.random.randint(1, 5)}"
                fields.append(("When", self.pick((simple, self.rules.truth(names, 2)))))
            if self.chance(0.6):
                fields.append(("Quota", f"{self.pick(('10', '30', '33.4', '50', '100'))}%"))
            if self.chance(0.4):
                fields.append(("Rounding", self.pick(("half-up", "half-even", "down", "up"))))
            if self.chance(0.5):
                fields.append(("Ties", self.pick(("strict", "inclusive"))))
            records.append(fields)
        return records

    def periods(self):
        """The book's own periods, and those that have schemes of their own."""
        longer = [start for start in self.trees if start not in self.FOLDERS[self.length]]
        return self.FOLDERS[self.length][-4:] + longer


# The whole


class Tally:
    def __init__(self):
        self.passed, self.failed, self.cells, self.refused = 0, 0, 0, 0

    def count(self, name, found):
        difference, cells, refused = found
        self.cells += cells
        self.refused += refused
        if difference is None:
            self.passed += 1
            print(f"ok {name}")
        else:
            self.failed += 1
            print(f"not ok {name}: {difference.text}")


def sample_books(tally):
    for name in ("county", "township", "decathlon"):
        folder = ROOT / "records" / name
        periods = {path.name for path in folder.glob("data/*")}
        periods |= {path.stem for path in folder.glob("schemes/*.rec")}
        tally.count(name, compare(folder, sorted(periods)))


def random_books(tally, first, count, folder):
    """Of those that differ the smallest: number, files and difference."""
    smallest = None
    for number in range(first, first + count):
        book = RandomBook(number)
        write_book(book.files, folder)
        found = compare(folder, book.periods())
        tally.count(f"book {number}", found)
        if found[0] is None:
            continue
        if smallest is None or size_of(book.files) < size_of(smallest[1]):
            smallest = (number, book.files, found[0])
    return smallest


def show(smallest, folder, keep):
    """Make the smallest book smaller, keep it and print it."""
    number, files, difference = smallest
    period = difference.text.partition(":")[0]
    files = shrink(files, period, difference.kind, folder)
    shutil.rmtree(keep, ignore_errors=True)
    write_book(files, keep)
    print(f"\nThe smallest that differs, book {number}, is kept in {keep}")
    print(compare(keep, [period])[0].text)
    text = "".join(f"--- {name}\n{files[name]}" for name in sorted(files))
    print(text[:SHOWN_BYTES])


def main():
    # The decimals' own operators round to the precision of this context.
    decimal.setcontext(num_oracle.context(20000))
    sys.setrecursionlimit(20000)
    if shutil.which("shiji-score") is None:
        sys.exit("score_oracle: shiji-score is not on the PATH; put the folder of the tools there")
    usual = BOOKS_SANITIZED if os.environ.get("SANITIZE") else BOOKS
    count = int(os.environ.get("ORACLE_BOOKS", usual))
    first = int(os.environ.get("ORACLE_FIRST", 0))
    tally = Tally()
    sample_books(tally)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "book")
        smallest = random_books(tally, first, count, folder)
        if smallest is not None:
            build = os.environ.get("BUILD")
            keep = Path(build, "score_oracle") if build else Path(tempfile.mkdtemp())
            show(smallest, folder, keep)
    print(f"{tally.cells} rows alike, {tally.refused} periods refused alike")
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


if __name__ == "__main__":
    main()
