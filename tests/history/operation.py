"""What clients asked and were told: the history that the checker judges."""

import dataclasses
import enum
from typing import NamedTuple

LIST = "list"  # grows by appends of values that are written once
REGISTER = "register"  # is replaced by values that are written once, or deleted


class Key(NamedTuple):
    """An item, and what kind of workload it serves."""

    kind: str
    table: str
    name: str

    def __str__(self) -> str:
        return f"{self.table}/{self.name}"


# What an item holds: all values of a list, the value of a register, None for a register that is not there.
Seen = tuple[str, ...] | str | None


class Outcome(enum.Enum):
    OK = "ok"
    FAILED = "failed"  # certainly not applied
    UNKNOWN = "unknown"  # the server died before it answered


@dataclasses.dataclass(eq=False)
class Operation:
    """One request, or several with the same token.

    `reads` is what the items held just before; where the outcome is not known, what they held if it was applied. Times
    are positions in one order of all beginnings and ends; the operation took effect between its two, if at all.
    """

    name: str
    process: int
    invoked: int
    completed: int
    reads: dict[Key, Seen] = dataclasses.field(default_factory=dict)
    writes: dict[Key, str | None] = dataclasses.field(default_factory=dict)  # None deletes
    outcome: Outcome = Outcome.OK
    strict: bool = True  # False: each value read was committed at some time, and nothing more

    def __str__(self) -> str:
        reads = [f"{key} = {shown(seen)}" for key, seen in self.reads.items()]
        writes = [f"{key} {'+' if key.kind == LIST else ':'}= {value}" for key, value in self.writes.items()]
        parts = [f"reads {', '.join(reads)}"] * bool(reads) + [f"writes {', '.join(writes)}"] * bool(writes)
        times = f"[{self.invoked}, {self.completed}]"
        return f"{times} {self.name} of client {self.process}, {self.outcome.value}: {'; '.join(parts)}"


def shown(seen: Seen) -> str:
    if isinstance(seen, tuple):
        return f"[{'' if len(seen) <= 4 else f'{len(seen) - 4} more, '}{', '.join(seen[-4:])}]"
    return "nothing" if seen is None else seen


class History:
    """The operations of one run, and the order of their beginnings and ends."""

    def __init__(self):
        self.operations: list[Operation] = []
        self.now = 0

    def tick(self) -> int:
        self.now += 1
        return self.now
