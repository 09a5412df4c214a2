"""A client that asks for random things and writes down what it was told."""

import asyncio
import itertools
import random
from typing import Protocol

from crash.connection import DEAD, Connection, Wrong
from history.actions import ANY, Action, get, item_key, keys_by_table, name_of, nothing, seen
from history.operation import LIST, REGISTER, History, Key, Operation, Outcome, Seen
from history.senders import ALONE, Answer, Honest
from history.slots import Slots

RETRIED = 0.8  # of the transactions with a token that were not answered
BUSY_PAUSE = 0.002  # seconds before a transaction that is still running is asked for again


class Surroundings(Protocol):
    """What the clients have in common."""

    port: int
    lives: int  # of the server
    died_at: int  # in the history, the last time
    over: bool
    history: History
    slots: Slots
    known: dict[Key, Seen]  # what was seen last, which may be old
    tables: list[str]
    sender: Honest


class Client:
    def __init__(self, run: Surroundings, number: int, chance: random.Random):
        self.run, self.number, self.chance = run, number, chance
        self.names = (f"{number}-{n}" for n in itertools.count(1))
        self.done: list[tuple[list[Action], str]] = []  # transactions, with their tokens
        self.connections: list[Connection] = []
        self.life = 0  # the server's that the connections are of

    async def work(self) -> None:
        choices = {
            self.transact_write: 36,
            self.transact_get: 18,
            self.append: 12,
            self.replace: 14,
            self.get: 14,
            self.batch_write: 2,
            self.repeat: 3,
            self.read_loosely: 4,
        }
        await self.connect()
        while not self.run.over:
            await self.chance.choices(list(choices), list(choices.values()))[0]()
        self.close()

    async def connect(self) -> None:
        """To the server as it is now, which may die on the way."""
        self.close()
        while not self.connections:
            self.life = self.run.lives
            try:
                self.connections = [await Connection.open(self.run.port) for _ in range(2)]
            except DEAD:
                if self.life == self.run.lives:
                    raise

    def close(self) -> None:
        for connection in self.connections:
            connection.close()
        self.connections = []

    # What is asked.

    async def transact_write(self) -> None:
        keys = self.run.slots.some(self.chance, LIST, REGISTER, least=1, most=4)
        if self.chance.random() < 0.5:
            await self.read_at_once(keys)  # so that conditions have a chance
        actions = [self.action(key) for key in keys]
        token = f"{self.run.tables[0]}-{next(self.names)}" if self.chance.random() < 0.6 else None
        copies = 2 if token and self.chance.random() < 0.1 else 1
        expected = {action.key: action.expects for action in actions if action.expects is not ANY}
        written = {action.key: action.value for action in actions if action.writes()}
        operation = self.begin("TransactWriteItems", expected, written)
        while True:
            answers = await self.attempts(copies, lambda c: self.run.sender.transact_write(c, actions, token))
            verdicts = [self.verdict(actions, answer) for answer in answers if answer]
            if any(outcome == Outcome.OK for outcome, _ in verdicts):
                if token:
                    self.done.append((actions, token))
                return self.succeed(operation)
            if None in answers:
                if not token or self.chance.random() > RETRIED:
                    return self.give_up(operation)
            elif failures := [reads for outcome, reads in verdicts if outcome == Outcome.FAILED]:
                return self.fail(operation, failures[0])
            else:
                await asyncio.sleep(BUSY_PAUSE)

    async def repeat(self) -> None:
        """A transaction that was acknowledged, maybe by another life of the server: nothing must happen."""
        if self.done:
            actions, token = self.chance.choice(self.done)
            answer = await self.attempt(lambda c: self.run.sender.transact_write(c, actions, token))
            if answer and self.run.sender.knows_tokens:
                self.must(answer)

    def action(self, key: Key) -> Action:
        known = self.run.known.get(key, nothing(key))
        shows_old = self.chance.random() < 0.7
        pick = self.chance.random()
        if key.kind == LIST:
            if pick < 0.06:
                return Action("ConditionCheck", key, None, known, shows_old)
            return Action("Update", key, next(self.names), known if pick < 0.12 else ANY, shows_old)
        if pick < 0.25:
            return Action("ConditionCheck", key, None, known, shows_old)
        if pick < 0.35 and known and self.run.slots.deletable(key):
            return Action("Delete", key, None, known, shows_old)
        kind = self.chance.choice(["Put", "Update"])
        return Action(kind, key, next(self.names), known if pick < 0.95 else ANY, shows_old)

    async def transact_get(self) -> None:
        most = self.chance.choice([5, 5, 12])
        await self.read_at_once(self.run.slots.some(self.chance, LIST, REGISTER, least=2, most=most))

    async def read_at_once(self, keys: list[Key]) -> None:
        operation = self.begin("TransactGetItems", {}, {})
        answer = await self.attempt(lambda c: self.run.sender.transact_get(c, keys))
        if answer is None:
            return self.give_up(operation)
        items = self.must(answer)["Responses"]
        self.succeed(operation, {key: seen(key, item.get("Item")) for key, item in zip(keys, items, strict=True)})

    async def append(self) -> None:
        returns = self.chance.choice(["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"])
        (key,) = self.run.slots.some(self.chance, LIST)
        await self.write(Action("Update", key, next(self.names)), returns)

    async def replace(self) -> None:
        """Compare and set, or a write that tells what it replaced."""
        (key,) = self.run.slots.some(self.chance, REGISTER)
        kinds = ["Put", "Put", "Update"] + ["Delete"] * self.run.slots.deletable(key)
        kind = self.chance.choice(kinds)
        value = None if kind == "Delete" else next(self.names)
        if self.chance.random() < 0.6:
            await self.write(Action(kind, key, value, self.run.known.get(key)), "NONE")
        else:
            await self.write(Action(kind, key, value), "ALL_OLD")

    async def write(self, action: Action, returns: str) -> None:
        expected = {} if action.expects is ANY else {action.key: action.expects}
        operation = self.begin(ALONE[action.kind], expected, {action.key: action.value})
        answer = await self.attempt(lambda c: self.run.sender.write(c, action, returns))
        if answer is None:
            return self.give_up(operation)
        status, content = answer
        if status == 200:
            return self.succeed(operation, self.returned(action, returns, content.get("Attributes")))
        if kind_of(content) == "ConditionalCheckFailedException":
            return self.fail(operation, self.refused(action, content.get("Item")))
        if kind_of(content) == "TransactionConflictException":
            return self.fail(operation, {})
        raise Wrong(f"{action}: {status} {content}")

    async def get(self) -> None:
        (key,) = self.run.slots.some(self.chance, LIST, REGISTER)
        consistent = self.chance.random() < 0.85
        operation = self.begin("GetItem", {}, {}, consistent)
        answer = await self.attempt(lambda c: c.call("GetItem", get(key, consistent)))
        if answer is None:
            return self.give_up(operation)
        self.succeed(operation, {key: seen(key, self.must(answer).get("Item"))})

    async def batch_write(self) -> None:
        """Its writes are independent, each an operation of the history."""
        keys = self.run.slots.some(self.chance, REGISTER, least=1, most=4)
        gone = [key for key in keys if self.run.slots.deletable(key) and self.chance.random() < 0.3]
        values = {key: None if key in gone else next(self.names) for key in keys}
        operations = [self.begin("BatchWriteItem", {}, {key: value}) for key, value in values.items()]
        requests: dict[str, list[dict]] = {}
        for key, value in values.items():
            put = {"PutRequest": {"Item": item_key(key) | {"v": {"S": value}}}}
            request = put if value else {"DeleteRequest": {"Key": item_key(key)}}
            requests.setdefault(key.table, []).append(request)
        answer = await self.attempt(lambda c: c.call("BatchWriteItem", {"RequestItems": requests}))
        if answer is not None and self.must(answer)["UnprocessedItems"]:
            raise Wrong(f"nothing is throttled, yet {answer}")
        for operation in operations:
            self.give_up(operation) if answer is None else self.succeed(operation)

    async def read_loosely(self) -> None:
        """What is promised to be committed item by item."""
        keys = self.run.slots.some(self.chance, LIST, REGISTER, least=2, most=6)
        table = keys[0].table
        name = self.chance.choice(["BatchGetItem", "Scan"] + ["Query"] * table.startswith("right"))
        if name == "BatchGetItem":
            body = {"RequestItems": {t: {"Keys": k, "ConsistentRead": True} for t, k in keys_by_table(keys).items()}}
        else:
            body = {"TableName": table, "ConsistentRead": True}
        if name == "Query":
            values = {":kind": {"S": keys[0].kind}}
            body |= {"KeyConditionExpression": "pk = :kind", "ExpressionAttributeValues": values}
        operation = self.begin(name, {}, {}, strict=False)
        answer = await self.attempt(lambda c: c.call(name, body))
        if answer is None:
            return self.give_up(operation)
        content = self.must(answer)
        found = content["Responses"] if name == "BatchGetItem" else {table: content["Items"]}
        items = [(self.run.slots.key(table, name_of(item)), item) for table, page in found.items() for item in page]
        self.succeed(operation, {key: seen(key, item) for key, item in items})

    # What is answered.

    async def attempt(self, send) -> Answer | None:
        return (await self.attempts(1, send))[0]

    async def attempts(self, copies: int, send) -> list[Answer | None]:
        """All at once; None for each that the server did not live to answer."""
        answers = await asyncio.gather(*(self.ask(c, send) for c in self.connections[:copies]))
        if None in answers:
            await self.connect()
        return answers

    async def ask(self, connection: Connection, send) -> Answer | None:
        try:
            return await send(connection)
        except DEAD as error:
            if self.life == self.run.lives:
                raise Wrong(f"a connection ended while the server ran: {error!r}") from error
            return None

    def must(self, answer: Answer) -> dict:
        if answer[0] != 200:
            raise Wrong(f"{answer}")
        return answer[1]

    def verdict(self, actions: list[Action], answer: Answer) -> tuple[Outcome, dict[Key, Seen]]:
        """Unknown while another request with the same token is running."""
        status, content = answer
        if status == 200:
            return Outcome.OK, {}
        if kind_of(content) == "TransactionInProgressException":
            return Outcome.UNKNOWN, {}
        reads = {}
        reasons = content.get("CancellationReasons", [])
        known = {reason["Code"] for reason in reasons} <= {"None", "ConditionalCheckFailed", "TransactionConflict"}
        if kind_of(content) != "TransactionCanceledException" or len(reasons) != len(actions) or not known:
            raise Wrong(f"{actions}: {status} {content}")
        for action, reason in zip(actions, reasons):
            if reason["Code"] == "ConditionalCheckFailed":
                reads |= self.refused(action, reason.get("Item"))
        return Outcome.FAILED, reads

    def refused(self, action: Action, item: dict | None) -> dict[Key, Seen]:
        """What a failed condition tells."""
        held = seen(action.key, item)
        if action.expects is ANY or (action.shows_old and held == action.expects):
            raise Wrong(f"{action} failed, and the item was {item}")
        return {action.key: held} if action.shows_old else {}

    def returned(self, action: Action, returns: str, attributes: dict | None) -> dict[Key, Seen]:
        """What a write tells of the item before it."""
        if returns == "NONE":
            return {}
        held = seen(action.key, attributes)
        if returns.endswith("OLD"):
            return {action.key: held}
        if held[-1:] != (action.value,):
            raise Wrong(f"{action} left {attributes}")
        return {action.key: held[:-1]}

    # What is written down.

    def begin(self, name: str, expected: dict, written: dict, strict: bool = True) -> Operation:
        now = self.run.history.tick()
        operation = Operation(name, self.number, now, 0, expected, written, Outcome.UNKNOWN, strict)
        self.run.history.operations.append(operation)
        return operation

    def succeed(self, operation: Operation, reads: dict[Key, Seen] | None = None) -> None:
        operation.completed, operation.outcome = self.run.history.tick(), Outcome.OK
        operation.reads |= reads or {}
        self.learn(operation.reads)
        self.learn({key: value for key, value in operation.writes.items() if key.kind == REGISTER})

    def fail(self, operation: Operation, reads: dict[Key, Seen]) -> None:
        operation.completed, operation.outcome = self.run.history.tick(), Outcome.FAILED
        operation.reads = reads
        self.learn(reads)

    def give_up(self, operation: Operation) -> None:
        """What a dead server has not done by then it never does."""
        operation.completed = self.run.died_at

    def learn(self, reads: dict[Key, Seen]) -> None:
        for key, held in reads.items():
            if key.kind == REGISTER or len(held) > len(self.run.known.get(key, ())):
                self.run.known[key] = held


def kind_of(content: dict) -> str:
    return content.get("__type", "").partition("#")[2]
