"""A case: requests whose answers are compared one by one, until the first that differs."""

import dataclasses

READ, WRITE, TABLE = "read", "write", "table"
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
TABLE_CHANGES = {"CreateTable", "UpdateTable", "DeleteTable", "TagResource", "UntagResource", "UpdateTimeToLive"}


@dataclasses.dataclass
class Case:
    """`label` tells what is asked for; `steps` are pairs of an operation and its body. Of cases of one `kin` that are
    answered alike, one is enough to remember; by default a case is its own kin. Without `look` nobody looks at what a write
    has done. `headers` are sent instead of those that are right, None is left out."""

    label: str
    steps: list[tuple[str, dict]]
    kin: str | None = None
    look: bool = True
    headers: dict[str, str | None] | None = None

    @property
    def operation(self) -> str:
        """That which the case is about: its label begins with it."""
        return self.label.partition(" ")[0]

    @property
    def kind(self) -> str:
        operations = {operation for operation, _ in self.steps}
        return TABLE if operations & TABLE_CHANGES else WRITE if operations & WRITES else READ

    @property
    def main(self) -> int:
        """The step that the case is about; others come before or look at what it has done."""
        return [operation for operation, _ in self.steps].index(self.operation)


def one(label: str, operation: str, body, kin: str | None = None) -> Case:
    return Case(label, [(operation, body)], kin)
