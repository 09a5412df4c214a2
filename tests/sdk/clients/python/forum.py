"""A forum with PynamoDB, which makes the tables: threads with both kinds of indexes, versions, and a time to live."""

import json
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import (
    BinaryAttribute, BooleanAttribute, DiscriminatorAttribute, ListAttribute, MapAttribute, NumberAttribute, NumberSetAttribute,
    TTLAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute, VersionAttribute,
)  # fmt: skip
from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection, LocalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite


def show(name, result):
    print(json.dumps({name: result}))


def caught(error, call):
    try:
        call()
    except error as thrown:
        return [thrown.cause_response_code, thrown.cause_response_message]
    return "nothing was raised"


class ByAuthor(GlobalSecondaryIndex):
    class Meta:
        index_name = "by-author"
        projection = AllProjection()

    author = UnicodeAttribute(hash_key=True)
    posted = UTCDateTimeAttribute(range_key=True)


class ByViews(LocalSecondaryIndex):
    class Meta:
        index_name = "by-views"
        projection = IncludeProjection(["kind"])

    forum = UnicodeAttribute(hash_key=True)
    views = NumberAttribute(range_key=True)


class Place(MapAttribute):
    city = UnicodeAttribute(null=True)
    zip = NumberAttribute(null=True)


class Thread(Model, discriminator="Thread"):
    class Meta:
        table_name = "Thread"
        billing_mode = "PAY_PER_REQUEST"
        region = "us-east-1"

    forum = UnicodeAttribute(hash_key=True)
    title = UnicodeAttribute(range_key=True)
    kind = DiscriminatorAttribute()
    by_author = ByAuthor()
    by_views = ByViews()
    author = UnicodeAttribute(default="ann")
    posted = UTCDateTimeAttribute(default=lambda: datetime.now(UTC))
    views = NumberAttribute(default=0)
    tags = UnicodeSetAttribute(null=True)
    scores = NumberSetAttribute(null=True)
    replies = ListAttribute(default=list)
    place = Place(default=dict)
    picture = BinaryAttribute(null=True, legacy_encoding=False)
    closed = BooleanAttribute(default=False)
    expires = TTLAttribute(null=True)
    version = VersionAttribute()


class Poll(Thread, discriminator="Poll"):
    choices = ListAttribute(of=UnicodeAttribute, default=list)


Thread.create_table(wait=True)
described = Thread.describe_table()
show("made", [Thread.exists(), described["TableStatus"], described["BillingModeSummary"]["BillingMode"]])

first = Thread("go", "hello", tags={"new", "hot"}, scores={1, 2.5}, replies=["a"], picture=b"\x00\xff")
first.place.city = "Rome"
first.expires = timedelta(days=1)
first.save(Thread.forum.does_not_exist())
show("twice", caught(PutError, lambda: Thread("go", "hello").save(Thread.forum.does_not_exist())))
found = Thread.get("go", "hello", consistent_read=True)
show("found", [sorted(found.tags), sorted(found.scores), found.place.city, found.picture.hex(), found.version])
try:
    Thread.get("go", "nothing")
except DoesNotExist as error:
    show("nothing", str(error))

with Thread.batch_write() as batch:
    for n in range(60):
        author = "bob" if n % 4 else "eve"
        batch.save(Thread("c", f"{n:03}", author=author, views=n * 7 % 60, posted=datetime(2026, 1, 1 + n % 28, tzinfo=UTC)))
show("batch", sorted(thread.title for thread in Thread.batch_get([("c", f"{n:03}") for n in range(0, 120, 10)])))
Poll("c", "poll", author="eve", choices=["yes", "no"], posted=datetime(2026, 2, 1, tzinfo=UTC), views=59).save()
show("poll", [type(thread).__name__ for thread in Thread.query("c", Thread.title == "poll")])

pages, start = [], None
while not pages or start:
    page = Thread.query("c", limit=25, last_evaluated_key=start, page_size=25)
    pages.append(len(list(page)))
    start = page.last_evaluated_key
show("pages", pages)
show("between", [t.title for t in Thread.query("c", Thread.title.between("007", "009"), scan_index_forward=False)])
show("eve", sorted(t.title for t in Thread.by_author.query("eve", ByAuthor.posted > datetime(2026, 1, 24, tzinfo=UTC))))
show("views", [t.title for t in Thread.by_views.query("c", Thread.views < 3)])
show("filter", [t.title for t in Thread.query("c", filter_condition=(Thread.views > 55) & Thread.author.is_in("eve"))])
show("count", [Thread.count("c"), Thread.by_author.count("eve"), Thread.count("c", filter_condition=Thread.views < 30)])
show("scan", sum(len(list(Thread.scan(segment=n, total_segments=3))) for n in range(3)))
show("projected", [[t.views, t.title] for t in Thread.query("c", Thread.title == "004", attributes_to_get=["views"])])

found.update(
    actions=[
        Thread.views.add(2),
        Thread.closed.set(True),
        Thread.tags.delete({"new"}),
        Thread.scores.add({7}),
        Thread.replies.set(Thread.replies.append(["b", {"by": "eve"}])),
        Thread.place.zip.set(100),
        Thread.picture.remove(),
    ],
    condition=Thread.replies[0] == "a",
)
state = found.attribute_values
show("updated", [state["views"], sorted(found.tags), sorted(found.scores), found.replies, found.place.as_dict(), found.version])
show("stale", caught(PutError, first.save))
show("refused", caught(UpdateError, lambda: found.update([Thread.views.set(0)], condition=Thread.views > 2)))
first.refresh()
show("removed", [first.picture, first.version, first.closed])

connection = Connection(region="us-east-1")
with TransactWrite(connection=connection, client_request_token="move-1") as transaction:
    transaction.condition_check(Thread, "c", "001", condition=Thread.title.exists())
    transaction.update(first, actions=[Thread.views.set(Thread.views + 1)])
    transaction.save(Thread("d", "moved", author="eve"), condition=Thread.title.does_not_exist())
    transaction.delete(Thread.get("c", "002"))


def again():
    with TransactWrite(connection=connection) as transaction:
        transaction.condition_check(Thread, "c", "002", condition=Thread.title.exists())
        transaction.save(Thread("d", "moved"), condition=Thread.title.does_not_exist())


show("cancelled", caught(TransactWriteError, again))
with TransactGet(connection=connection) as transaction:
    futures = [transaction.get(Thread, *key) for key in (("go", "hello"), ("d", "moved"))]
show("got", [[future.get().views, future.get().version] for future in futures])

show("kept", caught(DeleteError, lambda: Thread.get("d", "moved").delete(Thread.author == "ann")))
Thread.get("d", "moved").delete(Thread.author == "eve")
with Thread.batch_write() as batch:
    for thread in Thread.query("c"):
        batch.delete(thread)
show("left", [thread.title for thread in Thread.scan()])
