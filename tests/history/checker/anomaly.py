"""What was found wrong with a history."""

import dataclasses
import enum

from history.operation import Operation


class Name(enum.StrEnum):
    # Seen in one item.
    PHANTOM = "a value that nobody wrote"
    ABORTED_READ = "a value of a write that failed"
    APPLIED_TWICE = "a value that was written twice"
    FORK = "two orders of one list"
    LOST = "a write that was acknowledged, or seen elsewhere, and is not there"
    LOST_UPDATE = "two writes that replaced the same value"
    NOT_LINEARISABLE = "no order of the operations on one item explains what they saw"
    # Cycles of dependencies.
    WRITE_CYCLE = "transactions that overwrote each other in different orders"
    CIRCULAR_FLOW = "transactions that each saw what the other wrote"
    FRACTURED_READ = "a read of one part of a transaction without the other"
    READ_SKEW = "a read of two states at once"
    LONG_FORK = "two readers that saw two writes in different orders"
    WRITE_SKEW = "transactions that each overwrote what the other had read"
    STALE_READ = "a read that missed a write that had been acknowledged before"
    AGAINST_TIME = "an effect before its cause"


@dataclasses.dataclass
class Anomaly:
    name: Name
    detail: str
    operations: list[Operation]

    def __str__(self) -> str:
        return "\n".join([f"{self.name}: {self.detail}", *(f"    {operation}" for operation in self.operations)])
