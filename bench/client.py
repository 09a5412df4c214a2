"""A client for what the load generator has no operation for: signed requests, one at a time."""

import datetime
import http.client
import json
import pathlib

import sigv4

KEY, SECRET, REGION = "AKIDBENCH", "secret", "us-east-1"  # the generator's
DYNAMODB, STREAMS = "DynamoDB_20120810", "DynamoDBStreams_20120810"
MAPPINGS = "/2015-03-31/event-source-mappings"


def credentials_flags(folder):
    """Has a server verify the signatures of these clients and of the generator."""
    file = pathlib.Path(folder, "credentials")
    file.write_text(f"[bench]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
    file.chmod(0o600)
    return ["--credentials", str(file)]


class Client:
    def __init__(self, port):
        self.host = f"127.0.0.1:{port}"
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def sign(self, method, path, service, body, headers):
        stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = {"host": self.host, "x-amz-date": stamp, **headers}
        return headers | {"authorization": sigv4.authorization(method, path, headers, body, key=KEY, secret=SECRET,
                                                               region=REGION, service=service)}

    def send(self, method, path, service, body, headers):
        """The answer's body. Any other than a good answer ends the program."""
        self.connection.request(method, path, body, self.sign(method, path, service, body, headers))
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} {headers}: {answer.status} {data[:500]}")
        return data

    def raw(self, operation, body, api=DYNAMODB):
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"{api}.{operation}"}
        return self.send("POST", "/", "dynamodb", body, headers)

    def ask(self, operation, request, api=DYNAMODB):
        return json.loads(self.raw(operation, json.dumps(request).encode(), api))

    def map(self, stream, function, **settings):
        """Creates an event source mapping."""
        request = {"EventSourceArn": stream, "FunctionName": function, **settings}
        headers = {"content-type": "application/json"}
        return json.loads(self.send("POST", MAPPINGS, "lambda", json.dumps(request).encode(), headers))

    def unmap(self, uuid):
        self.send("DELETE", f"{MAPPINGS}/{uuid}", "lambda", b"", {})

    def create_table(self, table, view=None):
        """On demand, with the key `pk`; the ARN of its stream, if it has one."""
        request = {"TableName": table, "BillingMode": "PAY_PER_REQUEST",
                   "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                   "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
        if view:
            request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
        return self.ask("CreateTable", request)["TableDescription"].get("LatestStreamArn")

    def shards(self, stream):
        found, request = [], {"StreamArn": stream}
        while True:
            page = self.ask("DescribeStream", request, STREAMS)["StreamDescription"]
            found += [shard["ShardId"] for shard in page["Shards"]]
            if not (last := page.get("LastEvaluatedShardId")):
                return found
            request["ExclusiveStartShardId"] = last
