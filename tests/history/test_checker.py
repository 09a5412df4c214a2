"""The checker against histories written by hand: it must name what is wrong with each, and accept what is right."""

import random

import pytest

from history.checker import check
from history.checker.anomaly import Name
from history.checker.linear import ANY, KEEP, Step, search
from history.operation import LIST, REGISTER, Key, Operation, Outcome

X, Y = Key(LIST, "left", "x"), Key(LIST, "right", "y")
R, S = Key(REGISTER, "left", "r"), Key(REGISTER, "right", "s")


def op(begin: int, end: int, reads=None, writes=None, outcome=Outcome.OK, strict=True) -> Operation:
    """Values of lists are written "a b c"; an append is one of them."""
    reads = {key: tuple(v.split()) if key.kind == LIST else v for key, v in (reads or {}).items()}
    return Operation("test", begin, begin, end, reads, writes or {}, outcome, strict)


def failed(begin: int, end: int, reads=None, writes=None) -> Operation:
    return op(begin, end, reads, writes, Outcome.FAILED)


def unknown(begin: int, end: int, reads=None, writes=None) -> Operation:
    return op(begin, end, reads, writes, Outcome.UNKNOWN)


def loose(begin: int, end: int, reads) -> Operation:
    return op(begin, end, reads, strict=False)


RIGHT = {
    "nothing": [],
    "reads of what was never written": [op(1, 2, {X: "", R: None})],
    "appends and a read": [op(1, 2, {}, {X: "a"}), op(3, 4, {}, {X: "b"}), op(5, 6, {X: "a b"})],
    "appends at once, in either order": [op(1, 4, {}, {X: "a"}), op(2, 3, {}, {X: "b"}), op(5, 6, {X: "b a"})],
    "a read during a write, before it": [op(1, 9, {}, {X: "a"}), op(2, 3, {X: ""}), op(4, 5, {X: "a"})],
    "a transaction is seen whole, or not yet": [
        op(1, 9, {}, {X: "a", Y: "a", R: "a"}),
        op(2, 3, {X: "", Y: "", R: None}),
        op(4, 5, {X: "a", Y: "a", R: "a"}),
    ],
    "transactions that swap, one after the other": [
        op(1, 8, {R: None}, {S: "r0"}),
        op(2, 9, {S: "r0"}, {R: "s0"}),
        op(10, 11, {R: "s0", S: "r0"}),
    ],
    "of unknown outcome, applied": [unknown(1, 5, {}, {X: "a", Y: "a"}), op(6, 7, {X: "a", Y: "a"})],
    "of unknown outcome, not applied": [unknown(1, 5, {}, {X: "a", Y: "a"}), op(6, 7, {X: "", Y: ""})],
    "unknown ones that built on each other": [
        unknown(1, 5, {R: None}, {R: "a", X: "a"}),
        unknown(2, 5, {R: "a"}, {R: "b"}),
        op(6, 7, {R: "b", X: "a"}),
    ],
    "an unknown one that read what never was, and was not applied": [
        op(1, 2, {R: None}, {R: "a"}),
        unknown(3, 5, {R: None}, {R: "b"}),
        op(6, 7, {R: "a"}),
    ],
    "a failed condition that saw the item": [
        op(1, 2, {}, {R: "a"}),
        failed(3, 4, {R: "a"}, {R: "b", X: "b"}),
        op(5, 6, {R: "a", X: ""}),
    ],
    "compare and set, deletion, creation": [
        op(1, 2, {R: None}, {R: "a"}),
        op(3, 4, {R: "a"}, {R: None}),
        op(5, 6, {R: None}, {R: "b"}),
        op(7, 8, {R: "b"}, {R: None}),
        op(9, 10, {R: None}),
    ],
    "a deletion of unknown outcome, applied": [
        op(1, 2, {}, {R: "a"}),
        unknown(3, 5, {}, {R: None}),
        op(6, 7, {R: None}),
        op(8, 9, {R: None}, {R: "b"}),
        op(10, 11, {R: "b"}),
    ],
    "a deletion of unknown outcome, not applied": [
        op(1, 2, {}, {R: "a"}),
        unknown(3, 5, {}, {R: None}),
        op(6, 7, {R: "a"}),
    ],
    "a value that a deletion of unknown outcome took before anyone looked": [
        op(1, 9, {R: None}, {R: "a"}),
        unknown(2, 5, {}, {R: None}),
        op(6, 7, {R: None}),
        op(10, 11, {R: None}),
    ],
    "two readers that agree": [
        op(1, 9, {}, {X: "a"}),
        op(1, 9, {}, {Y: "a"}),
        op(2, 8, {X: "a", Y: ""}),
        op(2, 8, {X: "a", Y: "a"}),
        op(2, 8, {X: "", Y: ""}),
    ],
    "a batch may see two states": [op(1, 9, {}, {X: "a", Y: "a"}), loose(10, 11, {X: "a", Y: ""})],
    "a value that is replaced before anyone looks": [
        op(1, 4, {}, {R: "a"}),
        op(2, 3, {}, {R: "b"}),
        op(5, 6, {R: "a"}, {R: "c"}),
        op(7, 8, {R: "c"}),
    ],
}


@pytest.mark.parametrize("history", RIGHT.values(), ids=RIGHT.keys())
def test_right_histories_are_accepted(history):
    assert check(history) == []


WRONG = {
    "lost update of a list": (
        [op(1, 9, {X: ""}, {X: "a"}), op(2, 8, {X: ""}, {X: "b"}), op(10, 11, {X: "a b"})],
        {Name.LOST_UPDATE, Name.NOT_LINEARISABLE},
    ),
    "lost update of a register": (
        [op(1, 2, {}, {R: "a"}), op(3, 9, {R: "a"}, {R: "b"}), op(4, 8, {R: "a"}, {R: "c"}), op(10, 11, {R: "c"})],
        {Name.LOST_UPDATE, Name.NOT_LINEARISABLE},
    ),
    "lost update by one that was unanswered but seen": (
        [
            op(1, 2, {}, {R: "a"}),
            unknown(3, 9, {R: "a"}, {R: "b"}),
            op(4, 8, {R: "a"}, {R: "c"}),
            op(5, 8, {R: "b"}),
            op(10, 11, {R: "c"}),
        ],
        {Name.LOST_UPDATE, Name.NOT_LINEARISABLE},
    ),
    "two creations of one register": (
        [op(1, 9, {R: None}, {R: "a"}), op(2, 8, {R: None}, {R: "b"}), op(10, 11, {R: "b"})],
        {Name.LOST_UPDATE, Name.NOT_LINEARISABLE},
    ),
    "two creations, where deletions make absence come back": (
        [
            op(1, 9, {R: None}, {R: "a"}),
            op(2, 8, {R: None}, {R: "b"}),
            op(10, 11, {R: "b"}, {R: None}),
        ],
        {Name.NOT_LINEARISABLE},
    ),
    "read of a failed transaction": (
        [failed(1, 2, {R: None}, {X: "a"}), op(3, 4, {X: "a"})],
        {Name.ABORTED_READ, Name.NOT_LINEARISABLE},
    ),
    "a batch's read of a failed transaction": (
        [failed(1, 2, {}, {X: "a"}), loose(3, 4, {X: "a"})],
        {Name.ABORTED_READ},
    ),
    "a value from nowhere": ([op(1, 2, {X: "a", R: "b"})], {Name.PHANTOM, Name.NOT_LINEARISABLE}),
    "a token applied twice": ([op(1, 2, {}, {X: "a"}), op(3, 4, {X: "a a"})], {Name.APPLIED_TWICE}),
    "applied twice, after a longer read": (
        [op(1, 2, {}, {X: "a"}), op(1, 2, {}, {X: "b"}), op(3, 4, {X: "a b"}), op(5, 6, {X: "a b a"})],
        {Name.APPLIED_TWICE},
    ),
    "an acknowledged append that is gone": ([op(1, 2, {}, {X: "a"}), op(3, 4, {X: ""})], {Name.LOST}),
    "an append that was seen and is gone": (
        [op(1, 9, {}, {X: "a"}), op(2, 3, {X: "a"}), op(4, 5, {X: ""})],
        {Name.STALE_READ, Name.NOT_LINEARISABLE},
    ),
    "an acknowledged put that is gone": (
        [op(1, 2, {}, {R: "a"}), op(3, 4, {}, {R: "b"}), op(5, 6, {R: "a"})],
        {Name.NOT_LINEARISABLE},
    ),
    "half an unanswered transaction": (
        [unknown(1, 5, {}, {X: "a", Y: "a"}), op(6, 7, {X: "a", Y: ""})],
        {Name.LOST},
    ),
    "two orders of one list": (
        [op(1, 9, {}, {X: "a"}), op(1, 9, {}, {X: "b"}), op(2, 8, {X: "a b"}), op(2, 8, {X: "b"})],
        {Name.FORK},
    ),
    "fractured read": (
        [op(1, 9, {}, {X: "a", Y: "a"}), op(2, 8, {X: "a", Y: ""}), op(10, 11, {X: "a", Y: "a"})],
        {Name.FRACTURED_READ},
    ),
    "a failed condition that saw half a transaction": (
        [
            op(1, 9, {S: None}, {R: "a", S: "a"}),
            failed(2, 8, {R: "a", S: None}, {X: "b"}),
            op(10, 11, {R: "a", S: "a", X: ""}),
        ],
        {Name.FRACTURED_READ},
    ),
    "read skew over two transactions": (
        [
            op(1, 9, {}, {X: "a", Y: "a"}),
            op(1, 9, {}, {Y: "b"}),
            op(2, 8, {X: "", Y: "a b"}),
            op(10, 11, {X: "a", Y: "a b"}),
        ],
        {Name.READ_SKEW},
    ),
    "non-repeatable read of one that also writes": (
        [op(1, 9, {}, {X: "a", Y: "a"}), op(2, 8, {X: "a", Y: ""}, {R: "b"}), op(10, 11, {X: "a", Y: "a"})],
        {Name.READ_SKEW},
    ),
    "write skew": (
        [
            op(1, 9, {R: None}, {X: "a"}),
            op(2, 8, {X: "", R: None}, {R: "b"}),
            op(10, 11, {X: "a", R: "b"}),
        ],
        {Name.WRITE_SKEW},
    ),
    "long fork": (
        [
            op(1, 9, {}, {X: "a"}),
            op(1, 9, {}, {Y: "a"}),
            op(2, 8, {X: "a", Y: ""}),
            op(2, 8, {X: "", Y: "a"}),
            op(10, 11, {X: "a", Y: "a"}),
        ],
        {Name.LONG_FORK},
    ),
    "transactions that overwrote each other": (
        [op(1, 9, {}, {X: "a", Y: "a"}), op(2, 8, {}, {X: "b", Y: "b"}), op(10, 11, {X: "a b", Y: "b a"})],
        {Name.WRITE_CYCLE},
    ),
    "transactions that read each other": (
        [op(1, 9, {X: "b"}, {Y: "a"}), op(2, 8, {Y: "a"}, {X: "b"}), op(10, 11, {X: "b", Y: "a"})],
        {Name.CIRCULAR_FLOW},
    ),
    "stale read of a list": (
        [op(1, 2, {}, {X: "a"}), op(3, 4, {X: ""}), op(5, 6, {X: "a"})],
        {Name.STALE_READ, Name.NOT_LINEARISABLE},
    ),
    "stale read of a register": (
        [op(1, 2, {R: None}, {R: "a"}), op(3, 4, {R: None}), op(5, 6, {R: "a"})],
        {Name.STALE_READ, Name.NOT_LINEARISABLE},
    ),
    "a stale read that only two items show": (
        [
            op(1, 20, {}, {X: "a"}),
            op(2, 3, {X: "a"}, {Y: "b"}),
            op(4, 5, {X: "", Y: "b"}),
            op(21, 22, {X: "a", Y: "b"}),
        ],
        {Name.READ_SKEW, Name.NOT_LINEARISABLE},
    ),
    "an effect before its cause": (
        [op(1, 2, {X: "a"}), op(3, 4, {}, {X: "a"}), op(5, 6, {X: "a"})],
        {Name.AGAINST_TIME, Name.NOT_LINEARISABLE},
    ),
    "appends against time": (
        [op(1, 2, {}, {X: "a"}), op(3, 4, {}, {X: "b"}), op(5, 6, {X: "b a"})],
        {Name.AGAINST_TIME, Name.NOT_LINEARISABLE},
    ),
    "applied after the kill it did not survive": (
        [unknown(1, 5, {}, {X: "a"}), op(6, 7, {X: ""}), op(8, 9, {X: "a"})],
        {Name.STALE_READ, Name.NOT_LINEARISABLE},
    ),
    "a deletion undone": (
        [op(1, 2, {}, {R: "a"}), op(3, 4, {R: "a"}, {R: None}), op(5, 6, {R: "a"})],
        {Name.STALE_READ, Name.NOT_LINEARISABLE},
    ),
    "a deletion after its kill": (
        [op(1, 2, {}, {R: "a"}), unknown(3, 5, {}, {R: None}), op(6, 7, {R: "a"}), op(8, 9, {R: None})],
        {Name.NOT_LINEARISABLE},
    ),
}


@pytest.mark.parametrize(("history", "names"), WRONG.values(), ids=WRONG.keys())
def test_wrong_histories_are_named(history, names):
    found = check(history)
    assert {anomaly.name for anomaly in found} == names, "\n".join(map(str, found))


def serial_history(chance: random.Random, count: int) -> list[Operation]:
    """Right by construction: each operation takes effect at one moment, around which its beginning and end lie."""
    lists, registers = [X, Y, Key(LIST, "left", "z")], [R, S]
    state: dict[Key, object] = {key: () for key in lists} | {key: None for key in registers}
    ends: list[tuple[float, int, str]] = []
    operations = []
    for number in range(count):
        keys = chance.sample(lists + registers, chance.randrange(1, 4))
        reads = {key: state[key] for key in keys if chance.random() < 0.6}
        writes: dict[Key, str | None] = {key: f"v{number}" for key in keys if chance.random() < 0.5}
        if R in writes and chance.random() < 0.3:
            writes[R] = None
        outcome = chance.choices([Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN], [8, 1, 1])[0]
        if outcome == Outcome.OK or (outcome == Outcome.UNKNOWN and chance.random() < 0.5):
            for key, value in writes.items():
                state[key] = (*state[key], value) if key.kind == LIST else value
        operations.append(Operation("random", number, 0, 0, reads, writes, outcome))
        ends += [(number - chance.random() * 8, number, "invoked"), (number + chance.random() * 8, number, "completed")]
    for tick, (_, number, end) in enumerate(sorted(ends), 1):
        setattr(operations[number], end, tick)
    now = len(ends) + 1
    return [*operations, Operation("last", count, now, now + 1, dict(state))]


@pytest.mark.parametrize("seed", range(40))
def test_what_happened_one_after_the_other_is_accepted(seed):
    assert check(serial_history(random.Random(seed), 150)) == []


@pytest.mark.parametrize("seed", range(40))
def test_a_read_of_the_past_is_found(seed):
    """One reader of such a history is given a list as it was long before."""
    chance = random.Random(seed)
    history = serial_history(chance, 150)
    late = next(o for o in history[120:] if o.outcome == Outcome.OK and len(o.reads.get(X, ())) > 5)
    late.reads[X] = late.reads[X][:-5]
    assert check(history) != []


def linearisable_by_all_orders(steps: list[Step]) -> bool:
    """The definition itself."""

    def go(rest: list[Step], value: object) -> bool:
        if all(step.optional for step in rest):
            return True
        for step in rest:
            others = [o for o in rest if o is not step]
            if any(o.completed < step.invoked and not o.optional for o in others):
                continue
            late = [o for o in others if not (o.optional and o.completed < step.invoked)]
            if step.needs in (ANY, value) and go(late, value if step.leaves is KEEP else step.leaves):
                return True
        return False

    return go(steps, None)


def random_steps(chance: random.Random) -> list[Step]:
    times = chance.sample(range(100), 14)
    steps = []
    for n in range(7):
        invoked, completed = sorted(times[2 * n : 2 * n + 2])
        needs = chance.choice([ANY, None, "a", "b"])
        leaves = chance.choice([KEEP, KEEP, None, "a", "b"])
        if chance.random() < 0.2:
            steps.append(Step(None, invoked, completed, chance.choice([ANY, "a"]), None, optional=True))
        else:
            steps.append(Step(None, invoked, completed, needs, leaves, optional=False))
    return steps


@pytest.mark.parametrize("seed", range(10))
def test_the_search_agrees_with_the_definition(seed):
    chance = random.Random(seed)
    for _ in range(300):
        steps = random_steps(chance)
        assert (search(list(steps)) == []) == linearisable_by_all_orders(steps), steps
