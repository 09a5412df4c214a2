"""A connection of the crash test, and what ends it."""

import asyncio
import json
import time

from harness.wire import post

PATIENCE = 60  # seconds


class Wrong(Exception):
    """The server did what it must not."""


class Connection:
    """A keep-alive connection, as little as it takes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 22))

    async def call(self, operation: str, body: dict) -> tuple[int, dict]:
        self.writer.write(post(operation, body))
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        content = await self.reader.readexactly(length)
        return int(head.split(b" ", 2)[1]), json.loads(content) if content else {}

    async def must(self, operation: str, body: dict) -> dict:
        status, answer = await self.call(operation, body)
        if status != 200:
            raise Wrong(f"{operation}: {status} {answer}")
        return answer

    async def scan(self, body: dict) -> list[dict]:
        """All items, page after page."""
        items, start = [], {}
        while True:
            page = await self.must("Scan", body | start)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return items
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    async def until_active(self, table: str) -> dict:
        """The table's description, once neither it nor an index of it is on its way to another state."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = (await self.must("DescribeTable", {"TableName": table}))["Table"]
            indexes = found.get("GlobalSecondaryIndexes", [])
            if {found["TableStatus"], *(index["IndexStatus"] for index in indexes)} == {"ACTIVE"}:
                return found
            if time.monotonic() > deadline:
                raise Wrong(f"still not active: {found}")
            await asyncio.sleep(0.003)

    def close(self) -> None:
        self.writer.close()


DEAD = (ConnectionError, asyncio.IncompleteReadError, OSError)
