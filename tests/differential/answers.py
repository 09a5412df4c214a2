"""What is compared of two answers."""

import json
import re

# What a server makes up: compared is that it is there, and what kind of value it is.
MADE_UP = {"TableId", "CreationDateTime", "LastUpdateToPayPerRequestDateTime", "LastIncreaseDateTime", "LastDecreaseDateTime",
           "LatestStreamLabel", "StreamLabel", "CreationRequestDateTime", "LastUpdateDateTime", "eventID", "ShardId", "ParentShardId",
           "SequenceNumber", "StartingSequenceNumber", "EndingSequenceNumber", "ShardIterator", "NextShardIterator",
           "ApproximateCreationDateTime"}  # fmt: skip
ARN = re.compile(r"arn:aws:dynamodb:[a-z0-9-]*:[0-9]{12}:")
STREAM = re.compile(r"/stream/[0-9T:.-]+")
# Lists whose order nobody promises.
UNORDERED = {"SS", "NS", "BS", "AttributeDefinitions", "NonKeyAttributes", "GlobalSecondaryIndexes", "LocalSecondaryIndexes",
             "Tags", "ItemCollectionMetrics"}  # fmt: skip
UNORDERED_IN = {"Scan": {"Items"}, "BatchGetItem": {"*"}, "BatchWriteItem": {"*"}}
SETS_IN_TEXT = re.compile(r"(?<=keys: )\{[^}]*\}|(?<=types: )\{[^}]*\}|(?<=type: )\{[^}]*\}"
                          r"|(?<=Keys: )\[[^\]]*\]|(?<=AttributeDefinitions: )\[[^\]]*\]|(?<=keys used: )\[[^\]]*\]")  # fmt: skip


def plain(text: str) -> str:
    """A message without what may differ by account, and with its sets in order."""
    text = STREAM.sub("/stream/LABEL", ARN.sub("arn:aws:dynamodb:REGION:ACCOUNT:", text))
    return SETS_IN_TEXT.sub(lambda m: m[0][0] + ", ".join(sorted(re.split(r", ?", m[0][1:-1]))) + m[0][-1], text)


def canonical(value, unordered: set[str], name: str = ""):
    if isinstance(value, dict):
        return {k: canonical(v, unordered, k) for k, v in sorted(value.items())}
    if name in MADE_UP:
        return f"<{type(value).__name__}>" if isinstance(value, str) else "<number>"
    if isinstance(value, list):
        items = [canonical(v, unordered) for v in value]
        if name in UNORDERED or name in unordered or "*" in unordered:
            items.sort(key=lambda item: json.dumps(item, sort_keys=True))
        return items
    if isinstance(value, str):
        return plain(value)
    return value


def unfold(ours, theirs, path: str = ""):
    """(path, ours, theirs) of everything that differs; what is absent is None."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from unfold(ours.get(key), theirs.get(key), f"{path}.{key}" if path else key)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, (a, b) in enumerate(zip(ours, theirs)):
            yield from unfold(a, b, f"{path}[{i}]")
    elif ours != theirs:
        yield path, ours, theirs


def short(value) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "absent" if value is None else text if len(text) < 2000 else f"{text[:2000]}... ({len(text)})"


def verdict(answer) -> str:
    """Status, type and message in one line."""
    if answer.status == 200:
        return "200"
    code = answer.error("__type")
    if not isinstance(code, str):
        return f"{answer.status} {str(answer.body)[:200]}"
    message = answer.error("message") or answer.error("Message") or ""
    return f"{answer.status} {code.partition('#')[2] or code}: {plain(message)}"


def differences(operation: str, ours, theirs, spelling: bool = True):
    """Pairs of texts: what one says and what the other says, each on its own to be explained. Without `spelling` an error's
    text may stand under another name than ours."""
    if verdict(ours) != verdict(theirs):
        yield verdict(ours), verdict(theirs)
        return
    if not isinstance(ours.body, dict) or not isinstance(theirs.body, dict):
        if ours.body != theirs.body:
            yield f"{verdict(ours)} body {short(ours.body)}", f"{verdict(theirs)} body {short(theirs.body)}"
        return
    unordered = UNORDERED_IN.get(operation, set())
    drop = {"message", "Message"} if ours.status != 200 else set()
    if drop and spelling and ("message" in ours.body) != ("message" in theirs.body):
        yield "member " + ("message" if "message" in ours.body else "Message"), "member " + (
            "message" if "message" in theirs.body else "Message" if "Message" in theirs.body else "none")
    a, b = ({k: v for k, v in answer.body.items() if k not in drop} for answer in (ours, theirs))
    for path, x, y in unfold(canonical(a, unordered), canonical(b, unordered)):
        yield f"{path} = {short(x)}", f"{path} = {short(y)}"
