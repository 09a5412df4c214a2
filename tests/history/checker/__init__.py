"""Judges a history: is there an order of all operations, in keeping with real time, that explains what was seen?"""

from history.checker.anomaly import Anomaly
from history.checker.cycles import find_cycles
from history.checker.graph import dependencies
from history.checker.linear import find_nonlinear
from history.checker.orders import Orders
from history.operation import Operation


def check(operations: list[Operation]) -> list[Anomaly]:
    """Empty if the history is strictly serialisable as far as can be known."""
    orders = Orders(operations)
    anomalies = list(orders.anomalies)
    anomalies += find_cycles(dependencies(orders))
    anomalies += find_nonlinear(orders)
    return anomalies
