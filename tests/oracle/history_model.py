"""Why scores differ between two sides, worked out slowly from the definition
in shiji-diff(1): the whole book is scored again at every stage, with nothing
remembered from one to the next. Shares no code with the tools.

A side is a book (score_model.Book) and a period of it. Stages:

    S0  the side A
    S1  schemes and measures of B over the figures and members of A
    S2  the same with one unit's own figures from B, for each unit apart
    S3  the figures of all from B
    S4  the side B, with its members

A stage in between sees each unit's figures from that side's own period: a
period is then a pair, what A calls it and what B does.
"""

from fractions import Fraction

import score_model
from score_model import is_absent

CAUSES = ("scheme", "own", "pool", "members")


class Side:
    def __init__(self, book, period):
        self.book, self.period = book, period

    def members(self):
        return {unit for unit in self.book.units if self.book.is_member(unit, self.period)}


def match_units(a, b):
    """The units of a by the names that b has for them: by Id, or else by Alias."""
    names = {}
    for unit in a.units:
        if unit not in b.units:
            by_own = [other for other in score_model.all_fields(a.units[unit], "Alias")]
            known = [b.aliases.get(unit)] + [other for other in by_own if other in b.units]
            known = [other for other in known if other and other not in a.units]
            names[unit] = known[0] if known else unit
        else:
            names[unit] = unit
    return names


class Mixture(score_model.Book):
    """A book whose rules are those of B, whose members are those of A, and
    whose figures come from B for some units and from A for the others."""

    # What a Book reads from files is taken from two that are read already.
    # pylint: disable=super-init-not-called
    def __init__(self, a, b, names, from_b):
        self.a, self.b, self.from_b = a, b, from_b
        self.length, self.measures = b.length, b.measures
        self.in_a = {name: unit for unit, name in names.items()}
        self.in_b = {unit: unit for unit in b.units}
        self.units = {names[unit]: fields for unit, fields in a.units.items()}
        self.standings, self.results = {}, {}

    def place(self, unit, period):
        """Whose figures a unit has: the book, its name there, the period there."""
        if unit in self.in_b and (unit in self.from_b or unit not in self.in_a):
            return self.b, unit, period[1]
        return self.a, self.in_a[unit], period[0]

    def value(self, measure, unit, period):
        book, unit, period = self.place(unit, period)
        return book.value(measure, unit, period)

    def carried(self, measure, unit, period):
        book, unit, period = self.place(unit, period)
        return book.carried(measure, unit, period)

    def earlier_in_year(self, measure, unit, period):
        book, unit, period = self.place(unit, period)
        return book.earlier_in_year(measure, unit, period)

    def shifted(self, node, period):
        return tuple(score_model.shifted(node, one) for one in period)

    def year_before(self, period):
        return (self.a.year_before(period[0]), self.b.year_before(period[1]))

    def inside(self, period):
        return list(zip(self.a.inside(period[0]), self.b.inside(period[1])))

    def is_member(self, unit, period):
        return unit in self.in_a and self.a.is_member(self.in_a[unit], period[0])

    def group(self, unit, dimension, period):
        if unit in self.in_a:
            return self.a.group(self.in_a[unit], dimension, period[0])
        return self.b.group(unit, dimension, period[1])

    def has_data(self, period):
        return self.a.has_data(period[0]) or self.b.has_data(period[1])

    def scheme(self, period):
        return self.b.scheme(period[1])


def printed(item, score):
    """A score as the number that is printed of it, or None."""
    text = score_model.print_number(item, score)
    return Fraction(text) if text else None


def outcome(book, period):
    """What a book scores: {(unit, item): number or None}, for its members."""
    result = book.result(period)
    if result is None:
        return {}
    return {
        (unit, name): printed(item, result.score(name, unit))
        for unit in book.units
        if book.standing(unit, period) is not None
        for name, item in result.scheme.items.items()
    }


class Stage:
    """What a book in between scores; `trouble` says what could not be."""

    def __init__(self, mixture, period):
        self.result = mixture.result(period)
        self.trouble = set()
        if self.result is not None:
            self.scheme = self.result.scheme
            self.result.complete()
            self.trouble = self.result.failures

    def value(self, unit, name, ends):
        """A number in any case. A sum that has a score at both ends, or is new
        and has one then, but none in between, is that of what its parts have."""
        if self.result is None or name not in self.scheme.items:
            return Fraction(0)
        item = self.scheme.items[name]
        score = printed(item, self.result.score(name, unit))
        if score is not None:
            return score
        if "Rule" in item.rules or (unit, name) not in ends:
            return Fraction(0)
        parts = [self.value(unit, child.name, ends) for child in item.children]
        return sum(parts, Fraction(0))


class Change:
    """All four causes of all units and items that two sides have."""

    def __init__(self, side_a, side_b, a_by_b):
        """`a_by_b`: the book of A read with the measures of B."""
        self.a, self.b = side_a, side_b
        self.names = match_units(side_a.book, side_b.book)
        self.period = (side_a.period, side_b.period)
        self.a_by_b = a_by_b
        before, after = side_a.members(), side_b.members()
        self.before = {self.names[unit] for unit in before}
        self.stay = self.before & after
        # Whoever is a member on one side alone keeps that side's figures.
        self.moving = {u for u in self.names.values() if u not in self.before ^ after}
        self.trouble = set()

    def stage(self, from_b):
        mixture = Mixture(self.a_by_b, self.b.book, self.names, from_b)
        stage = Stage(mixture, self.period)
        self.trouble |= stage.trouble
        return stage

    def is_moved(self, unit):
        """Whether anything about a unit's figures is otherwise in B."""
        a, b = self.a_by_b, self.b.book
        own = {new: old for old, new in self.names.items()}[unit]
        one = {(m, p): v for (m, u, p), v in a.data.items() if u == own}
        other = {(m, p): v for (m, u, p), v in b.data.items() if u == unit}
        return self.period[0] != self.period[1] or one != other or a.folders != b.folders

    def causes(self, wanted):
        """Of the units wanted: {(unit, item): four numbers}."""
        s0 = {
            (self.names[unit], item): score
            for (unit, item), score in outcome(self.a.book, self.a.period).items()
        }
        s4 = outcome(self.b.book, self.b.period)
        items = dict.fromkeys(item for _, item in [*s4, *s0])
        s1, s3 = self.stage(set()), self.stage(self.moving)
        scheme = self.a.book.scheme(self.a.period)
        ends = {
            (unit, item)
            for (unit, item), score in s4.items()
            if score is not None
            and (s0.get((unit, item)) is not None or scheme is None or item not in scheme.items)
        }
        found = {}
        for unit in wanted:
            s2 = None
            if unit in self.stay:
                s2 = self.stage({unit}) if self.is_moved(unit) else s1
            for item in items:
                first, last = s0.get((unit, item)) or 0, s4.get((unit, item)) or 0
                if s2 is None:
                    found[unit, item] = (0, 0, 0, last - first)
                    continue
                values = [first, *(stage.value(unit, item, ends) for stage in (s1, s2, s3)), last]
                found[unit, item] = tuple(y - x for x, y in zip(values, values[1:]))
        return found
