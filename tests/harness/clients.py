"""boto3 clients, tables, and the errors that calls end in."""

import boto3
import botocore.config
import botocore.exceptions
import pytest

from harness.values import unique
from harness.wire import REGION


def make_client(endpoint: str, region: str = REGION, check_parameters: bool = False, service: str = "dynamodb"):
    """A client that asks once and, by itself, refuses nothing."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=botocore.config.Config(
            parameter_validation=check_parameters,
            retries={"total_max_attempts": 1},
            read_timeout=60,
            max_pool_connections=32,
        ),
    )


class Tables:
    """Makes tables with names of their own, and deletes them in the end."""

    def __init__(self, client):
        self.client = client
        self.made: list[str] = []

    def make(self, partition: str = "pk:S", sort: str | None = None, **more) -> str:
        """A table on demand unless `more` says otherwise; keys are written name:type."""
        keys = [key.split(":") for key in (partition, sort) if key]
        request = {
            "TableName": unique("table"),
            "KeySchema": [{"AttributeName": k[0], "KeyType": t} for k, t in zip(keys, ("HASH", "RANGE"))],
            "AttributeDefinitions": [{"AttributeName": k[0], "AttributeType": k[1]} for k in keys],
            "BillingMode": "PAY_PER_REQUEST",
        } | more
        self.client.create_table(**request)
        self.made.append(request["TableName"])
        return request["TableName"]

    def drop(self) -> None:
        for name in self.made:
            try:
                self.client.delete_table(TableName=name)
            except self.client.exceptions.ResourceNotFoundException:
                pass


def refused(call, *arguments, **parameters) -> tuple[str, str]:
    """The code and message of the error that the call must end in."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(*arguments, **parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
