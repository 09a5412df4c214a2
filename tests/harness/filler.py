"""A client that puts items on a disk that does not take all of them."""

import botocore.exceptions

from harness.values import S


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
