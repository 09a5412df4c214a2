"""Clients that write to a table with a stream, as fast as they can."""

import random
import threading
import time

import botocore.exceptions

from harness.clients import make_client
from harness.values import N, S
from harness.wire import REGION

WRITERS = 4


def key_in(item: dict) -> dict:
    return {name: item[name] for name in ("pk", "sk")}


class Writers:
    """Threads that change some items in every way there is, until they are stopped."""

    def __init__(self, endpoint: str, table: str, seed: int, region: str = REGION):
        self.region = region
        self.stop_ = threading.Event()
        self.done = 0
        self.threads = [
            threading.Thread(target=self.run, args=(endpoint, table, random.Random(seed * 100 + i)), daemon=True)
            for i in range(WRITERS)
        ]

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.stop_.set()
        for thread in self.threads:
            thread.join()

    def run(self, endpoint: str, table: str, chance: random.Random) -> None:
        client = make_client(endpoint, self.region)
        while not self.stop_.is_set():
            try:
                self.write(client, table, chance)
                self.done += 1
            except botocore.exceptions.ClientError:
                pass  # a condition that failed, or the server is about to end
            except botocore.exceptions.BotoCoreError:
                time.sleep(0.01)  # no server

    def write(self, client, table: str, chance: random.Random) -> None:
        key = lambda: {"pk": S(f"p{chance.randrange(12)}"), "sk": S(f"s{chance.randrange(4)}")}  # noqa: E731
        item = lambda: key() | {"v": N(chance.randrange(3)), "by": S(chance.choice("ab"))}  # noqa: E731
        count = {
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": N(1)},
        }
        pick = chance.random()
        if pick < 0.3:
            client.put_item(TableName=table, Item=item())
        elif pick < 0.5:
            client.delete_item(TableName=table, Key=key())
        elif pick < 0.7:
            client.update_item(TableName=table, Key=key(), **count)
        elif pick < 0.85:
            items = {(i["pk"]["S"], i["sk"]["S"]): i for i in (item() for _ in range(6))}
            requests = [
                {"PutRequest": {"Item": i}} if chance.random() < 0.5 else {"DeleteRequest": {"Key": key_in(i)}}
                for i in items.values()
            ]
            client.batch_write_item(RequestItems={table: requests})
        else:
            items = {(i["pk"]["S"], i["sk"]["S"]): i for i in (item() for _ in range(4))}
            actions = [
                {"Put": {"TableName": table, "Item": i}}
                if chance.random() < 0.5
                else {"Update": {"TableName": table, "Key": key_in(i)} | count}
                for i in items.values()
            ]
            client.transact_write_items(TransactItems=actions)
