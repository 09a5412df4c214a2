"""The few keys that all clients are after; a key that has been used often makes room for a new one."""

import dataclasses
import random

from history.operation import LIST, REGISTER, Key

USES_AT_MOST = 200  # of a key, which keeps lists short enough to be read whole


@dataclasses.dataclass
class Slot:
    kind: str
    table: str
    number: int
    deletable: bool
    generation: int = 0
    uses: int = 0

    @property
    def key(self) -> Key:
        return Key(self.kind, self.table, f"{self.kind}{self.number}-{self.generation}")


class Slots:
    def __init__(self, tables: list[str], count: int):
        """`count` of each kind."""
        self.slots = [
            Slot(kind, tables[number % len(tables)], number, deletable=kind == REGISTER and number % 3 == 0)
            for kind in (LIST, REGISTER)
            for number in range(count)
        ]
        self.used: dict[tuple[str, str], Key] = {}  # by table and name
        self.may_delete: set[Key] = set()

    def some(self, chance: random.Random, *kinds: str, least: int = 1, most: int = 1) -> list[Key]:
        slots = [slot for slot in self.slots if slot.kind in kinds]
        return [self.use(slot) for slot in chance.sample(slots, min(chance.randint(least, most), len(slots)))]

    def use(self, slot: Slot) -> Key:
        slot.uses += 1
        if slot.uses > USES_AT_MOST:
            slot.generation, slot.uses = slot.generation + 1, 0
        self.used[slot.table, slot.key.name] = slot.key
        if slot.deletable:
            self.may_delete.add(slot.key)
        return slot.key

    def key(self, table: str, name: str) -> Key:
        return self.used[table, name]

    def deletable(self, key: Key) -> bool:
        return key in self.may_delete

    def all(self) -> list[Key]:
        return list(self.used.values())
