#!/usr/bin/env python3
"""Checks Stator's numbers against Python's decimal module.

usage: number_oracle.py FILTER [--seed N] [--cases N]

FILTER is the program stator_number_filter. Every case follows from the seed, and a failure names its question.
"""

import argparse
import decimal
import random
import re
import subprocess
import sys
from decimal import Decimal

MAX_DIGITS = 38
MAX_EXPONENT = 125
MIN_EXPONENT = -130
EXACT = decimal.Context(prec=2000, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
NUMERIC = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def exact(text):
    """The exact value; exponents too far out for decimal, and for the result to differ, are drawn in."""
    mantissa, _, exponent = text.lower().partition("e")
    return EXACT.create_decimal(f"{mantissa}e{max(-(10**6), min(10**6, int(exponent or 0)))}")


def digits_of(value):
    """The significant digits, without zeros at either end, and the exponent of the first."""
    digits = "".join(map(str, value.as_tuple().digits)).lstrip("0")
    return digits.rstrip("0"), value.adjusted()


def encode(value):
    """The ordered encoding, as docs/formats/value.md describes it."""
    if value == 0:
        return bytes([0x80])
    digits, first = digits_of(value)
    digits += "0" * (len(digits) % 2)
    body = [first + 130] + [int(digits[i : i + 2]) + 1 for i in range(0, len(digits), 2)] + [0]
    if value > 0:
        return bytes([0xC0] + body)
    return bytes([0x40] + [255 - b for b in body])


def attribute_size(value):
    if value == 0:
        return 1
    plain = format(value.copy_abs(), "f")
    integer, _, fraction = plain.partition(".")
    integer, fraction = integer.lstrip("0"), fraction.rstrip("0")
    if not fraction:
        integer = integer.rstrip("0")
    if not integer:
        fraction = fraction.lstrip("0")
    return 1 + (len(integer) + 1) // 2 + (len(fraction) + 1) // 2 + (1 if value < 0 else 0)


def plain_text(value):
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def errors_of(value):
    """What is wrong with an exact value, the first first."""
    if value == 0:
        return []
    digits, first = digits_of(value)
    errors = []
    if first > MAX_EXPONENT:
        errors.append("overflow")
    if first < MIN_EXPONENT:
        errors.append("underflow")
    if len(digits) > MAX_DIGITS:
        errors.append("digits")
    return errors


def describe(value):
    return f"{plain_text(value)} {encode(value).hex()} {attribute_size(value)}"


def want_parse(text):
    if not NUMERIC.fullmatch(text):
        return ["numeric"]
    value = exact(text)
    return errors_of(value)[:1] or [describe(value)]


def want_result(value):
    # A sum may be out of range and too long at once; either answer is true.
    return errors_of(value) or [describe(value)]


class Cases:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def digits(self):
        r = self.random
        count = r.choice([1, 1, 2, 3, r.randint(1, 20), r.randint(30, 40)])
        pattern = r.random()
        if pattern < 0.15:
            return "9" * count
        if pattern < 0.3:
            return "1" + "0" * (count - 1)
        return "".join(r.choice("0123456789") for _ in range(count))

    def text(self):
        """A number in any form that the wire allows, in range or somewhat out of it."""
        r = self.random
        digits = self.digits()
        zeros = "0" * r.choice([0, 0, 0, 1, r.randint(0, 60)])
        point = r.randint(0, len(digits))
        text = r.choice(
            [
                digits,
                zeros + digits,
                digits + zeros,
                digits[:point] + "." + digits[point:],
                "0." + zeros + digits,
                digits + "." + zeros,
                "." + digits,
            ]
        )
        exponent = r.choice([0, 0, r.randint(-5, 5), r.randint(-170, 130), r.randint(-200, 200), r.choice([125, -130])])
        if exponent or r.random() < 0.1:
            text += r.choice("eE") + r.choice(["", "+"] if exponent >= 0 else [""]) + str(exponent)
        return r.choice(["", "", "-", "+"]) + text

    def nonsense(self):
        """A number's text with a character more, less or other than it should have."""
        r = self.random
        text = list(self.text())
        at = r.randrange(len(text) + 1)
        change = r.random()
        if change < 0.4:
            text.insert(at, r.choice("+-.eE0 1xN,_"))
        elif change < 0.7 and at < len(text):
            text[at] = r.choice("+-.eE0 1xN,_")
        elif at < len(text):
            del text[at]
        return "".join(text)

    def valid(self):
        while True:
            text = self.text()
            if not errors_of(exact(text)):
                return text

    def pair(self):
        """Two numbers whose sum is often near a limit: far apart, equal but for a little, or of opposite signs."""
        r = self.random
        a = self.valid()
        kind = r.random()
        if kind < 0.5:
            return a, self.valid()
        value = exact(a)
        if kind < 0.6:
            return a, str(value.copy_negate())
        step = Decimal(r.choice([1, -1, 9, -9, 10])).scaleb(value.adjusted() - r.randint(-2, 40), EXACT)
        b = EXACT.add(value, step) if kind < 0.8 else step
        if errors_of(b):
            return a, self.valid()
        return a, r.choice(["", "-"]) + plain_text(b.copy_abs())


def questions(seed, count):
    cases = Cases(seed)
    for _ in range(count):
        text = cases.text()
        yield f"parse {text}", want_parse(text)
        text = cases.nonsense()
        yield f"parse {text}", want_parse(text)
        a, b = cases.pair()
        x, y = exact(a), exact(b)
        yield f"add {a} {b}", want_result(EXACT.add(x, y))
        yield f"sub {a} {b}", want_result(EXACT.subtract(x, y))
        yield f"cmp {a} {b}", ["<" if x < y else ">" if x > y else "="]
        # What the format promises is promised to the oracle's own encoder too.
        assert (encode(x) < encode(y)) == (x < y), (a, b)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("filter")
    parser.add_argument("--seed", type=int, default=20240601)
    parser.add_argument("--cases", type=int, default=20000)
    args = parser.parse_args()

    asked = list(questions(args.seed, args.cases))
    run = subprocess.run(
        [args.filter], input="".join(q + "\n" for q, _ in asked), capture_output=True, text=True, check=False
    )
    answers = run.stdout.splitlines()
    if run.returncode != 0 or len(answers) != len(asked):
        print(f"the filter ended with {run.returncode} after {len(answers)} of {len(asked)} answers: {run.stderr}")
        return 1
    wrong = [(q, want, got) for (q, want), got in zip(asked, answers) if got not in want]
    for question, want, got in wrong[:20]:
        print(f"{question}\n  want {' or '.join(want)}\n  got  {got}")
    print(f"seed {args.seed}: {len(asked)} questions, {len(wrong)} wrong answers")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
