"""Reading streams: iterators, pages, errors."""

import base64
import datetime

import pytest

from harness.clients import refused
from harness.streams import PROVISIONED, iterator_of, make_streams_client, read_all, read_from, shards_of, stream_of
from harness.values import S

PARAMETER = "One or more parameter values were invalid: "
ENVELOPE = "1 validation error detected: "
NO_SHARD = ("ResourceNotFoundException", "Requested resource not found: Shard does not exist")


@pytest.fixture(scope="module")
def streams(server):
    return make_streams_client(server.endpoint)


class Stream:
    """A table of one shard with ten items."""

    def __init__(self, dynamodb, streams, tables):
        self.table = tables.make(**stream_of("KEYS_ONLY"), **PROVISIONED)
        self.arn = dynamodb.describe_table(TableName=self.table)["Table"]["LatestStreamArn"]
        for i in range(10):
            dynamodb.put_item(TableName=self.table, Item={"pk": S(str(i))})
        (shard,) = shards_of(streams, self.arn)
        self.shard = shard["ShardId"]
        self.start = shard["SequenceNumberRange"]["StartingSequenceNumber"]
        self.numbers = [record["dynamodb"]["SequenceNumber"] for record in read_all(streams, self.arn)]
        assert len(self.numbers) == 10


@pytest.fixture(scope="module")
def stream(dynamodb, streams, module_tables):
    return Stream(dynamodb, streams, module_tables)


def keys_from(streams, iterator: str) -> list[str]:
    return [record["dynamodb"]["Keys"]["pk"]["S"] for record in read_from(streams, iterator)]


def test_iterators_of_every_type(dynamodb, streams, tables):
    stream = Stream(dynamodb, streams, tables)

    def at(kind: str, **more) -> list[str]:
        return keys_from(streams, iterator_of(streams, stream.arn, stream.shard, kind, **more))

    everything = [str(i) for i in range(10)]
    assert at("TRIM_HORIZON") == everything
    assert at("LATEST") == []
    assert at("AT_SEQUENCE_NUMBER", SequenceNumber=stream.start) == everything
    for i, number in enumerate(stream.numbers):
        assert at("AT_SEQUENCE_NUMBER", SequenceNumber=number) == everything[i:]
        assert at("AFTER_SEQUENCE_NUMBER", SequenceNumber=number) == everything[i + 1 :]
    now = datetime.datetime.now(datetime.UTC)
    assert at("AT_TIMESTAMP", Timestamp=now) == []
    assert at("AT_TIMESTAMP", Timestamp=now - datetime.timedelta(hours=1)) == everything

    latest = iterator_of(streams, stream.arn, stream.shard, "LATEST")
    dynamodb.put_item(TableName=stream.table, Item={"pk": S("more")})
    assert keys_from(streams, latest) == ["more"]
    first = streams.get_records(ShardIterator=iterator_of(streams, stream.arn, stream.shard), Limit=1)["Records"][0]
    time = first["dynamodb"]["ApproximateCreationDateTime"]
    assert at("AT_TIMESTAMP", Timestamp=time) == [*everything, "more"]

    dynamodb.update_table(TableName=stream.table, StreamSpecification={"StreamEnabled": False})
    page = streams.get_records(ShardIterator=iterator_of(streams, stream.arn, stream.shard, "LATEST"))
    assert page["Records"] == [] and "NextShardIterator" not in page
    (closed,) = shards_of(streams, stream.arn)
    end = closed["SequenceNumberRange"]["EndingSequenceNumber"]
    assert int(end) >= int(stream.numbers[-1])
    assert at("AT_SEQUENCE_NUMBER", SequenceNumber=end) == []


def test_an_empty_shard_can_be_read_from_its_start(streams, dynamodb, tables):
    name = tables.make(**stream_of("KEYS_ONLY"), **PROVISIONED)
    arn = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    (shard,) = shards_of(streams, arn)
    start = shard["SequenceNumberRange"]["StartingSequenceNumber"]
    iterator = iterator_of(streams, arn, shard["ShardId"], "AT_SEQUENCE_NUMBER", SequenceNumber=start)
    dynamodb.put_item(TableName=name, Item={"pk": S("a")})
    assert keys_from(streams, iterator) == ["a"]


def test_pages_follow_one_another(streams, stream):
    for limit in (1, 3, 9, 10, 11, 1000):
        iterator = iterator_of(streams, stream.arn, stream.shard)
        found = []
        while page := streams.get_records(ShardIterator=iterator, Limit=limit):
            assert len(page["Records"]) <= limit
            found += [record["dynamodb"]["SequenceNumber"] for record in page["Records"]]
            iterator = page["NextShardIterator"]
            if not page["Records"]:
                break
        assert found == stream.numbers
    # The same iterator reads the same, again and again.
    iterator = iterator_of(streams, stream.arn, stream.shard)
    assert keys_from(streams, iterator) == keys_from(streams, iterator)


@pytest.mark.slow
def test_pages_end_at_a_thousand_records_or_a_megabyte(dynamodb, streams, tables):
    name = tables.make(**stream_of("NEW_IMAGE"), **PROVISIONED)
    arn = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    for start in range(0, 1100, 25):
        puts = [{"PutRequest": {"Item": {"pk": S(f"{start + i:04}")}}} for i in range(25)]
        dynamodb.batch_write_item(RequestItems={name: puts})
    for i in range(8):
        dynamodb.put_item(TableName=name, Item={"pk": S(f"large{i}"), "data": S("x" * 300_000)})
    dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    (shard,) = shards_of(streams, arn)
    iterator = iterator_of(streams, arn, shard["ShardId"])
    pages = []
    while iterator:
        page = streams.get_records(ShardIterator=iterator)
        pages.append(page["Records"])
        iterator = page.get("NextShardIterator")
    assert [len(page) for page in pages] == [1000, 103, 3, 2]
    for page in pages:
        assert sum(record["dynamodb"]["SizeBytes"] for record in page) <= 1 << 20
    records = [record["dynamodb"]["Keys"]["pk"]["S"] for page in pages for record in page]
    assert sorted(records) == sorted([f"{i:04}" for i in range(1100)] + [f"large{i}" for i in range(8)])


def test_streams_are_listed_in_pages(dynamodb, streams, tables):
    names = [tables.make(**stream_of("KEYS_ONLY")) for _ in range(5)]
    for limit in (1, 2, 3, 100):
        found, start = [], {}
        while True:
            page = streams.list_streams(Limit=limit, **start)
            assert len(page["Streams"]) <= limit
            found += page["Streams"]
            if "LastEvaluatedStreamArn" not in page:
                break
            assert page["LastEvaluatedStreamArn"] == page["Streams"][-1]["StreamArn"]
            start = {"ExclusiveStartStreamArn": page["LastEvaluatedStreamArn"]}
        arns = [stream["StreamArn"] for stream in found]
        assert len(set(arns)) == len(arns)
        assert set(names) <= {stream["TableName"] for stream in found}
    for stream in found:
        assert stream["StreamArn"].endswith(f":table/{stream['TableName']}/stream/{stream['StreamLabel']}")
    table = dynamodb.describe_table(TableName=names[0])["Table"]
    for name in (names[0], table["TableArn"]):
        assert [s["StreamArn"] for s in streams.list_streams(TableName=name)["Streams"]] == [table["LatestStreamArn"]]
    assert streams.list_streams(TableName="no-such-table")["Streams"] == []
    # A stream that never was is a place in the list all the same.
    gone = table["LatestStreamArn"].replace(names[0], names[0] + "-gone")
    assert streams.list_streams(TableName=names[0], ExclusiveStartStreamArn=gone)["Streams"] == []


def test_shards_are_listed_in_pages(dynamodb, streams, tables):
    name = tables.make(**stream_of("KEYS_ONLY"))
    arn = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    everything = shards_of(streams, arn)
    ids = [shard["ShardId"] for shard in everything]
    for limit in (1, 2, 3, 4, 5):
        assert shards_of(streams, arn, limit=limit) == everything
    first = streams.describe_stream(StreamArn=arn, Limit=3)["StreamDescription"]
    assert first["LastEvaluatedShardId"] == ids[2]

    def describe(**more) -> dict:
        return streams.describe_stream(StreamArn=arn, **more)["StreamDescription"]

    last = describe(ExclusiveStartShardId=ids[-1])
    assert last["Shards"] == [] and "LastEvaluatedShardId" not in last
    assert describe(ExclusiveStartShardId="z" * 56)["Shards"] == []
    children = describe(ShardFilter={"Type": "CHILD_SHARDS", "ShardId": ids[0]})
    assert children["Shards"] == [] and children["TableName"] == name and children["StreamStatus"] == "ENABLED"
    assert describe(ShardFilter={"Type": "CHILD_SHARDS", "ShardId": "z" * 40})["Shards"] == []


def test_what_streams_refuse(streams, stream, dynamodb):
    arn, shard = stream.arn, stream.shard

    def at(value: str, path: str, problem: str) -> str:
        return f"Value {value} at '{path}' failed to satisfy constraint: {problem}"

    not_null, at_least = "Member must not be null", "Member must have value greater than or equal to 1"
    label = arn.rpartition("/")[2]
    unknown = [arn.replace(label, "2020-01-01T00:00:00.000"), arn.replace(stream.table, "no-such-table"), arn + "x"]

    def iterate(**more) -> str:
        return iterator_of(streams, more["StreamArn"], shard)

    for call in (streams.describe_stream, iterate):
        for other in unknown:
            assert refused(call, StreamArn=other) == (
                "ResourceNotFoundException",
                f"Requested resource not found: Stream: {other} not found",
            )
        for junk in ("fake-stream", "x" * 50, arn.partition("/stream")[0]):
            assert refused(call, StreamArn=junk) == ("ValidationException", "Invalid StreamArn")
    number = stream.numbers[3]
    superfluous = PARAMETER + "SequenceNumber should not be passed for this iterator type"
    for call, parameters, wanted in [
        (streams.describe_stream, {}, ENVELOPE + at("null", "streamArn", not_null)),
        (streams.describe_stream, {"StreamArn": arn, "Limit": 0}, ENVELOPE + at("'0'", "limit", at_least)),
        (
            streams.describe_stream,
            {"StreamArn": arn, "Limit": 101},
            PARAMETER + "Limit cannot be greater than the maximum: 100",
        ),
        (streams.list_streams, {"Limit": 0}, ENVELOPE + at("'0'", "limit", at_least)),
        (
            streams.list_streams,
            {"Limit": 101},
            PARAMETER + "Limit cannot be greater than the maximum allowed size: 100",
        ),
        (streams.list_streams, {"ExclusiveStartStreamArn": "x" * 40}, "Invalid StreamArn"),
        (streams.get_records, {}, ENVELOPE + at("null", "shardIterator", not_null)),
        (streams.get_records, {"ShardIterator": "x"}, "Invalid ShardIterator"),
        (streams.get_records, {"ShardIterator": "x", "Limit": 0}, ENVELOPE + at("'0'", "limit", at_least)),
        (
            streams.get_records,
            {"ShardIterator": "x", "Limit": 1001},
            PARAMETER + "Limit should be less than or equal to 1000",
        ),
    ]:
        assert refused(call, **parameters) == ("ValidationException", wanted)
    for kind, more, wanted in [
        ("TRIM_HORIZON", {"SequenceNumber": number}, superfluous),
        ("LATEST", {"SequenceNumber": number}, superfluous),
        ("AT_SEQUENCE_NUMBER", {}, PARAMETER + "Invalid SequenceNumber"),
        ("AFTER_SEQUENCE_NUMBER", {"SequenceNumber": "x" * 30}, PARAMETER + "Invalid SequenceNumber"),
        ("AT_SEQUENCE_NUMBER", {"SequenceNumber": "1" * 21}, PARAMETER + "Invalid SequenceNumber for the shard"),
        (
            "AT_SEQUENCE_NUMBER",
            {"SequenceNumber": str(int(stream.start) - 1)},
            PARAMETER + "Invalid SequenceNumber for the shard",
        ),
        (
            "AT_SEQUENCE_NUMBER",
            {"SequenceNumber": "1"},
            ENVELOPE + at("'1'", "sequenceNumber", "Member must have length greater than or equal to 21"),
        ),
        (
            "bulle",
            {},
            ENVELOPE
            + at(
                "'bulle'",
                "shardIteratorType",
                "Member must satisfy enum value set: "
                "[AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, AT_TIMESTAMP, TRIM_HORIZON]",
            ),
        ),
    ]:
        assert refused(iterator_of, streams, arn, shard, kind, **more) == ("ValidationException", wanted)
    for other in ("x" * 35, shard[:-1] + ("0" if shard[-1] != "0" else "1"), shard.replace("shardId-0", "shardId-1")):
        assert refused(iterator_of, streams, arn, other) == NO_SHARD
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    assert refused(iterator_of, streams, arn, shard, "AT_TIMESTAMP", Timestamp=tomorrow)[0] == "ValidationException"


def test_iterators_cannot_be_forged(streams, stream):
    good = iterator_of(streams, stream.arn, stream.shard)
    arn, version, encoded = good.split("|")
    assert (arn, version) == (stream.arn, "1")
    position = bytearray(base64.b64decode(encoded))
    for i in range(len(position)):
        position[i] ^= 1
        bad = f"{arn}|1|{base64.b64encode(position).decode()}"
        assert refused(streams.get_records, ShardIterator=bad) == ("ValidationException", "Invalid ShardIterator")
        position[i] ^= 1
    for bad in (f"{arn}x|1|{encoded}", f"{arn}|2|{encoded}", f"{arn}|1|", arn, encoded, good + "AAAA", good[:-4]):
        assert refused(streams.get_records, ShardIterator=bad) == ("ValidationException", "Invalid ShardIterator")
    assert len(read_from(streams, good)) == 10
