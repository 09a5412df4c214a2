"""How requests are sent: as they are, or with a bug planted that the checker must find.

A planted bug stands for one of the server's: what should be one step for everybody is several.
"""

from crash.connection import Connection
from history.actions import ANY, Action, get, item_key, seen
from history.operation import Key

Answer = tuple[int, dict]

ALONE = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}


class Honest:
    knows_tokens = True

    async def transact_write(self, connection: Connection, actions: list[Action], token: str | None) -> Answer:
        body = {"TransactItems": [{action.kind: action.body()} for action in actions]}
        return await connection.call("TransactWriteItems", body | ({"ClientRequestToken": token} if token else {}))

    async def transact_get(self, connection: Connection, keys: list[Key]) -> Answer:
        gets = [{"Get": {"TableName": key.table, "Key": item_key(key)}} for key in keys]
        return await connection.call("TransactGetItems", {"TransactItems": gets})

    async def write(self, connection: Connection, action: Action, returns: str) -> Answer:
        return await connection.call(ALONE[action.kind], action.body() | {"ReturnValues": returns})


class TornTransactions(Honest):
    """A transaction's actions are sent one after another, until a condition fails."""

    knows_tokens = False

    async def transact_write(self, connection: Connection, actions: list[Action], token: str | None) -> Answer:
        reasons = [{"Code": "None"} for _ in actions]
        for action, reason in zip(actions, reasons):
            if action.writes():
                status, answer = await self.write(connection, action, "NONE")
                item = answer.get("Item")
            else:
                status, answer = await connection.call("GetItem", get(action.key))
                item = answer.get("Item")
                status = 200 if seen(action.key, item) == action.expects else 400
            if status != 200:
                reason |= {"Code": "ConditionalCheckFailed"} | ({"Item": item} if item else {})
                return 400, {"__type": "#TransactionCanceledException", "CancellationReasons": reasons}
        return 200, {}


class LateWrites(Honest):
    """A condition is evaluated on what was read before, and the write follows without it."""

    async def write(self, connection: Connection, action: Action, returns: str) -> Answer:
        if action.expects is not ANY:
            _, answer = await connection.call("GetItem", get(action.key))
            if seen(action.key, answer.get("Item")) != action.expects:
                return 400, {"__type": "#ConditionalCheckFailedException"} | answer
        return await super().write(connection, Action(action.kind, action.key, action.value), returns)


class ScatteredReads(Honest):
    """A transaction's items are read one after another."""

    async def transact_get(self, connection: Connection, keys: list[Key]) -> Answer:
        return 200, {"Responses": [(await connection.call("GetItem", get(key)))[1] for key in keys]}


class ForgottenTokens(Honest):
    """A transaction that is sent again is not known."""

    knows_tokens = False

    async def transact_write(self, connection: Connection, actions: list[Action], token: str | None) -> Answer:
        return await super().transact_write(connection, actions, None)


PLANTED = {
    "torn-transactions": TornTransactions,
    "late-writes": LateWrites,
    "scattered-reads": ScatteredReads,
    "forgotten-tokens": ForgottenTokens,
}
