"""Whether the operations on one item, each at some moment between its beginning and its end, explain what they saw.

The search of Wing and Gong: of the operations that have begun before all others ended, try each that the item's value
allows as the next one. What has been tried is remembered: the operations that are placed, and the value.
"""

import dataclasses
import math

from history.checker.anomaly import Anomaly, Name
from history.checker.orders import Orders
from history.operation import LIST, Key, Operation, Outcome

ANY = object()  # any value will do
KEEP = object()  # the value stays
NOTHING = object()  # no value will do

STATES_AT_MOST = 2_000_000


@dataclasses.dataclass(eq=False, slots=True)
class Step:
    """What an operation is for one item."""

    operation: Operation
    invoked: int
    completed: int
    needs: object
    leaves: object
    optional: bool  # may have happened or not


def find_nonlinear(orders: Orders) -> list[Anomaly]:
    steps: dict[Key, list[Step]] = {key: [] for key, order in orders.of.items() if not order.forked}
    for operation in orders.operations:
        for key in operation.reads.keys() | operation.writes.keys() if operation.strict else ():
            if key in steps and (step := step_of(orders, key, operation)):
                steps[key].append(step)
    found = []
    for key, of_key in steps.items():
        if stuck := search(of_key):
            found.append(Anomaly(Name.NOT_LINEARISABLE, f"{key}, at the latest here", [s.operation for s in stuck]))
    return found


def step_of(orders: Orders, key: Key, operation: Operation) -> Step | None:
    """None if it neither sees nor changes the item, as far as is known."""
    applied = orders.took_effect(operation)
    unanswered = operation.outcome == Outcome.UNKNOWN and not applied
    if unanswered and operation.writes.get(key, "") is not None:
        return None  # nobody saw the value, so that it explains nothing
    needs = orders.version(key, operation.reads[key]) if key in operation.reads else ANY
    leaves = operation.writes[key] if key in operation.writes and (applied or unanswered) else KEEP
    if key.kind == LIST and leaves is not KEEP:
        before = orders.of[key].before
        if leaves not in before:
            return None
        needs = before[leaves] if needs in (ANY, before[leaves]) else NOTHING
    if leaves is KEEP and needs is ANY:
        return None
    return Step(operation, operation.invoked, operation.completed, needs, leaves, unanswered)


def search(steps: list[Step]) -> list[Step]:
    """Empty if there is an order; otherwise those of which none can be the next, where most had been placed."""
    steps.sort(key=lambda step: step.invoked)
    states = [(0, 0, None)]  # steps before the first are placed, those of the bits are placed, the item's value
    tried = set(states)
    placed_most, stuck = -1, []
    while states:
        first, placed, value = states.pop()
        open_steps = candidates(steps, first, placed)
        if all(steps[n].optional for n in open_steps):
            return []
        if (count := first + placed.bit_count()) > placed_most:
            placed_most, stuck = count, open_steps
        for n in choices(steps, open_steps, value):
            state = place(first, placed, n) + (value if steps[n].leaves is KEEP else steps[n].leaves,)
            if state not in tried:
                tried.add(state)
                states.append(state)
        if len(tried) > STATES_AT_MOST:
            raise RuntimeError(f"no verdict after {len(tried)} states: {steps[first].operation}")
    return [steps[n] for n in stuck]


def candidates(steps: list[Step], first: int, placed: int) -> list[int]:
    """Those that began before all others that must come have ended."""
    found = []
    latest = placed.bit_length() + first - 1
    begun = steps[latest].invoked if latest >= 0 else -1
    end = None
    for n in range(first, len(steps)):
        step = steps[n]
        if placed >> (n - first) & 1:
            continue
        if end is not None and step.invoked > end:
            break
        if step.optional and step.completed < begun:
            continue
        found.append(n)
        if not step.optional:
            end = step.completed if end is None else min(end, step.completed)
    return found


def choices(steps: list[Step], open_steps: list[int], value: object) -> list[int]:
    """The last one is to be tried first."""
    possible = [n for n in open_steps if steps[n].needs is ANY or steps[n].needs == value]
    # After the next step, an optional one that ended before it began can no longer come.
    last = min((steps[n].completed for n in open_steps if steps[n].optional), default=math.inf)
    for n in possible:
        if steps[n].leaves is KEEP and steps[n].invoked < last:
            return [n]  # a read that can come now and excludes nothing does no harm
    return sorted(possible, key=lambda n: -steps[n].completed)


def place(first: int, placed: int, n: int) -> tuple[int, int]:
    placed |= 1 << (n - first)
    while placed & 1:
        placed >>= 1
        first += 1
    return first, placed
