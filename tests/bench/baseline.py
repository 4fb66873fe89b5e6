"""The bench's totals and ranks by plain Python, without a library.

baseline.py BOOK float|exact: binary floating point, as most scripts have it,
or fractions. Prints `unit total rank`.
"""

import glob
import math
import sys
from fractions import Fraction


def read_columns(book, number):
    columns = {}
    for path in sorted(glob.glob(book + "/data/2022-10/*.tsv")):
        with open(path, encoding="utf-8") as file:
            next(file)
            for line in file:
                measure, unit, value = line.rstrip("\n").split("\t")
                columns.setdefault(measure, {})[unit] = number(value)
    return columns


def places(values):
    """The place of each value, the highest first; equal ones share the best."""
    rank = {}
    for place, value in enumerate(sorted(values, reverse=True), 1):
        rank.setdefault(value, place)
    return rank


def spread(column, number):
    low, high = min(column.values()), max(column.values())
    return lambda x: 5 * (x - low) / (high - low)


def target(column, number):
    return lambda x: 5 * min(max(x / 400, 0), 1)


def ladder(column, number):
    rank, step = places(column.values()), number("0.005")
    return lambda x: 5 * max(0, 1 - step * (rank[x] - 1))


def tiers(column, number):
    bands = [(300, number(5)), (200, number("3.5")), (100, number(2)), (0, number(1))]
    return lambda x: next((score for edge, score in bands if x >= edge), number(0))


def half_up(x):
    return math.floor(x * 100 + number(1) / 2) / number(100)


book, number = sys.argv[1], {"float": float, "exact": Fraction}[sys.argv[2]]
totals = {}
for measure, column in read_columns(book, number).items():
    rules = (spread, target, ladder, tiers)
    score = rules[int(measure[-4:]) % len(rules)](column, number)
    for unit, value in column.items():
        totals[unit] = totals.get(unit, 0) + half_up(score(value))
totals = {unit: half_up(total) for unit, total in totals.items()}
rank = places(totals.values())
print("unit\ttotal\trank")
for unit, total in sorted(totals.items(), key=lambda pair: (-pair[1], pair[0])):
    print(unit, "%.2f" % total, rank[total], sep="\t")
