"""Cycles among dependencies: what no order of the operations explains."""

import collections

from history.checker.anomaly import Anomaly, Name
from history.checker.graph import Edge, Graph
from history.operation import Operation, Outcome

Cycle = list[tuple[int, Edge]]  # of operations only; an edge may stand for a way through moments

REPORTED_AT_MOST = 5
STARTS_TRIED = 60

# An anomaly has the name of the first of these sets of edges that already makes a cycle.
KINDS = (("ww",), ("ww", "wr"), ("ww", "wr", "rw"), ("ww", "wr", "rw", "rt"))


def find_cycles(graph: Graph) -> list[Anomaly]:
    found = []
    for nodes in components(graph.edges, range(len(graph.edges))):
        if len(found) == REPORTED_AT_MOST:
            break
        cycle = simplest(graph, nodes)
        operations = [graph.operations[node] for node, _ in cycle]
        found.append(Anomaly(name_of(graph, cycle), described(graph, cycle), operations))
    return found


def components(edges: list[list[Edge]], nodes) -> list[list[int]]:
    """Strongly connected ones of more than one node (Tarjan's algorithm, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack, on_stack, found = [], set(), []
    for root in nodes:
        if root in index:
            continue
        walk = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while walk:
            node, rest = walk[-1]
            for edge in rest:
                target = edge.target
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    walk.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == index[node]:
                    component = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    if len(component) > 1:
                        found.append(component)
    return found


def simplest(graph: Graph, nodes: list[int]) -> Cycle:
    """A short cycle of as few kinds of edges as will do. `nodes` are strongly connected."""
    for kinds in KINDS:
        inside = set(nodes)
        edges = {n: [e for e in graph.edges[n] if e.kind in kinds and e.target in inside] for n in nodes}
        shortest: Cycle = []
        starts = [n for n in nodes if graph.is_operation(n) and any(e.kind != "rt" for e in edges[n])]
        for start in starts[:STARTS_TRIED]:
            cycle = through(graph, edges, start)
            if cycle and (not shortest or len(cycle) < len(shortest)):
                shortest = cycle
            if len(shortest) == 2:
                break
        if shortest:
            return shortest
    raise AssertionError("a component without a cycle")


def through(graph: Graph, edges: dict[int, list[Edge]], start: int) -> Cycle:
    """The shortest way from `start` to itself, moments not counted."""
    came: dict[int, tuple[int, Edge]] = {}
    queue = collections.deque([start])
    while queue:
        node = queue.popleft()
        for edge in edges[node]:
            if edge.target in came:
                continue
            came[edge.target] = (node, edge)
            if edge.target == start:
                return way_back(graph, came, start)
            queue.append(edge.target) if graph.is_operation(edge.target) else queue.appendleft(edge.target)
    return []


def way_back(graph: Graph, came: dict[int, tuple[int, Edge]], start: int) -> Cycle:
    cycle: Cycle = []
    target = start
    while not cycle or target != start:
        node, edge = came[target]
        while not graph.is_operation(node):
            node, _ = came[node]
        cycle.append((node, Edge(target, edge.kind, edge.key)))
        target = node
    return cycle[::-1]


def name_of(graph: Graph, cycle: Cycle) -> Name:
    kinds = collections.Counter(edge.kind for _, edge in cycle)
    if kinds["rt"]:
        return Name.STALE_READ if kinds["rw"] else Name.AGAINST_TIME
    if not kinds["rw"]:
        return Name.CIRCULAR_FLOW if kinds["wr"] else Name.WRITE_CYCLE
    readers = [graph.operations[node] for node, edge in cycle if edge.kind == "rw"]
    if len(readers) > 1:
        return Name.LONG_FORK if all(is_reader(r) for r in readers) else Name.WRITE_SKEW
    if len({edge.key for _, edge in cycle}) == 1:
        return Name.LOST_UPDATE
    return Name.FRACTURED_READ if len(cycle) == 2 and is_reader(readers[0]) else Name.READ_SKEW


def is_reader(operation: Operation) -> bool:
    return operation.outcome == Outcome.FAILED or not operation.writes


SAYS = {
    "ww": "{0} wrote {key}, which {1} replaced",
    "wr": "{0} wrote {key}, which {1} read",
    "rw": "{0} read {key}, which {1} replaced",
    "rt": "{0} ended before {1} began",
}


def described(graph: Graph, cycle: Cycle) -> str:
    place = {node: f"({number})" for number, (node, _) in enumerate(cycle, 1)}
    return "; ".join(SAYS[e.kind].format(place[node], place[e.target], key=e.key) for node, e in cycle)
