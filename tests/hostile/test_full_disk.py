"""A disk that fills up: writes are refused, nothing acknowledged is lost, reads go on, and writes come back with space."""

import os
import subprocess

import botocore.exceptions
import pytest

from harness.clients import Tables, make_client
from harness.patience import eventually
from harness.server import Server
from harness.values import S

MIB = 1 << 20


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 192 MiB, in memory."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small file system that this fills")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=192m", "tmpfs", str(place)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"mounting is not allowed here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


class Filler:
    """Puts items until the server says no; knows what was acknowledged."""

    def __init__(self, dynamodb, table: str):
        self.dynamodb, self.table = dynamodb, table
        self.there: dict[str, int] = {}
        self.number = 0

    def put(self, size: int) -> str | None:
        """None, or the code of the error."""
        self.number += 1
        name = f"k{self.number}"
        try:
            self.dynamodb.put_item(TableName=self.table, Item={"pk": S(name), "v": S("x" * size)})
        except botocore.exceptions.ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
            return error.response["Error"]["Code"]
        self.there[name] = size
        return None

    def check(self) -> None:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True)
        found = {item["pk"]["S"]: len(item["v"]["S"]) for page in pages for item in page["Items"]}
        assert found == self.there
        table = self.dynamodb.describe_table(TableName=self.table)["Table"]
        assert table["ItemCount"] == len(self.there)
        assert table["TableSizeBytes"] == sum(len(name) + size + 3 for name, size in self.there.items())


@pytest.mark.parametrize("reserve", ["16MiB", "0"], ids=["with a reserve", "to the last byte"])
def test_full_disk(small_disk, reserve):
    with Server(small_disk / "data", ("--reserve", reserve, "--memtable", "4MiB")) as server:
        filler = Filler(make_client(server.endpoint), Tables(make_client(server.endpoint)).make())
        ballast = small_disk / "ballast"
        for _ in range(20):
            assert filler.put(10_000) is None
        # Someone else takes the rest of the disk.
        with ballast.open("wb") as file:
            try:
                while True:
                    file.write(b"\0" * MIB)
                    file.flush()
            except OSError:
                pass
        refusals = [code for code in (filler.put(300_000) for _ in range(300)) if code]
        assert refusals, "the disk was full and every write was acknowledged"
        filler.check()
        assert server.running()
        ballast.unlink()
        assert eventually(lambda: filler.put(1000) is None, seconds=60)
        filler.check()
        assert server.stop() == 0
        server.start()
        filler.check()
