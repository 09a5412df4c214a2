"""Runs all cases on one server."""

import json

from differential import capacities, fixtures
from differential.case import READ, TABLE, WRITE, Case
from differential.references import Answer, Running


class Runner:
    def __init__(self, server: Running):
        self.server = server
        self.begin()

    def begin(self) -> None:
        self.server.names = {}
        self.stored = False
        fixtures.fill(self.server)
        self.dirty = {WRITE: True, TABLE: True}

    def run(self, case: Case) -> list[Answer]:
        """The answers to the case's steps, and to a look at what they have changed."""
        answers = self.ask(case)
        if not self.server.is_well():
            self.server.restart()
            self.begin()
        return answers

    def ask(self, case: Case) -> list[Answer]:
        kind = case.kind
        if not self.stored and any(f'"{name}"' in json.dumps(case.steps) for name in fixtures.LARGE):
            fixtures.store(self.server, capacities.stored())
            self.stored = True
        if self.dirty[TABLE] and kind == TABLE:
            fixtures.restore_tables(self.server)
            self.dirty[TABLE] = False
        if self.dirty[WRITE] and (kind == WRITE or any(name in json.dumps(case.steps) for name in fixtures.WRITTEN)):
            fixtures.restore_items(self.server)
            self.dirty[WRITE] = False
        answers = [self.call(operation, body, case.headers) for operation, body in case.steps]
        if kind != READ and any(answer.status in (0, 200) for answer in answers):
            self.dirty[kind] = True
            if kind == WRITE and case.look:
                answers += [self.call(operation, body) for operation, body in fixtures.LOOKS]
        return answers

    def call(self, operation: str, body, headers: dict | None = None) -> Answer:
        text = body if isinstance(body, str) else json.dumps(body)
        if "$" in text:
            for name, value in self.server.names.items():
                text = text.replace(name, value)
        answer = self.server.call(operation, text.encode(), headers)
        self.learn(answer.body)
        return answer

    def learn(self, body) -> None:
        """Later requests may name what an answer has brought."""
        if not isinstance(body, dict):
            return
        for member in ("ShardIterator", "NextShardIterator"):
            if isinstance(body.get(member), str):
                self.server.names[f"${member}"] = body[member]
        stream = body.get("StreamDescription")
        if isinstance(stream, dict) and stream.get("Shards"):
            self.server.names["$ShardId"] = stream["Shards"][0]["ShardId"]
            self.server.names["$Sequence"] = stream["Shards"][0]["SequenceNumberRange"]["StartingSequenceNumber"]
