"""What a book scores, worked out slowly: one unit and one cell at a time, in
fractions, straight from shiji-rules(7) and shiji-records(5). Shares no code
with the tools, and looks for no speed. score_oracle.py compares the two.

It takes a sound book for granted: what is wrong with the writing of records
and rules is not for it to find. What goes wrong with the figures (a division
by zero and its like) it finds.
"""

import functools
import math
import re
from fractions import Fraction
from pathlib import Path

import num_oracle

MONTHS = {"m": 1, "q": 3, "y": 12}
LENGTHS = {"month": "m", "quarter": "q", "year": "y"}
STATES = ("missing", "n/a", "carried", "capped", "floored", "vetoed", "ineligible")


class Absent:
    """A value that is none; there are two of them."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


MISSING = Absent("missing")
NOT_APPLICABLE = Absent("n/a")


class Failure(Exception):
    """A rule cannot be worked out with these figures; says the finding's code."""


class Unsound(Exception):
    """The scheme cannot be used; says the finding's code."""


def is_absent(value):
    return isinstance(value, Absent)


def spread(values):
    """The absence that values bring to what is made of them, or None."""
    absent = [value for value in values if is_absent(value)]
    if NOT_APPLICABLE in absent:
        return NOT_APPLICABLE
    return MISSING if absent else None


# Periods: a letter and how many of them have passed since the year 0.


def period_of(text):
    match = re.fullmatch(r"(\d{4})(?:-(Q?)(\d+))?", text)
    year, quarter, part = match.groups()
    if part is None:
        return ("y", int(year))
    if quarter:
        return ("q", int(year) * 4 + int(part) - 1)
    return ("m", int(year) * 12 + int(part) - 1)


def period_text(period):
    length, index = period
    if length == "y":
        return str(index)
    if length == "q":
        return f"{index // 4}-Q{index % 4 + 1}"
    return f"{index // 12}-{index % 12 + 1:02d}"


def months(period):
    """The first month of a period and the one after its last."""
    length, index = period
    return index * MONTHS[length], (index + 1) * MONTHS[length]


def in_year(length):
    return 12 // MONTHS[length]


def overlaps(period, first, last):
    begin, end = months(period)
    return begin < months(last)[1] and months(first)[0] < end


def contains(outer, inner):
    begin, end = months(inner)
    return months(outer)[0] <= begin and end <= months(outer)[1]


def inside(period, length):
    """The shorter periods that make up one."""
    begin, end = (month // MONTHS[length] for month in months(period))
    return [(length, index) for index in range(begin, end)]


def shifted(node, period):
    """The period that prev(), year_ago() or year_end() reads."""
    count = in_year(period[0])
    if node.kind == "prev":
        count = node.number
    elif node.kind == "year_end":
        count = period[1] % count + 1
    return before(period, count)


def before(period, count):
    return (period[0], period[1] - count)


# Recfiles


def read_records(text):
    """The records of a recfile, each a type and a list of fields."""
    records, record_type, fields = [], None, []
    for line in text.split("\n") + [""]:
        if line.startswith("#"):
            continue
        if line.startswith("+"):
            name, value = fields[-1]
            fields[-1] = (name, value + "\n" + line[1:])
        elif line.startswith("%"):
            if line.startswith("%rec:"):
                record_type = line[5:].strip()
        elif line.strip():
            name, _, value = line.partition(":")
            fields.append((name, value.strip()))
        elif fields:
            records.append((record_type, fields))
            fields = []
    return records


def field(fields, name, default=None):
    values = all_fields(fields, name)
    return values[0] if values else default


def all_fields(fields, wanted):
    return [value for name, value in fields if name == wanted]


# The language: text, then nodes as they are written


class Node:
    """A piece of a rule. What `text` is depends on the kind: an operator, a
    name, a function."""

    def __init__(self, kind, text=None, parts=(), number=None):
        self.kind, self.text, self.parts, self.number = kind, text, list(parts), number


TOKEN = re.compile(
    r'\s*(?:(?P<number>\d+(?:\.\d+)?%?)|"(?P<quoted>[^"]*)"'
    r"|(?P<name>[^\W\d]\w*(?:\.\w+)*)|(?P<sign><=|>=|!=|[-+*/^()<>=,]))"
)
KEYWORDS = {"if", "then", "elif", "else", "and", "or", "not"}
COMPARISONS = ("<", "<=", "=", "!=", ">=", ">")


def tokens(text):
    result, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        kind = match.lastgroup
        word = match[kind]
        result.append(("word" if kind == "name" and word in KEYWORDS else kind, word))
        at = match.end()
    return result + [("end", "")]


class Parser:
    """By recursive descent, as the grammar of shiji-rules(7) has it."""

    def __init__(self, text):
        self.tokens = tokens(text)
        self.at = 0

    def take(self, *wanted):
        """The next word or sign, if it is one of these."""
        kind, text = self.tokens[self.at]
        if kind not in ("word", "sign") or text not in wanted:
            return None
        self.at += 1
        return text

    def need(self, wanted):
        if not self.take(wanted):
            raise Unsound("rule-syntax")

    def whole(self):
        node = self.expression()
        if self.tokens[self.at][0] != "end":
            raise Unsound("rule-syntax")
        return node

    def expression(self):
        if not self.take("if"):
            return self.level(0)
        parts = []
        while True:
            parts.append(self.expression())
            self.need("then")
            parts.append(self.expression())
            if not self.take("elif"):
                break
        self.need("else")
        return Node("if", parts=parts + [self.expression()])

    LEVELS = (("or",), ("and",), None, ("+", "-"), ("*", "/"))

    def level(self, number):
        if number == len(self.LEVELS):
            return self.sign()
        if self.LEVELS[number] is None:
            return self.negation()
        node = self.level(number + 1)
        while operator := self.take(*self.LEVELS[number]):
            node = Node("binary", operator, [node, self.level(number + 1)])
        return node

    def negation(self):
        if self.take("not"):
            return Node("not", parts=[self.negation()])
        node = self.level(3)
        operator = self.take(*COMPARISONS)
        return Node("binary", operator, [node, self.level(3)]) if operator else node

    def sign(self):
        if self.take("-"):
            return Node("minus", parts=[self.sign()])
        node = self.primary()
        return Node("binary", "^", [node, self.sign()]) if self.take("^") else node

    def primary(self):
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            percent = text.endswith("%")
            number = Fraction(text.rstrip("%")) / (100 if percent else 1)
            return Node("number", text, number=number)
        if kind == "quoted":
            return Node("name", text)
        if kind == "name":
            return self.call(text) if self.take("(") else Node("name", text)
        if (kind, text) != ("sign", "("):
            raise Unsound("rule-syntax")
        node = self.expression()
        self.need(")")
        return node

    def call(self, name):
        parts = []
        while not self.take(")"):
            if parts:
                self.need(",")
            parts.append(self.expression())
        return Node("call", name, parts)


@functools.lru_cache(maxsize=None)
def parse(text):
    """Nodes are never changed, so that those of one text may be shared."""
    return None if text is None else Parser(text).whole()


# Schemes


class Item:
    """An item of a scheme; `fields` as written."""

    def __init__(self, scheme, name, fields):
        self.scheme, self.name, self.fields = scheme, name, fields
        self.parent, self.children, self.rules = None, [], {}
        self.kind = field(fields, "Kind", "ordinary")
        points = field(fields, "Points")
        self.points = None if points is None else Fraction(points)
        self.digits = self.inherited("Digits", "none")
        self.rounding = self.inherited("Rounding", "half-up")
        self.pool = self.inherited("Pool", "")
        self.policies = {
            MISSING: field(fields, "Missing"),
            NOT_APPLICABLE: field(fields, "NotApplicable"),
        }
        # What is read in the period itself, by its Lets too; without them.
        self.measures, self.carried = set(), set()
        self.needs, self.reaches_back = set(), False

    def inherited(self, name, default):
        return field(self.fields, name, field(self.scheme.fields, name, default))

    def rescales(self):
        return any((policy or "").startswith("rescale") for policy in self.policies.values())


POLICY_WORDS = ("zero", "full", "mean", "carry", "rescale", "rescale equally")


@functools.lru_cache(maxsize=1)
def read_shipped(text):
    return read_records(text)


class Scheme:
    def __init__(self, book, text, shipped):
        self.book, self.items, self.grades, self.reaches_back = book, {}, [], False
        self.is_bound, self.fault, self.eligible = False, None, None
        records = read_records(text)
        self.fields = next(fields for kind, fields in records if kind == "Scheme")
        self.pool = field(self.fields, "Pool", "")
        self.ties = field(self.fields, "Ties", "competition")
        self.methods = {}
        for kind, fields in read_shipped(shipped) + records:
            if kind == "Method":
                self.methods[field(fields, "Id")] = read_method(fields)
        listed = {field(f, "Id"): f for kind, f in records if kind == "Item"}
        for name in ["total"] + [name for name in listed if name != "total"]:
            self.items[name] = Item(self, name, listed.get(name, []))
        self.grade_fields = [fields for kind, fields in records if kind == "Grade"]
        self.total = self.items["total"]
        self.link()

    def link(self):
        for name, item in self.items.items():
            if item is self.total:
                continue
            item.parent = self.items[name.rpartition(".")[0] or "total"]
            item.parent.children.append(item)
        for item in self.items.values():
            above, item.counts = item.parent, item.kind == "ordinary"
            while above is not None:
                if item.kind == "ordinary":
                    item.kind = above.kind
                item.counts &= above.kind == "ordinary"
                above = above.parent
        if self.total.points is None:
            points = field(self.fields, "Points")
            tops = [item.points for item in self.total.children if item.counts]
            self.total.points = sum(tops, Fraction(0)) if points is None else Fraction(points)

    def bind_once(self):
        if not self.is_bound:
            self.is_bound = True
            try:
                self.bind()
            except Unsound as unsound:
                self.fault = str(unsound)

    def bind(self):
        """Settle what names in rules mean, once all schemes are read."""
        for item in self.items.values():
            Binder(self, item, "item").bind_item()
            self.reaches_back |= item.reaches_back
        self.eligible = self.bind_condition(field(self.fields, "Eligible"), "eligible")
        self.grades = [
            (fields, self.bind_condition(field(fields, "When"), "grade"))
            for fields in self.grade_fields
        ]
        self.check_circles()

    def bind_condition(self, text, use):
        if text is None:
            return None
        holder = Item(self, None, [])
        node = Binder(self, holder, use).bind(parse(text))
        self.reaches_back |= holder.reaches_back
        return node

    def asked(self, period):
        """The periods whose items are read, and those whose pools, whether or
        not an `if` would keep them from it."""
        nodes = [node for item in self.items.values() for node in item.rules.values()]
        nodes += [condition for _, condition in self.grades if condition is not None]
        items, pools, seen = set(), set(), set()
        todo = [(node, period) for node in nodes]
        while todo:
            node, period = todo.pop()
            if (id(node), period) in seen:
                continue
            seen.add((id(node), period))
            if node.kind in ("item", "rate") and node.number != "here":
                items.add(period)
            if node.kind in ("pool", "peers", "pool.rank"):
                pools.add(period)
            todo += self.asked_below(node, period)
        return items, pools

    def asked_below(self, node, period):
        parts = [(part, period) for part in node.parts]
        if node.kind in ("prev", "year_ago", "year_end"):
            parts = [(node.parts[0], shifted(node, period))]
        elif node.kind == "growth":
            parts[1] = (node.parts[1], before(period, in_year(period[0])))
        elif node.kind == "each":
            inner = inside(period, self.book.length)
            parts = [(node.parts[0], month) for month in inner] + parts[1:]
        return parts

    def measures_read(self):
        return set().union(*(item.measures for item in self.items.values()))

    def check_circles(self):
        """An item's score needs what its rule gives, that its children and the
        items it reads; where points are rescaled, also what those beside it
        give."""

        def needs(step):
            item, is_score = step
            if not is_score:
                read = [self.items[name] for name in item.needs]
                return [(other, True) for other in read + item.children]
            beside = item.parent.children if item.parent else []
            if not any(other.rescales() for other in beside):
                beside = []
            return [(item, False)] + [(other, False) for other in beside]

        state = {}

        def visit(step):
            if state.get(step) == "begun":
                raise Unsound("cycle")
            if step not in state:
                state[step] = "begun"
                for other in needs(step):
                    visit(other)
                state[step] = "done"

        for item in self.items.values():
            visit((item, True))


def read_method(fields):
    """The arguments of a method, each with its default or None, and its rule."""
    arguments = []
    for text in split_arguments(field(fields, "Args", "")):
        name, _, default = text.partition("=")
        arguments.append((name.strip(), parse(default) if default else None))
    return arguments, parse(field(fields, "Rule"))


def split_arguments(text):
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part.strip()]


class Binder:
    """Makes of what is written nodes that need no looking up: Lets, methods
    and their arguments are replaced by what they stand for.

    `reach` says in which periods names are read: "here", "earlier" or "each".
    """

    SHIFTS = ("prev", "year_ago", "year_end")

    def __init__(self, scheme, item, use):
        self.scheme, self.item, self.use = scheme, item, use
        self.book = scheme.book
        self.done = {}

    def bind_item(self):
        item, scope = self.item, {}
        for text in all_fields(item.fields, "Let"):
            name, _, value = text.partition("=")
            # Each Let sees those above it.
            scope = {**scope, name.strip(): (parse(value), scope)}
        for name in ("Rule", "Veto", "Cap", "Floor", "Missing", "NotApplicable"):
            text = field(item.fields, name)
            is_word = name in ("Missing", "NotApplicable") and text in POLICY_WORDS
            if text is None or is_word or (name in ("Cap", "Floor") and text == "none"):
                continue
            item.rules[name] = self.bind(parse(text), scope)
        item.carried = set(item.measures)
        for name in scope:
            self.bind(Node("name", name), scope)

    def bind(self, node, scope=None, reach="here", inside=False):
        """`scope`: what names of Lets or arguments stand for, and where that
        was written; `inside`: within children."""
        scope = scope or {}
        if node.kind == "name":
            return self.bind_name(node, scope, reach, inside)
        if node.kind == "call":
            return self.bind_call(node, scope, reach, inside)
        parts = [self.bind(part, scope, reach, inside) for part in node.parts]
        return Node(node.kind, node.text, parts, node.number)

    def bind_name(self, node, scope, reach, inside):
        name = node.text
        if name in scope:
            written, lexical = scope[name]
            key = (id(written), id(lexical), reach, inside)
            if key not in self.done:
                # What the ids are of is kept, so that they stay its own.
                self.done[key] = (self.bind(written, lexical, reach, inside), written, lexical)
            return self.done[key][0]
        if name == "none":
            return Node("none")
        if inside and name in ("score", "points", "rate"):
            return Node("child", name)
        if self.use == "item" and name == "points":
            return self.bind_points()
        if self.use == "eligible" and name in ("measures", "reported"):
            return Node(name)
        if self.use == "grade" and name == "rank":
            return Node("rank")
        is_own = self.use == "item" and reach == "here" and name == self.item.name
        if name in self.book.measures and (is_own or not self.is_item(name, reach)):
            return self.bind_measure(name, reach)
        if name in self.book.measures:
            raise Unsound("rule-ambiguous")
        return self.bind_item_name("item", name, reach)

    def bind_points(self):
        if self.item.counts:
            return Node("number", number=self.item.points)
        # Outside the full marks its Cap takes the place of the points.
        return Node("number", number=Fraction(field(self.item.fields, "Cap")))

    def is_item(self, name, reach):
        if reach == "here":
            return name in self.scheme.items
        length = self.book.length if reach == "each" else self.scheme.start[0]
        schemes = [scheme for start, scheme in self.book.schemes.items() if start[0] == length]
        return any(name in scheme.items for scheme in schemes)

    def bind_measure(self, name, reach):
        if reach == "here":
            self.item.measures.add(name)
        return Node("measure", name)

    def bind_item_name(self, kind, name, reach):
        if not self.is_item(name, reach):
            raise Unsound("rule-name")
        if reach == "here":
            self.item.needs.add(name)
        if reach == "earlier":
            self.item.reaches_back = True
        return Node(kind, name, number=reach)

    def word(self, node, scope):
        """What a word argument says, through the arguments of methods."""
        while node.kind == "name" and node.text in scope:
            node, scope = scope[node.text]
        return node

    def bind_call(self, node, scope, reach, inside):
        function, parts = node.text, node.parts

        def bind(part, reach=reach, inside=inside):
            return self.bind(part, scope, reach, inside)

        def word(at):
            return self.word(parts[at], scope).text

        if inside and function in (*self.SHIFTS, "growth"):
            raise Unsound("rule-scope")
        later = "earlier" if reach == "here" else reach
        if function in self.scheme.methods:
            return self.bind_method(node, scope, reach, inside)
        if function in self.SHIFTS:
            count = self.word(parts[1], scope).number if len(parts) > 1 else 1
            if count == 0:
                later = reach
            return Node(function, None, [bind(parts[0], reach=later)], int(count))
        if function == "growth":
            return Node(function, None, [bind(parts[0]), bind(parts[0], reach=later)])
        if function in ("measure", "month", "ytd"):
            return Node(function, word(0), [self.bind_measure(word(0), reach)])
        if function in ("item", "rate"):
            return self.bind_item_name(function, word(0), reach)
        if function == "in_group":
            return Node(function, (word(0), word(1)))
        if function == "of":
            return Node(function, self.book.aliases[word(0)], [bind(parts[1])])
        if function == "units_of":
            return Node("function", function, [bind(parts[0]), bind(parts[1])], word(2))
        if function == "pool.rank":
            ties = word(1) if len(parts) > 1 else "competition"
            return Node("pool.rank", ties, [bind(parts[0])])
        if "." in function:
            return self.bind_aggregate(node, bind)
        kind = function if function in ("default", "missing", "applies", "cases") else "function"
        return Node(kind, function, [bind(part) for part in parts])

    def bind_aggregate(self, node, bind):
        scope, _, name = node.text.partition(".")
        if scope == "each":
            first = bind(node.parts[0], reach="each")
        elif scope == "children":
            first = bind(node.parts[0], inside=True)
        else:
            first = bind(node.parts[0])
        return Node(scope, name, [first] + [bind(part) for part in node.parts[1:]])

    def bind_method(self, node, scope, reach, inside):
        arguments, rule = self.scheme.methods[node.text]
        body = {}
        for number, (name, default) in enumerate(arguments):
            given = number < len(node.parts)
            body[name] = (node.parts[number], scope) if given else (default, body)
        return self.bind(rule, body, reach, inside)


# The book


def is_value(text):
    return text in ("", "n/a") or re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None


def read_folder(folder):
    """The files of a book, a dictionary of their texts."""
    files = {}
    for path in sorted(Path(folder).glob("**/*")):
        if path.suffix in (".rec", ".tsv"):
            name = path.relative_to(folder).as_posix()
            files[name] = path.read_text(encoding="utf-8")
    return files


class Book:
    """A book out of its files; `shipped` are the methods that come with the
    tools, as text."""

    def __init__(self, files, shipped):
        read = lambda name: [fields for _, fields in read_records(files[name])]
        self.length = LENGTHS[field(read("book.rec")[0], "Period", "month")]
        self.units, self.aliases = {}, {}
        for fields in read("units.rec"):
            name = field(fields, "Id")
            self.units[name] = fields
            for alias in [name] + all_fields(fields, "Alias"):
                self.aliases[alias] = name
        self.groups = {unit: read_groups(fields) for unit, fields in self.units.items()}
        self.measures = {field(fields, "Id"): fields for fields in read("measures.rec")}
        self.read_data(files)
        self.schemes = {}
        for name in sorted(files):
            if match := re.fullmatch(r"schemes/(.+)\.rec", name):
                start = period_of(match[1])
                self.schemes[start] = Scheme(self, files[name], shipped)
                self.schemes[start].start = start
        self.standings, self.results = {}, {}

    def read_data(self, files):
        self.data, self.folders = {}, {}
        for name in sorted(files):
            if match := re.fullmatch(r"data/(.+)/(.+)\.tsv", name):
                period = period_of(match[1])
                self.folders.setdefault(period, set()).add(match[2])
                for line in files[name].split("\n")[1:-1]:
                    self.read_row(period, (line + "\t\t").split("\t"))
        for period in self.folders:
            self.complete_entries(period)

    def read_row(self, period, cells):
        name, unit, text = cells[:3]
        # Of the folders that a period does not ask for, nothing has to be sound.
        if name not in self.measures or unit not in self.aliases or not is_value(text):
            return
        key = (name, self.aliases[unit], period)
        value = {"": MISSING, "n/a": NOT_APPLICABLE}.get(text)
        if value is None:
            value = Fraction(text)
        if field(self.measures[name], "Entries") == "many" and key in self.data:
            value += self.data[key]
        self.data[key] = value

    def complete_entries(self, period):
        """Of a measure whose entries add up, no row is no event."""
        for name, fields in self.measures.items():
            source = field(fields, "Source")
            every = field(fields, "Every")
            if field(fields, "Entries") != "many" or period[0] != self.length:
                continue
            if every is not None and LENGTHS[every] != self.length:
                continue
            if source is not None and source not in self.folders[period]:
                continue
            for unit in self.units:
                if self.is_member(unit, period):
                    self.data.setdefault((name, unit, period), Fraction(0))

    def is_member(self, unit, period):
        fields = self.units[unit]
        first, last = field(fields, "From"), field(fields, "To")
        return overlaps(
            period,
            period_of(first) if first else period,
            period_of(last) if last else period,
        )

    def has_data(self, period):
        return any(contains(period, folder) for folder in self.folders)

    def scheme(self, period):
        starts = [s for s in self.schemes if s[0] == period[0] and s[1] <= period[1]]
        if not starts:
            return None
        self.schemes[max(starts)].bind_once()
        return self.schemes[max(starts)]

    def group(self, unit, dimension, period):
        """The unit's group in a dimension; a dated one goes before others, the
        latest first. Without a dimension, the first there is."""
        groups = self.groups[unit]
        dimension = dimension or (groups[0][0] if groups else "")
        held = [(-1, value) for name, value, dates in groups if name == dimension and not dates]
        for name, value, dates in groups:
            if name == dimension and dates and overlaps(period, *dates):
                held.append((months(dates[0])[0], value))
        return max(held, key=lambda entry: entry[0])[1] if held else ""

    def value(self, measure, unit, period):
        """A cell; one without a row falls back on the periods around it."""
        first = months(period)[0]
        for length in "mqy":
            if MONTHS[length] < MONTHS[period[0]]:
                continue
            key = (measure, unit, (length, first // MONTHS[length]))
            if key in self.data:
                return self.data[key]
        return MISSING

    def earlier_in_year(self, measure, unit, period):
        """Its values before a period and in the same year, the latest first."""
        count = period[1] % in_year(period[0])
        return [self.value(measure, unit, before(period, back + 1)) for back in range(count)]

    # Where rules look in time.

    def shifted(self, node, period):
        return shifted(node, period)

    def year_before(self, period):
        return before(period, in_year(period[0]))

    def inside(self, period):
        return inside(period, self.length)

    def carried(self, measure, unit, period):
        """The last known value, and whether it is an old one."""
        value = self.value(measure, unit, period)
        earliest = min((f[1] for f in self.folders if f[0] == period[0]), default=period[1])
        while value is MISSING and period[1] > earliest:
            period = before(period, 1)
            if period not in self.folders:
                continue
            value = self.value(measure, unit, period)
            if value is not MISSING:
                return value, True
        return value, False

    def standing(self, unit, period):
        """"in", "ineligible", or None for no member."""
        if period not in self.standings:
            # Eligible, while it is asked, has all members before it.
            members = {u: "in" for u in self.units if self.is_member(u, period)}
            self.standings[period] = members
            self.standings[period] = self.settle_eligible(period, members)
        return self.standings[period].get(unit)

    def settle_eligible(self, period, members):
        scheme = self.scheme(period)
        if scheme is None or scheme.fault or scheme.eligible is None:
            return members
        evaluation = Evaluation(self, scheme, None, scheme.pool, period)
        return {
            unit: "in" if evaluation.value(scheme.eligible, unit, period) is True else "ineligible"
            for unit in members
        }

    def pool(self, unit, dimension, period):
        """The units that one is compared with, itself included; none where it
        is not assessed itself, as in a period before it was a member."""
        pool = [u for u in self.units if self.standing(u, period) == "in"]
        if unit not in pool:
            return []
        if not dimension:
            return pool
        group = self.group(unit, dimension, period)
        return [u for u in pool if self.group(u, dimension, period) == group]

    def result(self, period):
        """The scores of a period, or None where there is no scheme or data."""
        if self.scheme(period) is None or not self.has_data(period):
            return None
        if period not in self.results:
            self.results[period] = Result(self, self.scheme(period), period)
        return self.results[period]

    def reach(self, period):
        """The results of a period and of all that are scored for it, and the
        schemes asked who is eligible elsewhere."""
        found, schemes, todo = {}, [], [period]
        while todo:
            period = todo.pop()
            result = self.result(period)
            if result is None or period in found:
                continue
            found[period] = result
            if result.scheme.fault is None:
                items, pools = result.scheme.asked(period)
                todo += items
                schemes += [self.scheme(other) for other in pools]
            if result.scheme.reaches_back:
                todo += self.reached_back(period)
        return list(found.values()), [scheme for scheme in schemes if scheme is not None]

    def reached_back(self, period):
        """Where earlier scores are asked for, all are made from the first on."""
        size = MONTHS[period[0]]
        inner = [f for f in self.folders if MONTHS[f[0]] <= size]
        first = min((months(f)[0] // size for f in inner), default=period[1])
        return {(period[0], index) for index in range(first, period[1])}


def read_groups(fields):
    groups = []
    for text in all_fields(fields, "Group"):
        name, _, dates = text.partition(" ")
        dimension, _, value = name.rpartition("/")
        if dates:
            first, _, last = dates.partition("..")
            dates = (period_of(first), period_of(last or first))
        groups.append((dimension or "group", value, dates))
    return groups


# Values


def check_size(number):
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > num_oracle.BITS_MAX:
        raise Failure("number-size")
    return number


CODES = {
    "too-large": "number-size",
    "divided-by-zero": "division",
    "power-of-zero": "division",
    "root-of-negative": "root",
    "logarithm": "logarithm",
}


def real(function, *values):
    """A function of num_oracle, its failure as the finding that it is."""
    try:
        return function(*values)
    except num_oracle.Failure as failure:
        raise Failure(CODES[str(failure)]) from None


def steps(x, *bands, reached=lambda x, edge: x >= edge):
    result = Fraction(0)
    for edge, value in zip(bands[::2], bands[1::2]):
        if reached(x, edge):
            result = value
    return result


def steps_above(x, *bands):
    return steps(x, *bands, reached=lambda x, edge: x > edge)


def interp(x, *points):
    points = list(zip(points[::2], points[1::2]))
    if x <= points[0][0]:
        return points[0][1]
    for (x1, y1), (x2, y2) in zip(points, points[1:]):
        if x <= x2:
            return y1 + (y2 - y1) * (x - x1) / (x2 - x1)
    return points[-1][1]


def brackets(x, *bands):
    total = Fraction(0)
    edges = list(bands[::2])
    for low, high, rate in zip(edges, edges[1:] + [None], bands[1::2]):
        top = x if high is None else min(x, high)
        total += max(top - low, 0) * rate
    return total


def clamp(x, low, high):
    if x < low:
        return low
    return high if x > high else x


def units_of(x, size, mode):
    count = real(num_oracle.divide, x, size)
    whole = abs(count).numerator // abs(count).denominator
    if mode == "proportional":
        return count
    if mode == "started" and whole != abs(count):
        whole += 1
    return Fraction(whole if count > 0 else -whole)


FUNCTIONS = {
    "min": lambda *x: min(x),
    "max": lambda *x: max(x),
    "abs": abs,
    "clamp": clamp,
    "round": lambda x, n=0: Fraction(num_oracle.rounder("half-up")(x, n)),
    "floor": lambda x: Fraction(math.floor(x)),
    "ceil": lambda x: Fraction(math.ceil(x)),
    "sqrt": lambda x: real(num_oracle.sqrt, x),
    "ln": lambda x: real(num_oracle.ln, x),
    "exp": lambda x: real(num_oracle.exp, x),
    "steps": steps,
    "steps_above": steps_above,
    "interp": interp,
    "brackets": brackets,
}
OPERATORS = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: real(num_oracle.divide, x, y),
    "^": lambda x, y: real(num_oracle.power, x, y),
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    "=": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    ">=": lambda x, y: x >= y,
    ">": lambda x, y: x > y,
}


def quantile(values, share):
    values = sorted(values)
    place = (len(values) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def median(values):
    return quantile(values, Fraction(1, 2))


def total_of(values):
    return sum((num_oracle.significant(x) for x in values), Fraction(0))


AGGREGATES = {
    "min": min,
    "max": max,
    "sum": total_of,
    "mean": lambda values: total_of(values) / len(values),
    "median": median,
    "mad": lambda values: median([abs(x - median(values)) for x in values]),
    "sd": lambda values: real(num_oracle.deviation, values),
    "geomean": lambda values: real(num_oracle.geomean, [num_oracle.significant(x) for x in values]),
    "last": lambda values: values[-1],
}


def aggregate(name, values, share=None):
    """Over values; those that are absent, and conditions that do not hold,
    are left out."""
    values = [value for value in values if not is_absent(value) and value is not False]
    if name == "count":
        return Fraction(len(values))
    if not values:
        return MISSING
    if name == "quantile":
        return quantile(values, share)
    return check_size(AGGREGATES[name](values))


def rank_of(values, own, at, ties):
    """The rank of values[at], which is `own`."""
    above = sum(value > own for value in values)
    level = sum(value == own for value in values)
    if ties == "competition":
        return Fraction(above + 1)
    if ties == "dense":
        return Fraction(len({value for value in values if value > own}) + 1)
    if ties == "fractional":
        return above + Fraction(level + 1, 2)
    if ties == "last":
        return Fraction(above + level)
    return Fraction(above + 1 + sum(value == own for value in values[:at]))


def rate(score, points):
    """The share of full marks; where there are none there is no share."""
    if points == 0:
        return NOT_APPLICABLE
    return spread([score, points]) or score / points


class Evaluation:
    """Works out the rules of one item, or a condition, in one period."""

    def __init__(self, book, scheme, item, dimension, period, result=None, places=None):
        self.book, self.scheme, self.item, self.dimension = book, scheme, item, dimension
        self.home, self.result, self.places = period, result, places
        self.carries = item is not None and item.policies[MISSING] == "carry"
        self.memo = {}

    def value(self, node, unit, period, child=None):
        """Of a node for a unit in a period, and for one child where it is
        inside of `children`."""
        key = (id(node), unit, period, child)
        if key not in self.memo:
            try:
                found = self.work_out(node, unit, period, child)
                if isinstance(found, Fraction):
                    check_size(found)
            except Failure as failure:
                found = failure
            self.memo[key] = found
        found = self.memo[key]
        if isinstance(found, Failure):
            raise found
        return found

    def work_out(self, node, unit, period, child):
        def value(part, unit=unit, period=period, child=child):
            return self.value(part, unit, period, child)

        method = getattr(self, "of_" + re.sub(r"\W", "_", node.kind))
        return method(node, value, unit, period, child)

    def of_number(self, node, *_):
        return node.number

    def of_none(self, *_):
        return NOT_APPLICABLE

    def of_minus(self, node, value, *_):
        x = value(node.parts[0])
        return x if is_absent(x) else -x

    def of_not(self, node, value, *_):
        x = value(node.parts[0])
        return x if is_absent(x) else not x

    def of_binary(self, node, value, *_):
        left = value(node.parts[0])
        if node.text in ("and", "or"):
            deciding = node.text == "or"
            if left is deciding:
                return deciding
            right = value(node.parts[1])
            if right is deciding:
                return deciding
            return spread([left, right]) or (not deciding)
        right = value(node.parts[1])
        return spread([left, right]) or OPERATORS[node.text](left, right)

    def of_if(self, node, value, *_):
        for condition, then in zip(node.parts[:-1:2], node.parts[1::2]):
            holds = value(condition)
            if is_absent(holds):
                return holds
            if holds:
                return value(then)
        return value(node.parts[-1])

    def of_cases(self, node, value, *_):
        conditions = [value(part) for part in node.parts[::2]]
        held = [number for number, holds in enumerate(conditions) if holds is True]
        if len(held) > 1 or (not held and spread(conditions) is None):
            raise Failure("cases")
        return spread(conditions) or value(node.parts[2 * held[0] + 1])

    def of_default(self, node, value, *_):
        x = value(node.parts[0])
        return value(node.parts[1]) if x is MISSING else x

    def of_missing(self, node, value, *_):
        return value(node.parts[0]) is MISSING

    def of_applies(self, node, value, *_):
        return value(node.parts[0]) is not NOT_APPLICABLE

    def of_function(self, node, value, *_):
        values = [value(part) for part in node.parts]
        absent = spread(values)
        if absent is not None:
            return absent
        if node.text == "units_of":
            return units_of(*values, node.number)
        return FUNCTIONS[node.text](*values)

    def of_measure(self, node, _value, unit, period, _child):
        if self.carries and period == self.home:
            return self.book.carried(node.text, unit, period)[0]
        return self.book.value(node.text, unit, period)

    def of_month(self, node, value, unit, period, _child):
        now = value(node.parts[0])
        kind = field(self.book.measures[node.text], "Kind", "level")
        earlier = self.book.earlier_in_year(node.text, unit, period)
        if kind != "cumulative" or not earlier:
            return now
        return spread([now, earlier[0]]) or now - earlier[0]

    def of_ytd(self, node, value, unit, period, _child):
        values = [value(node.parts[0])]
        if field(self.book.measures[node.text], "Kind", "level") == "flow":
            values += self.book.earlier_in_year(node.text, unit, period)
        return spread(values) or sum(values, Fraction(0))

    def of_prev(self, node, value, _unit, period, _child):
        return value(node.parts[0], period=self.book.shifted(node, period))

    of_year_ago = of_year_end = of_prev

    def of_growth(self, node, value, _unit, period, _child):
        now = value(node.parts[0])
        then = value(node.parts[1], period=self.book.year_before(period))
        absent = spread([now, then])
        if absent is not None:
            return absent
        return MISSING if then == 0 else (now - then) / abs(then)

    def of_in_group(self, node, _value, unit, period, _child):
        dimension, group = node.text
        return self.book.group(unit, dimension, period) == group

    def of_of(self, node, value, *_):
        return value(node.parts[0], unit=node.text)

    def of_measures(self, _node, _value, unit, period, _child):
        return Fraction(
            sum(
                self.book.value(name, unit, period) is not NOT_APPLICABLE
                for name in self.scheme.measures_read()
            )
        )

    def of_reported(self, _node, _value, unit, period, _child):
        return Fraction(
            sum(
                not is_absent(self.book.value(name, unit, period))
                for name in self.scheme.measures_read()
            )
        )

    def of_rank(self, _node, _value, unit, *_):
        return self.places.get(unit, MISSING)

    def result_of(self, node, period):
        """The result an item is to be read from: this one, or another's."""
        if node.number == "here":
            return self.result
        result = self.book.result(period)
        if result is None or result.scheme.fault or node.text not in result.scheme.items:
            return None
        return result

    def of_item(self, node, _value, unit, period, _child):
        result = self.result_of(node, period)
        return MISSING if result is None else result.score(node.text, unit)

    def of_rate(self, node, _value, unit, period, _child):
        result = self.result_of(node, period)
        if result is None:
            return MISSING
        return rate(result.score(node.text, unit), result.points(node.text, unit))

    def of_child(self, node, _value, unit, _period, child):
        score, points = self.result.score(child, unit), self.result.points(child, unit)
        if points is NOT_APPLICABLE:
            points = Fraction(0)
        if node.text == "score":
            return score
        if node.text == "points":
            return points
        return rate(score, points)

    def share(self, node, value):
        return value(node.parts[-1]) if node.text == "quantile" else None

    def of_pool(self, node, value, unit, period, _child):
        pool = self.book.pool(unit, self.dimension, period)
        values = [value(node.parts[0], unit=other) for other in pool]
        return aggregate(node.text, values, self.share(node, value))

    def of_peers(self, node, value, unit, period, _child):
        pool = self.book.pool(unit, self.dimension, period)
        values = [value(node.parts[0], unit=other) for other in pool if other != unit]
        return aggregate(node.text, values, self.share(node, value))

    def of_children(self, node, value, *_):
        values = [value(node.parts[0], child=child.name) for child in self.item.children]
        return aggregate(node.text, values, self.share(node, value))

    def of_present(self, node, value, *_):
        parts = node.parts[:-1] if node.text == "quantile" else node.parts
        return aggregate(node.text, [value(part) for part in parts], self.share(node, value))

    def of_each(self, node, value, _unit, period, _child):
        inner = self.book.inside(period)
        values = [value(node.parts[0], period=shorter) for shorter in inner]
        if node.text != "weighted":
            return aggregate(node.text, values, self.share(node, value))
        weights = [value(part) for part in node.parts[1:]]
        pairs = [(x, weight) for x, weight in zip(values, weights) if not is_absent(x)]
        weight = sum((weight for _, weight in pairs), Fraction(0))
        if weight == 0:
            return MISSING
        return sum(num_oracle.significant(x) * w for x, w in pairs) / weight

    def of_pool_rank(self, node, value, unit, period, _child):
        own = value(node.parts[0])
        pool = self.book.pool(unit, self.dimension, period)
        ranked = [(other, value(node.parts[0], unit=other)) for other in pool]
        ranked = [(other, x) for other, x in ranked if not is_absent(x)]
        if is_absent(own) or unit not in pool:
            return own if is_absent(own) else MISSING
        at = [other for other, _ in ranked].index(unit)
        return rank_of([x for _, x in ranked], own, at, node.text)


# Scores


class Result:
    """What all items score in one period. The cells of an item are kept by
    its name: for each unit a value, and a set of states."""

    def __init__(self, book, scheme, period):
        self.book, self.scheme, self.period = book, scheme, period
        self.failures = set()
        self.raws, self.scores = {}, {}
        self.is_complete = scheme.fault is not None
        if scheme.fault is not None:
            self.failures.add(scheme.fault)

    def units(self):
        return [u for u in self.book.units if self.book.standing(u, self.period) == "in"]

    def complete(self):
        """All items and grades, so that all that can fail has failed."""
        if not self.is_complete:
            self.is_complete = True
            try:
                self.units()
            except Failure as failure:
                self.failures.add(str(failure))
                self.book.standings[self.period] = {}
            for name in self.scheme.items:
                self.item_scores(name)
            self.grades = self.give_grades()

    def score(self, name, unit):
        return self.item_scores(name).get(unit, (MISSING, None))[0]

    def points(self, name, unit):
        item = self.scheme.items[name]
        self.item_scores(name)
        if not item.counts:
            return NOT_APPLICABLE
        return self.shared_points(item, unit)

    def cells(self, evaluation, node):
        """A rule for every unit; where it fails that is noted."""
        cells = {}
        for unit in self.units():
            try:
                cells[unit] = evaluation.value(node, unit, self.period)
            except Failure as failure:
                self.failures.add(str(failure))
                cells[unit] = MISSING
        return cells

    def raw(self, name):
        """What a rule gives, in bounds, and after the policies."""
        if name not in self.raws:
            self.raws[name] = self.work_out(self.scheme.items[name])
        return self.raws[name]

    def work_out(self, item):
        evaluation = Evaluation(self.book, self.scheme, item, item.pool, self.period, self)
        rules = {name: self.cells(evaluation, node) for name, node in item.rules.items()}
        states = {unit: set() for unit in self.units()}
        if "Rule" in rules:
            scores = rules["Rule"]
        else:
            scores = {unit: self.children_sum(item, unit) for unit in self.units()}
        of_units = {u: {name: cells[u] for name, cells in rules.items()} for u in scores}
        found = {}
        for unit, score in scores.items():
            score = self.amount(item, score)
            score = self.vetoed(score, of_units[unit], states[unit])
            found[unit] = self.bounded(item, score, of_units[unit], states[unit])
        result = {}
        for unit, score in found.items():
            if is_absent(score):
                score = self.replaced(item, unit, found, of_units[unit], states[unit])
                score = self.bounded(item, score, of_units[unit], states[unit])
            if evaluation.carries and any(
                self.book.carried(name, unit, self.period)[1] for name in item.carried
            ):
                states[unit].add("carried")
            if item.kind == "deduction" and not is_absent(score):
                score = -score
            result[unit] = (score, states[unit])
        return result

    def is_rescaled(self, item, unit):
        """How the item's absence is made good by those beside it, if it is."""
        if not item.rescales():
            return None
        states = self.raw(item.name)[unit][1]
        for absence in (NOT_APPLICABLE, MISSING):
            if absence.name in states:
                policy = item.policies[absence] or ""
                return policy if policy.startswith("rescale") else None
        return None

    def children_sum(self, item, unit):
        lacking, away, present, total = [], [], 0, Fraction(0)
        for child in item.children:
            score = self.score(child.name, unit)
            if not is_absent(score):
                total += score
                present += child.counts or not item.counts
            elif self.is_rescaled(child, unit):
                away.append(score)
            else:
                lacking.append(score)
        if lacking:
            return spread(lacking)
        return spread(away) if away and not present else total

    def amount(self, item, score):
        """What a deduction takes away, from its rule or from its children,
        whose scores are negative."""
        if item.kind != "deduction" or is_absent(score):
            return score
        if "Rule" not in item.rules:
            return -score
        if score < 0:
            self.failures.add("deduction")
        return score

    def bounded(self, item, score, rules, states):
        if is_absent(score):
            return score
        low, high = rules.get("Floor", MISSING), rules.get("Cap", MISSING)
        if "Rule" in rules and field(item.fields, "Floor") is None:
            low = Fraction(0)
        if "Rule" in rules and item.counts and field(item.fields, "Cap") is None:
            high = item.points
        if not is_absent(high) and score > high:
            score = high
            states.add("capped")
        if not is_absent(low) and score < low:
            score = low
            states.add("floored")
        return score

    def vetoed(self, score, rules, states):
        veto = rules.get("Veto", False)
        if is_absent(veto):
            return spread([score, veto])
        if not veto:
            return score
        states.add("vetoed")
        return rules.get("Floor", Fraction(0))

    def replaced(self, item, unit, found, rules, states):
        score = found[unit]
        states.add(score.name)
        policy = item.policies[score]
        if policy in (None, "carry", "rescale", "rescale equally"):
            return score
        if policy == "zero":
            return Fraction(0)
        if policy == "full":
            return item.points
        if policy == "mean":
            pool = self.book.pool(unit, item.pool, self.period)
            return aggregate("mean", [found[other] for other in pool])
        return rules["Missing" if score is MISSING else "NotApplicable"]

    def shared_points(self, item, unit):
        """The points of an item after what absent ones beside it gave."""
        if item.parent is None or self.book.standing(unit, self.period) != "in":
            return item.points
        beside = [child for child in item.parent.children if child.counts]
        gone = {child.name: self.is_rescaled(child, unit) for child in beside}
        if gone[item.name]:
            return Fraction(0)
        present = [child for child in beside if not gone[child.name]]
        worth = sum(child.points for child in present)
        points = item.points
        for child in beside:
            if gone[child.name] == "rescale" and worth > 0:
                points += child.points * item.points / worth
            elif gone[child.name] == "rescale equally":
                points += child.points / len(present)
        return points

    def item_scores(self, name):
        if name not in self.scores:
            item = self.scheme.items[name]
            self.scores[name] = {
                unit: (self.final(item, unit, score), states)
                for unit, (score, states) in self.raw(name).items()
            }
        return self.scores[name]

    def final(self, item, unit, score):
        if is_absent(score):
            return score
        if item.counts and item.points > 0:
            score = score * self.shared_points(item, unit) / item.points
        if item.digits != "none":
            score = Fraction(num_oracle.rounder(item.rounding)(score, item.digits))
        return score

    # Grades

    def give_grades(self):
        totals = {unit: self.score("total", unit) for unit in self.units()}
        totals = {unit: total for unit, total in totals.items() if not is_absent(total)}
        pools, places = {}, {}
        for unit in totals:
            pool = self.book.pool(unit, self.scheme.pool, self.period)
            pools[unit] = [other for other in pool if other in totals]
        for unit, total in totals.items():
            values = [totals[other] for other in pools[unit]]
            places[unit] = rank_of(values, total, pools[unit].index(unit), self.scheme.ties)
        given = {}
        for fields, condition in self.scheme.grades:
            admitted = set(totals)
            if condition is not None:
                evaluation = Evaluation(
                    self.book, self.scheme, None, self.scheme.pool, self.period, self, places
                )
                cells = self.cells(evaluation, condition)
                admitted = {unit for unit in totals if cells[unit] is True}
            for pool in {tuple(pool) for pool in pools.values()}:
                self.give_grade(fields, [u for u in pool if u in admitted], pool, totals, given)
        return given

    def give_grade(self, fields, admitted, pool, totals, given):
        left = len(pool)
        quota = field(fields, "Quota")
        if quota is not None:
            share = Fraction(quota.rstrip("%")) / 100 * len(pool)
            left = num_oracle.rounder(field(fields, "Rounding", "down"))(share, 0)
        strict = field(fields, "Ties", "inclusive") == "strict"
        for total in sorted({totals[unit] for unit in pool}, reverse=True):
            level = [u for u in admitted if totals[u] == total and u not in given]
            if left <= 0 or (strict and len(level) > left):
                return
            for unit in level:
                given[unit] = field(fields, "Id")
            left -= len(level)


# What shiji-score has to print


def print_number(item, number):
    if is_absent(number):
        return ""
    if item is not None and item.digits != "none":
        return num_oracle.text_fixed(number, item.digits)
    return num_oracle.text_print(number)


def expected(book, period):
    """(2, set()) where there is nothing to score; (1, codes) where the tool
    must refuse; (0, rows) with the rows it must print."""
    result = book.result(period)
    if result is None:
        return 2, set()
    scored, schemes = book.reach(period)
    for other in scored:
        other.complete()
    failures = {scheme.fault for scheme in schemes if scheme.fault is not None}
    failures = failures.union(*(other.failures for other in scored))
    if failures:
        return 1, failures
    rows = []
    for unit in book.units:
        standing = book.standing(unit, period)
        for name, item in result.scheme.items.items():
            if standing is not None:
                rows.append(expected_row(book, result, unit, item, standing))
    return 0, rows


def expected_row(book, result, unit, item, standing):
    score, states = result.item_scores(item.name).get(unit, (MISSING, {"ineligible"}))
    points = result.points(item.name, unit)
    state = "+".join(state for state in STATES if state in states) or "scored"
    row = [
        period_text(result.period),
        unit,
        item.name,
        print_number(None, points),
        print_number(item, score),
        state,
        book.group(unit, result.scheme.pool, result.period),
    ]
    if result.scheme.grades:
        row.append(result.grades.get(unit, "") if item.name == "total" else "")
    return row
