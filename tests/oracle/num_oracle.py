"""num_oracle.py PROGRAM: compares num with Python's fractions and decimal.

Asks the program (num_oracle.c) some 40,000 questions, always the same ones,
and works out each answer in another way: arithmetic with fractions, roots and
logarithms with decimals of so many digits that the 34th is certain. Exit
status 1 where an answer differs.
"""

import decimal
import random
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

BITS_MAX = 16384
DIGITS = 34
SEED = 20221031
DIFFERENCES_SHOWN = 20
# Beyond this e^x has more than BITS_MAX bits, or needs more to be written.
EXPONENT_MAX = 13000

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)


class Failure(Exception):
    """A result that is no number; says why in num_oracle.c's words."""


def context(digits):
    return decimal.Context(
        prec=digits,
        rounding=decimal.ROUND_HALF_EVEN,
        Emax=decimal.MAX_EMAX,
        Emin=decimal.MIN_EMIN,
        traps=[decimal.InvalidOperation, decimal.DivisionByZero],
    )


ROUNDED = context(DIGITS)


def ratio(x, digits):
    """x as a decimal of so many digits."""
    return context(digits).divide(Decimal(x.numerator), Decimal(x.denominator))


def significant(x):
    return Fraction(ratio(x, DIGITS))


def settle(approach, is_exactly):
    """Round half-even what approach(digits) gives with an error of at most a
    unit in the digit before the last. A tie is one only where is_exactly()
    says so of the candidate."""
    digits = 50
    while True:
        wide = context(digits + 5)
        y = wide.create_decimal(approach(digits))
        error = wide.scaleb(abs(y), 2 - digits)
        low = ROUNDED.plus(wide.subtract(y, error))
        high = ROUNDED.plus(wide.add(y, error))
        if low == high:
            return Fraction(low)
        candidate = context(DIGITS + 1).plus(y)
        if is_exactly(Fraction(candidate)):
            return Fraction(ROUNDED.plus(candidate))
        digits *= 2


def never(_):
    return False


def approach_ln(x, digits):
    wide = context(digits + 10)
    rest = x - 1
    # How many bits would be lost where x is near 1.
    near = rest.denominator.bit_length() - abs(rest.numerator).bit_length()
    if near < 100:
        return context(digits + 40).ln(ratio(x, digits + 40))
    # u - u^2/2 + u^3/3 ..., u less than 2^-99
    u = power = ratio(rest, digits + 10)
    total = Decimal(0)
    for i in range(1, digits // 29 + 3):
        term = wide.divide(power, Decimal(i))
        total = wide.add(total, term if i % 2 == 1 else -term)
        power = wide.multiply(power, u)
    return total


def approach_exp(y, digits):
    return context(digits + 10).exp(y)


def sqrt(x):
    if x < 0:
        raise Failure("root-of-negative")
    if x == 0:
        return x
    return settle(
        lambda digits: context(digits + 5).sqrt(ratio(x, digits + 10)),
        lambda root: root * root == x,
    )


def ln(x):
    if x <= 0:
        raise Failure("logarithm")
    return Fraction(0) if x == 1 else settle(lambda digits: approach_ln(x, digits), never)


def exp(x):
    if abs(x) > EXPONENT_MAX:
        raise Failure("too-large")
    if x == 0:
        return Fraction(1)
    return settle(lambda digits: approach_exp(ratio(x, digits + 15), digits), never)


def integer_power(x, exponent):
    bits = max(x.numerator.bit_length(), x.denominator.bit_length())
    if bits > 1 and (bits - 1) * abs(exponent) > BITS_MAX:
        raise Failure("too-large")
    if bits == 1:
        return x if exponent % 2 else abs(x)
    return x**exponent


def power(x, exponent):
    if exponent == 0:
        return Fraction(1)
    if x == 0:
        if exponent < 0:
            raise Failure("power-of-zero")
        return x
    if exponent.denominator == 1:
        return integer_power(x, exponent.numerator)
    if x < 0:
        raise Failure("root-of-negative")
    if x == 1:
        return x

    def logarithm(digits):
        wide = context(digits)
        return wide.multiply(ratio(exponent, digits), approach_ln(x, digits))

    def is_exactly(root):
        if exponent.denominator > 500:
            return False
        return root**exponent.denominator == x**exponent.numerator

    if abs(logarithm(30)) > EXPONENT_MAX:
        raise Failure("too-large")
    return settle(lambda digits: approach_exp(logarithm(digits + 15), digits), is_exactly)


def geomean(values):
    if min(values) < 0:
        raise Failure("root-of-negative")
    if 0 in values:
        return Fraction(0)
    product = Fraction(1)
    for x in values:
        product *= x
    if product == 1:
        return product

    def approach(digits):
        wide = context(digits + 15)
        total = sum((approach_ln(x, digits + 15) for x in values if x != 1), Decimal(0))
        return approach_exp(wide.divide(total, Decimal(len(values))), digits)

    return settle(approach, lambda mean: mean ** len(values) == product)


def deviation(values):
    values = [significant(x) for x in values]
    mean = sum(values) / len(values)
    return sqrt(sum((x - mean) ** 2 for x in values) / len(values))


def divide(x, y):
    if y == 0:
        raise Failure("divided-by-zero")
    return x / y


def rounder(mode):
    def rounded(x, digits):
        unit = Fraction(10) ** -int(digits)
        steps, rest = divmod(abs(x), unit)
        half = (rest * 2 > unit) - (rest * 2 < unit)
        if (
            (mode == "up" and rest > 0)
            or (mode == "half-up" and half >= 0)
            or (mode == "half-even" and (half > 0 or (half == 0 and steps % 2 == 1)))
        ):
            steps += 1
        return steps * unit if x > 0 else -steps * unit

    return rounded


def places(x):
    """How many digits x has after the point; None where it does not end."""
    rest, twos, fives = x.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def text_fixed(x, digits):
    digits = int(digits)
    scaled = round(x * 10**digits)
    text = str(abs(scaled)).rjust(digits + 1, "0")
    if digits > 0:
        text = text[:-digits] + "." + text[-digits:]
    return "-" + text if scaled < 0 else text


def text_exact(x):
    end = places(x)
    return str(x) if end is None else text_fixed(x, end)


def text_print(x):
    end = places(x)
    if end is not None and end <= 100:
        return text_fixed(x, end)
    text = format(ratio(x, DIGITS), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_int(x):
    fits = x.denominator == 1 and -(2**63) <= x < 2**63
    return str(x) if fits else "no"


def fits_machine(x):
    return -(2**63) <= x.numerator < 2**63 and x.denominator < 2**63


def describe(x):
    """The answer num_oracle.c owes for a number."""
    if max(x.numerator.bit_length(), x.denominator.bit_length()) > BITS_MAX:
        raise Failure("too-large")
    return text_exact(x) + ("" if fits_machine(x) else " big")


NUMBERS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": divide,
    "compare": lambda x, y: Fraction((x > y) - (x < y)),
    "sign": lambda x: Fraction((x > 0) - (x < 0)),
    "power": power,
    "neg": lambda x: -x,
    "abs": abs,
    "copy": lambda x: x,
    "parse": lambda x: x,
    "floor": lambda x: Fraction(x.numerator // x.denominator),
    "ceil": lambda x: Fraction(-(-x.numerator // x.denominator)),
    "truncate": lambda x: Fraction(int(x)),
    "significant": significant,
    "sqrt": sqrt,
    "ln": ln,
    "exp": exp,
    "geomean": lambda *values: geomean(values),
    "deviation": lambda *values: deviation(values),
    "round-half-up": rounder("half-up"),
    "round-half-even": rounder("half-even"),
    "round-down": rounder("down"),
    "round-up": rounder("up"),
}
TEXTS = {"int": to_int, "print": text_print, "fixed": text_fixed}


def expected(name, operands):
    values = [Fraction(*(Fraction(part) for part in x.split("/"))) for x in operands]
    try:
        if name in TEXTS:
            return TEXTS[name](*values)
        return describe(NUMBERS[name](*values))
    except Failure as failure:
        return str(failure)


class Questions:
    """Random operands, as text, and lines of them."""

    def __init__(self):
        self.random = random.Random(SEED)

    def decimal(self, digits_most, scale_most):
        digits = self.random.randint(1, digits_most)
        mantissa = self.random.randrange(10**digits)
        return text_fixed(
            Fraction(mantissa, 10 ** (scale := self.random.randint(0, scale_most))), scale
        )

    def edge(self):
        """Near where machine integers end."""
        power = self.random.choice((31, 32, 53, 62, 63, 63, 63, 64, 126, 127, 128))
        return str(2**power + self.random.randint(-3, 3))

    def bits(self, most):
        return str(self.random.getrandbits(self.random.randint(1, most)) + 1)

    def magnitude(self):
        return self.random.choice(
            (
                lambda: str(self.random.randint(0, 20)),
                lambda: self.decimal(6, 4),
                lambda: self.decimal(18, 18),
                self.edge,
                lambda: self.bits(20) + "/" + self.bits(20),
                lambda: self.bits(63) + "/" + self.bits(63),
                lambda: self.edge() + "/" + self.edge(),
                lambda: self.bits(63) + "/" + str(2 ** self.random.randint(0, 70)),
                lambda: self.bits(40) + "/" + str(10 ** self.random.randint(0, 25)),
                lambda: self.decimal(34, 34),
                lambda: self.decimal(40, 20),
                lambda: self.bits(200) + "/" + self.bits(200),
            )
        )()

    def any(self):
        text = self.magnitude()
        return text if self.random.random() < 0.6 or text == "0" else "-" + text

    def vast(self):
        """Up to the bound of bits, huge or tiny, or near one."""
        wide = str(self.random.getrandbits(self.random.choice((2000, 8192, 16383, 16384))) | 1)
        narrow = self.bits(100)
        near = f"{int(wide) + self.random.randint(-2, 2) or 1}/{wide}"
        return self.random.choice((wide, "-" + wide, f"{narrow}/{wide}", near))

    def half(self, digits):
        """Half way between two numbers of so many digits after the point."""
        mantissa = 10 * self.random.randrange(10 ** self.random.randint(0, 25)) + 5
        return text_exact(Fraction(mantissa, 1) / Fraction(10) ** (digits + 1))

    def midpoint(self):
        """35 digits, the last of which is 5; or nearly."""
        digits = 10 * self.random.randrange(10**33, 10**34) + 5
        scale = self.random.randint(0, 40)
        nudge = self.random.choice((0, 0, 1, -1))
        return Fraction(digits * 10**30 + nudge, 10 ** (scale + 30))

    def midpoint_decimal(self, scale):
        return Decimal(10 * self.random.randrange(10**33, 10**34) + 5).scaleb(-scale)

    def exponent(self):
        return self.random.choice(
            (
                lambda: str(self.random.randint(-12, 12)),
                lambda: "1/" + str(self.random.randint(2, 12)),
                lambda: self.decimal(3, 2),
                lambda: "-" + self.decimal(2, 1),
                lambda: self.bits(10) + "/" + self.bits(10),
                lambda: self.bits(63) + "/" + self.bits(63),
            )
        )()

    def group(self):
        value = self.random.choice(
            (lambda: self.decimal(5, 2), lambda: self.bits(30), self.magnitude)
        )
        values = [value() for _ in range(self.random.randint(1, 12))]
        if self.random.random() < 0.1:
            values.append(self.any())
        return values

    def lines(self):
        def repeat(count, line):
            for _ in range(count):
                yield line()

        for name in ("add", "sub", "mul", "div", "compare"):
            yield from repeat(3000, lambda: [name, self.any(), self.any()])
            yield from repeat(60, lambda: [name, self.vast(), self.vast()])
            yield from repeat(60, lambda: [name, self.any(), self.vast()])
            yield from repeat(60, lambda: [name] + [self.any()] * 2)
        for name in ("neg", "abs", "copy", "floor", "ceil", "truncate", "sign", "int", "print"):
            yield from repeat(700, lambda: [name, self.any()])
            yield from repeat(20, lambda: [name, self.vast()])
        zeros = self.random.randrange
        yield from repeat(
            700, lambda: ["parse", "0" * zeros(4) + self.decimal(50, 50) + "0" * zeros(4)]
        )
        yield from repeat(1500, lambda: ["significant", self.any()])
        yield from repeat(300, lambda: ["significant", str(self.midpoint())])
        yield from repeat(60, lambda: ["significant", self.vast()])
        yield from self.rounding_lines()
        yield from self.real_lines()

    def rounding_lines(self):
        for mode in ("half-up", "half-even", "down", "up"):
            for _ in range(2000):
                digits = self.random.randint(-4, 10)
                x = self.half(digits) if self.random.random() < 0.3 else self.any()
                if self.random.random() < 0.1:
                    digits = self.random.randint(-60, 60)
                sign = "-" if x[0] not in "-0" and self.random.random() < 0.3 else ""
                yield [f"round-{mode}", sign + x, str(digits)]
            for _ in range(20):
                yield [f"round-{mode}", self.vast(), str(self.random.randint(-6000, 6000))]
        for _ in range(1500):
            digits = self.random.randint(0, 18)
            x = self.half(digits) if self.random.random() < 0.3 else self.any()
            yield ["fixed", x, str(digits)]

    def real_lines(self):
        for _ in range(1500):
            yield ["sqrt", self.any()]
            yield ["geomean", *self.group()]
            yield ["deviation", *self.group()]
            yield ["power", self.any(), self.exponent()]
        for _ in range(1000):
            yield ["ln", self.any()]
            yield ["exp", self.decimal(4, 3)]
            yield ["exp", "-" + self.decimal(4, 2)]
            yield ["power", self.magnitude(), self.exponent()]
        for _ in range(15):
            for name in ("sqrt", "ln", "exp"):
                yield [name, self.vast()]
            yield ["power", self.vast(), self.exponent()]
            yield ["exp", str(self.random.randint(-12000, 12000))]
            yield ["power", self.magnitude(), self.bits(80)]
        yield from self.exact_lines()

    def exact_lines(self):
        """Powers whose roots are exact, ties and nearly ties."""
        for _ in range(100):
            digits = self.random.randint(40, 400)
            tie = self.midpoint_decimal(self.random.randint(33, 40))
            yield ["exp", format(context(digits).ln(tie), "f")]
            yield ["ln", format(context(digits).exp(tie), "f")]
        for _ in range(150):
            # Off a tie by about as much as a first try may be in error.
            tie = self.midpoint_decimal(self.random.randint(-4000, 4800))
            places = self.random.randint(52, 59)
            logarithm = context(80).ln(tie).quantize(Decimal(1).scaleb(-places))
            halves = 2 * self.random.randint(2, 9) + 1
            near = context(self.random.randint(54, 58)).exp(logarithm * 2 / halves)
            yield ["power", format(near, "f"), f"{halves}/2"]
        for edge in range(60):
            yield ["exp", str(11330 + edge)]
            yield ["exp", str(-11260 - 3 * edge)]
        for _ in range(300):
            root = Fraction(int(self.bits(30)), int(self.bits(15)))
            degree = self.random.randint(2, 5)
            yield ["power", str(root**degree), f"{self.random.choice((1, -1, 2, 7))}/{degree}"]
        for _ in range(150):
            root = self.midpoint()
            degree = self.random.randint(2, 4)
            factor = Fraction(int(self.bits(20)), int(self.bits(20)))
            yield ["sqrt", str(root**2)]
            yield ["power", str(root**degree), f"1/{degree}"]
            yield ["geomean", str(root * factor), str(root / factor)]
            yield ["geomean"] + [str(root)] * degree
            # Two numbers are half their distance from their mean.
            apart = self.random.randrange(2 * 10**33, 10**34) | 1
            yield ["deviation", "0", str(apart)]
            yield ["deviation", "-0.5", text_fixed(Fraction(apart, 10), 1)]


def main():
    # The decimals' own operators round to the precision of this context.
    decimal.setcontext(context(20000))
    lines = list(Questions().lines())
    text = "".join(" ".join(line) + "\n" for line in lines)
    answers = subprocess.run(
        [sys.argv[1]], input=text, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.splitlines()
    if len(answers) != len(lines):
        sys.exit(f"num_oracle: {len(lines)} questions, {len(answers)} answers")
    differences = 0
    for (name, *operands), answer in zip(lines, answers):
        wanted = expected(name, operands)
        if answer != wanted:
            differences += 1
            if differences <= DIFFERENCES_SHOWN:
                print(f"{name} {' '.join(operands)}\n\tgives   {answer}\n\tnot     {wanted}")
    print(f"num_oracle: {len(lines)} expressions, {differences} differences")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
