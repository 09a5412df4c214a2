"""Streams read through boto3: shards, records, and a consumer that rebuilds the table from them."""

import dataclasses
import json

import botocore.exceptions

from harness.clients import make_client
from harness.wire import REGION

VIEWS = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")


def make_streams_client(endpoint: str, region: str = REGION):
    return make_client(endpoint, region, service="dynamodbstreams")


def stream_of(view: str) -> dict:
    return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}


PROVISIONED = {
    "BillingMode": "PROVISIONED",
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
}


def shards_of(client, arn: str, limit: int = 100, **more) -> list[dict]:
    """All of them, page by page."""
    found, start = [], {}
    while True:
        page = client.describe_stream(StreamArn=arn, Limit=limit, **start, **more)["StreamDescription"]
        found += page["Shards"]
        if "LastEvaluatedShardId" not in page:
            return found
        start = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}


def iterator_of(client, arn: str, shard: str, kind: str = "TRIM_HORIZON", **more) -> str:
    request = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": kind} | more
    return client.get_shard_iterator(**request)["ShardIterator"]


def read_from(client, iterator: str | None, **more) -> list[dict]:
    """The records from there to the shard's end, or to where there are no more for now."""
    found = []
    while iterator:
        page = client.get_records(ShardIterator=iterator, **more)
        found += page["Records"]
        if not page["Records"]:
            break
        iterator = page.get("NextShardIterator")
    return found


def read_all(client, arn: str) -> list[dict]:
    """The records of all shards, each shard's after its parent's."""
    iterators = [iterator_of(client, arn, shard["ShardId"]) for shard in shards_of(client, arn)]
    return [record for iterator in iterators for record in read_from(client, iterator)]


def check_family(shards: list[dict]) -> None:
    """Children come after their parents in every order that there is."""
    by_id = {shard["ShardId"]: shard for shard in shards}
    assert sorted(by_id) == list(by_id)
    for shard in shards:
        span = shard["SequenceNumberRange"]
        if "EndingSequenceNumber" in span:
            assert int(span["StartingSequenceNumber"]) <= int(span["EndingSequenceNumber"])
        if parent := by_id.get(shard.get("ParentShardId")):
            assert parent["ShardId"] < shard["ShardId"]
            end = parent["SequenceNumberRange"]["EndingSequenceNumber"]
            assert int(end) < int(span["StartingSequenceNumber"])


def key_of(attributes: dict) -> str:
    return json.dumps(attributes, sort_keys=True, default=repr)


def table_items(client, table: str) -> dict[str, dict]:
    """The items by their `pk` and `sk`."""
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {
        key_of({name: item[name] for name in ("pk", "sk") if name in item}): item
        for page in pages
        for item in page["Items"]
    }


@dataclasses.dataclass
class Lease:
    """What a consumer remembers of a shard."""

    parent: str | None
    checkpoint: str | None = None  # the last sequence number that was processed
    ended: bool = False
    iterator: str | None = None  # lost with the connection


class Consumer:
    """Processes a stream of new and old images as the Kinesis Client Library does: shards after their parents, a
    checkpoint a shard. Whoever restarts it or the server loses iterators, never checkpoints."""

    def __init__(self, client, arn: str):
        self.client, self.arn = client, arn
        self.leases: dict[str, Lease] = {}
        self.items: dict[str, dict] = {}  # what the records make of an empty table
        self.seen: set[str] = set()  # event ids
        self.records = 0
        self.failures = 0

    def restart(self, client=None) -> None:
        self.client = client or self.client
        for lease in self.leases.values():
            lease.iterator = None

    def discover(self, **filter_) -> None:
        for shard in shards_of(self.client, self.arn, limit=3, **filter_):
            self.leases.setdefault(shard["ShardId"], Lease(shard.get("ParentShardId")))

    def is_ready(self, lease: Lease) -> bool:
        parent = self.leases.get(lease.parent)
        return not lease.ended and (parent is None or parent.ended)

    def start(self, shard: str, lease: Lease) -> None:
        at = (
            {"kind": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": lease.checkpoint}
            if lease.checkpoint
            else {"kind": "TRIM_HORIZON"}
        )
        lease.iterator = iterator_of(self.client, self.arn, shard, **at)

    def poll(self, limit: int = 1000) -> int:
        """One GetRecords for each shard whose turn it is; how many records there were. Failures are for later."""
        before = self.records
        try:
            if not self.leases:
                self.discover()
            for shard, lease in sorted(self.leases.items()):
                if self.is_ready(lease):
                    self.read(shard, lease, limit)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            self.failures += 1
            self.restart()
        return self.records - before

    def read(self, shard: str, lease: Lease, limit: int) -> None:
        if lease.iterator is None:
            self.start(shard, lease)
        page = self.client.get_records(ShardIterator=lease.iterator, Limit=limit)
        for record in page["Records"]:
            self.process(record)
            number = record["dynamodb"]["SequenceNumber"]
            assert lease.checkpoint is None or int(number) > int(lease.checkpoint), "sequence numbers must rise"
            lease.checkpoint = number
        lease.iterator = page.get("NextShardIterator")
        if lease.iterator is None:
            self.discover(ShardFilter={"Type": "CHILD_SHARDS", "ShardId": shard})
            lease.ended = True

    def process(self, record: dict) -> None:
        """The item must be what the record says it was: so that no change is lost, doubled, or out of order."""
        assert record["eventID"] not in self.seen, "an event came twice"
        self.seen.add(record["eventID"])
        change = record["dynamodb"]
        key = key_of(change["Keys"])
        old, new = change.get("OldImage"), change.get("NewImage")
        assert self.items.get(key) == old, f"{record} follows {self.items.get(key)}"
        wanted = "REMOVE" if new is None else "MODIFY" if old is not None else "INSERT"
        assert record["eventName"] == wanted and old != new
        if new is None:
            del self.items[key]
        else:
            self.items[key] = new
        self.records += 1

    def drain(self, rounds: int = 10_000) -> None:
        """Polls until nothing comes any more. To be called when nobody writes."""
        for _ in range(rounds):
            failures = self.failures
            ended = sum(lease.ended for lease in self.leases.values())
            count = self.poll()
            if not count and failures == self.failures and ended == sum(lease.ended for lease in self.leases.values()):
                return
        raise AssertionError("the stream does not end")
