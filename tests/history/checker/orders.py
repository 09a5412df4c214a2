"""Which writes took effect, and in which order each item went through its values."""

import dataclasses

from history.checker.anomaly import Anomaly, Name
from history.operation import LIST, Key, Operation, Outcome, Seen

# A list is known by its last value, since each is appended once. None is the item before all writes, or deleted.
Version = str | None


@dataclasses.dataclass
class Order:
    """What is known of the order of an item's values."""

    next: dict[Version, Operation] = dataclasses.field(default_factory=dict)  # who replaced it
    before: dict[str, Version] = dataclasses.field(default_factory=dict)  # of a list: what a value was appended to
    values: tuple[str, ...] = ()  # a list's longest
    longest: Operation | None = None  # who saw them
    forked: bool = False  # a list's readers disagree, so that it has no order
    deletable: bool = False  # None may come back, and is then no version of its own


class Orders:
    """`certain` are the operations that certainly saw what they read: all that were answered, and of the others those
    that must have been applied."""

    def __init__(self, operations: list[Operation]):
        self.operations = operations
        self.anomalies: list[Anomaly] = []
        self.writers: dict[tuple[Key, str], Operation] = {}
        self.of: dict[Key, Order] = {}
        self.reported: set[tuple] = set()
        for operation in operations:
            self._take_writes(operation)
        self._read_all()
        self._find_lost()
        self._order_lists()
        for operation in filter(self.took_effect, self.certain):
            self._take_replacements(operation)

    def version(self, key: Key, seen: Seen) -> Version:
        return (seen[-1] if seen else None) if key.kind == LIST else seen

    def is_known(self, key: Key, version: Version) -> bool:
        """Whether the version was there at most once."""
        return version is not None or not self.of[key].deletable

    def took_effect(self, operation: Operation) -> bool:
        return operation.outcome == Outcome.OK or id(operation) in self.observed

    def _report(self, name: Name, detail: str, operations: list[Operation], once: tuple) -> None:
        if (name, *once) not in self.reported:
            self.reported.add((name, *once))
            self.anomalies.append(Anomaly(name, detail, operations))

    def _take_writes(self, operation: Operation) -> None:
        for key, value in operation.writes.items():
            order = self.of.setdefault(key, Order())
            if value is None:
                order.deletable |= operation.outcome != Outcome.FAILED
            elif self.writers.setdefault((key, value), operation) is not operation:
                raise ValueError(f"{key}: the workload writes {value} twice")
        for key in operation.reads:
            self.of.setdefault(key, Order())

    def _read_all(self) -> None:
        """What an operation of unknown outcome saw counts once something that it wrote is seen."""
        self.observed: set[int] = set()
        self.certain: list[Operation] = [o for o in self.operations if o.outcome != Outcome.UNKNOWN]
        for operation in self.certain:  # grows on the way
            for key, seen in operation.reads.items():
                if key.kind == LIST:
                    self._read_list(key, seen, operation)
                elif seen is not None:
                    self._see(key, seen, operation)

    def _see(self, key: Key, value: str, reader: Operation) -> None:
        writer = self.writers.get((key, value))
        if writer is None:
            self._report(Name.PHANTOM, f"{value} in {key}", [reader], (key, value))
        elif writer.outcome == Outcome.FAILED:
            self._report(Name.ABORTED_READ, f"{value} in {key}", [writer, reader], (key, value))
        elif writer.outcome == Outcome.UNKNOWN and id(writer) not in self.observed:
            self.observed.add(id(writer))
            self.certain.append(writer)

    def _read_list(self, key: Key, seen: tuple[str, ...], reader: Operation) -> None:
        order = self.of[key]
        known = order.values
        common = min(len(seen), len(known))
        if seen[:common] != known[:common]:
            order.forked = True
            at = next(i for i in range(common) if seen[i] != known[i])
            detail = f"{key} has {seen[at]} for one and {known[at]} for the other at place {at + 1}"
            self._report(Name.FORK, detail, [reader, order.longest], (key,))
            common = at
        if len(set(seen)) < len(seen):
            order.forked = True
            value = next(v for i, v in enumerate(seen) if v in seen[:i])
            writer = [w] if (w := self.writers.get((key, value))) else []
            self._report(Name.APPLIED_TWICE, f"{value} in {key}", [*writer, reader], (key, value))
        for value in seen[common:]:
            self._see(key, value, reader)
        if len(seen) > len(known):
            order.values, order.longest = seen, reader

    def _find_lost(self) -> None:
        """Appends that took effect and are missing in a read that began later."""
        latest: dict[Key, Operation] = {}
        for operation in self.certain:
            for key in operation.reads if operation.strict else ():
                if key.kind == LIST and (key not in latest or latest[key].invoked < operation.invoked):
                    latest[key] = operation
        there = {(key, value) for key, order in self.of.items() for value in order.values}
        for operation in filter(self.took_effect, self.certain):
            for key, value in operation.writes.items():
                if key in latest and (key, value) not in there and operation.completed < latest[key].invoked:
                    self._report(Name.LOST, f"{value} in {key}", [operation, latest[key]], (key, value))

    def _order_lists(self) -> None:
        for key, order in self.of.items():
            if key.kind == LIST and not order.forked:
                order.before = dict(zip(order.values, (None, *order.values)))
                for value, before in order.before.items():
                    if writer := self.writers.get((key, value)):
                        order.next[before] = writer

    def _take_replacements(self, operation: Operation) -> None:
        """A write of a register that says what it replaced."""
        for key in operation.writes.keys() & operation.reads.keys():
            if key.kind == LIST or not self.is_known(key, old := operation.reads[key]):
                continue
            other = self.of[key].next.setdefault(old, operation)
            if other is not operation:
                detail = f"{old or 'the absence'} of {key}"
                self._report(Name.LOST_UPDATE, detail, [other, operation], (key, old))
