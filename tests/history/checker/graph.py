"""The dependencies between operations, and between them and time.

    ww  one replaced what the other wrote
    wr  one read what the other wrote
    rw  one replaced what the other read
    rt  one began after the other had ended

All pairs of rt would be a square of the operations. Instead each end of an operation is a node of its own, which leads
to the next end: whatever begins between two ends comes after the first of them.
"""

import bisect
from typing import NamedTuple

from history.checker.orders import Orders
from history.operation import Key, Operation


class Edge(NamedTuple):
    target: int
    kind: str
    key: Key | None


class Graph:
    """Nodes below len(operations) are operations, the others are moments."""

    def __init__(self, operations: list[Operation]):
        self.operations = operations
        self.numbers = {id(operation): number for number, operation in enumerate(operations)}
        self.edges: list[list[Edge]] = [[] for _ in operations]

    def is_operation(self, node: int) -> bool:
        return node < len(self.operations)

    def link(self, source: Operation | None, target: Operation | None, kind: str, key: Key) -> None:
        """Nothing if one of them is not in the graph."""
        start, end = self.numbers.get(id(source)), self.numbers.get(id(target))
        if start is not None and end is not None and start != end:
            self.edges[start].append(Edge(end, kind, key))

    def link_time(self) -> None:
        count = len(self.operations)
        by_end = sorted(range(count), key=lambda n: self.operations[n].completed)
        ends = [self.operations[n].completed for n in by_end]
        for place, number in enumerate(by_end):
            moment = count + place
            self.edges[number].append(Edge(moment, "rt", None))
            self.edges.append([Edge(moment + 1, "rt", None)] if place + 1 < count else [])
        for number, operation in enumerate(self.operations):
            place = bisect.bisect_left(ends, operation.invoked) - 1
            if place >= 0:
                self.edges[count + place].append(Edge(number, "rt", None))


def dependencies(orders: Orders) -> Graph:
    graph = Graph([operation for operation in orders.certain if operation.strict])
    for operation in graph.operations:
        for key, seen in operation.reads.items():
            version = orders.version(key, seen)
            graph.link(orders.writers.get((key, version)), operation, "wr", key)
            if orders.is_known(key, version):
                graph.link(operation, orders.of[key].next.get(version), "rw", key)
    for key, order in orders.of.items():
        for version, then in order.next.items():
            graph.link(orders.writers.get((key, version)), then, "ww", key)
    graph.link_time()
    return graph
