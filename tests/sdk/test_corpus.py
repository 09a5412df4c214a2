"""The answers that other servers' have been compared with: see tests/differential/."""

import pytest

from differential import corpus
from differential.case import Case
from differential.judge import AS_CAPTURED, AS_LOCAL, SETTLED, UNJUDGED, Judge, Rule, read_rules
from differential.references import Running
from differential.runner import Runner

ENTRIES = corpus.by_operation()


@pytest.fixture(scope="module")
def runner():
    server = Running("stator", packages=None)
    yield Runner(server)
    server.stop()


@pytest.mark.parametrize("operation", ENTRIES)
def test_answers_are_those_of_the_corpus(runner, operation):
    wrong = list(corpus.mismatches(runner, ENTRIES[operation]))
    assert not wrong, f"{len(wrong)} answers differ:\n" + "\n".join(wrong[:20])


def answer(said: str) -> corpus.Kept:
    """An answer from its status, and an error's type and message behind it."""
    status, _, rest = said.partition(" ")
    code, _, message = rest.partition(": ")
    return corpus.Kept(int(status), {"__type": f"x#{code}", "message": message} if rest else {})


RULES = [
    Rule(why="the envelope", stator="400 V: 1 error: (?P<said>.*)", other="400 V: (?P=said)", operation="PutItem"),
    Rule(why="failed itself", other="500 .*"),
]


@pytest.mark.parametrize(
    ("ours", "local", "others", "reasons"),
    [
        ("400 V: a", "400 V: a", {}, []),
        ("400 V: a", "400 V: a", {"moto": "200"}, [AS_LOCAL]),
        ("400 V: 1 error: a", "400 V: a", {}, ["the envelope"]),
        ("400 V: 1 error: a", "400 V: b", {}, [None]),
        ("400 V: 1 error: a", "400 V: b", {"moto": "400 V: c"}, [None, None]),
        ("400 V: 1 error: a", "400 V: a", {"moto": "400 V: c"}, ["the envelope", SETTLED]),
        ("400 V: a", "400 V: b", {"dynalite": "400 V: a"}, [AS_CAPTURED.format("dynalite")]),
        ("400 V: a", "200", {"dynalite": "400 V: a"}, [None]),
        ("200", "500 E: x", {}, ["failed itself"]),
        ("200", None, {"moto": "400 V: a"}, [UNJUDGED]),
    ],
)
def test_differences_are_explained_by_rules_or_not_at_all(ours, local, others, reasons):
    case = Case("PutItem of something", [("PutItem", {})])
    answers = {"stator": ours} | ({"dynamodb-local": local} if local else {}) | others
    found = Judge(RULES).judge(case, {name: [answer(said)] for name, said in answers.items()})
    assert [difference.why for differing in found.values() for difference in differing] == reasons


def test_each_accepted_difference_has_its_reason():
    assert all(rule.why for rule in read_rules())
