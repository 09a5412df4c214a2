"""Money that transactions move between accounts of one table, with a receipt in another, while the server is killed."""

import dataclasses
import random
import time
import uuid

from crash.connection import Connection, Wrong

ACCOUNTS = [f"account{n}" for n in range(8)]
FIRST = 100  # what each account starts with
TABLES = {"accounts": [], "receipts": ["payer"]}
TOKEN_LIFE = 9 * 60  # seconds; DynamoDB's ten minutes, less what a round takes


@dataclasses.dataclass
class Transfer:
    token: str
    payer: str
    payee: str
    amount: int

    @classmethod
    def any(cls, chance: random.Random) -> "Transfer":
        return cls(str(uuid.UUID(int=chance.getrandbits(128))), *chance.sample(ACCOUNTS, 2), chance.randrange(1, 60))

    @property
    def receipt(self) -> dict:
        return {
            "pk": {"S": self.token},
            "payer": {"S": self.payer},
            "payee": {"S": self.payee},
            "amount": {"N": str(self.amount)},
        }

    @property
    def request(self) -> dict:
        def add(account: str, amount: int, more: dict) -> dict:
            values = {":a": {"N": str(amount)}} | more.pop("values", {})
            update = {"UpdateExpression": "ADD balance :a", "ExpressionAttributeValues": values}
            return {"Update": {"TableName": "accounts", "Key": {"pk": {"S": account}}} | update | more}

        has_enough = {"ConditionExpression": "balance >= :enough", "values": {":enough": {"N": str(self.amount)}}}
        put = {"TableName": "receipts", "Item": self.receipt, "ConditionExpression": "attribute_not_exists(pk)"}
        return {
            "ClientRequestToken": self.token,
            "TransactItems": [
                add(self.payer, -self.amount, has_enough),
                add(self.payee, self.amount, {}),
                {"Put": put},
            ],
        }


class Transfers:
    def __init__(self):
        self.done: dict[str, Transfer] = {}
        self.done_at: dict[str, float] = {}
        self.doubtful: dict[str, Transfer] = {}  # sent and not answered
        self.repeated = 0

    def summary(self) -> str:
        return f"{len(self.done)} transfers, {self.repeated} sent again"

    async def create(self, connection: Connection) -> None:
        for table, indexed in TABLES.items():
            indexes = [
                {
                    "IndexName": f"by-{name}",
                    "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
                for name in indexed
            ]
            body = {
                "TableName": table,
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": n, "AttributeType": "S"} for n in ["pk", *indexed]],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            }
            await connection.must("CreateTable", body | ({"GlobalSecondaryIndexes": indexes} if indexes else {}))
            await connection.until_active(table)
        for account in ACCOUNTS:
            item = {"pk": {"S": account}, "balance": {"N": str(FIRST)}}
            await connection.must("PutItem", {"TableName": "accounts", "Item": item})

    # These two end when the server dies.

    async def move(self, connection: Connection, chance: random.Random) -> None:
        while True:
            transfer = Transfer.any(chance)
            self.doubtful[transfer.token] = transfer
            await self.send(connection, transfer)

    async def watch(self, connection: Connection) -> None:
        gets = [{"Get": {"TableName": "accounts", "Key": {"pk": {"S": account}}}} for account in ACCOUNTS]
        while True:
            answer = await connection.must("TransactGetItems", {"TransactItems": gets})
            balances = [int(response["Item"]["balance"]["N"]) for response in answer["Responses"]]
            if sum(balances) != FIRST * len(ACCOUNTS) or min(balances) < 0:
                raise Wrong(f"a reader was given {balances}")

    async def send(self, connection: Connection, transfer: Transfer) -> None:
        status, answer = await connection.call("TransactWriteItems", transfer.request)
        if status == 200:
            self.done[transfer.token] = transfer
            self.done_at[transfer.token] = time.monotonic()
        elif [reason["Code"] for reason in answer.get("CancellationReasons", [])] != [
            "ConditionalCheckFailed",
            "None",
            "None",
        ]:
            raise Wrong(f"{transfer}: {status} {answer}")
        self.doubtful.pop(transfer.token, None)

    async def verify(self, connection: Connection, chance: random.Random) -> None:
        """Sends again what was not answered, and some that were, and compares."""
        self.repeated += len(self.doubtful)
        for transfer in list(self.doubtful.values()):
            await self.send(connection, transfer)
        known = [token for token, at in self.done_at.items() if time.monotonic() - at < TOKEN_LIFE]
        for token in chance.sample(known, min(3, len(known))):
            await connection.must("TransactWriteItems", self.done[token].request)
        balances = dict.fromkeys(ACCOUNTS, FIRST)
        for transfer in self.done.values():
            balances[transfer.payer] -= transfer.amount
            balances[transfer.payee] += transfer.amount
        accounts = await connection.scan({"TableName": "accounts", "ConsistentRead": True})
        found = {item["pk"]["S"]: int(item["balance"]["N"]) for item in accounts}
        if found != balances:
            raise Wrong(f"accounts: found {found}, should be {balances}")
        for source in ({"ConsistentRead": True}, {"IndexName": "by-payer"}):
            receipts = await connection.scan({"TableName": "receipts"} | source)
            there = {item["pk"]["S"]: item for item in receipts}
            wanted = {token: transfer.receipt for token, transfer in self.done.items()}
            if there != wanted:
                wrong = [(t, there.get(t), wanted.get(t)) for t in there.keys() ^ wanted.keys()]
                raise Wrong(f"receipts {source}: {wrong[:5]}")
