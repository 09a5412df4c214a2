"""Requests with the answers that are held to be right: those of this server, as far as what others answer is explained.

A line is a case: its label, its steps, and for each the status and the body of the answer. The steps of cases that are
written by hand are null: they are found by the label."""

import json
import pathlib
import re

from differential import handwritten
from differential.answers import differences, verdict
from differential.case import Case
from differential.references import Answer

CORPUS = pathlib.Path(__file__).with_name("corpus.jsonl")
LONG = 2000  # bytes of a line; what is about length is not kept here


def shape(case: Case, answers: list[Answer]) -> tuple:
    """What two cases of one kin have in common if one of them is enough: what is said, but for the words quoted."""
    main = answers[case.main]
    said = re.sub(r"'[^']*'|\"[^\"]*\"|\[[^]]*\]|[{][^}]*[}]|\b\d+\b|[^ ]{60,}|(?<=: )\S+$", "", verdict(main))
    members = sorted(main.body) if main.status == 200 and isinstance(main.body, dict) else []
    return (case.kin, said, *members)


def write(cases, answers: list[list[Answer]], settled: list[bool]) -> int:
    by_hand = {case.label for case in handwritten.cases()}
    seen, lines = set(), []
    for case, answered, is_settled in zip(cases, answers, settled):
        if not is_settled or (case.kin and shape(case, answered) in seen):
            continue
        # What is refused has changed nothing to look at.
        count = len(case.steps) if answered[case.main].status == 200 else case.main + 1
        told = [[answer.status, answer.body] for answer in answered[:count]]
        steps = None if case.label in by_hand else case.steps[:count]
        line = json.dumps([case.label, steps, told], separators=(",", ":"), ensure_ascii=False)
        if len(line) <= LONG:
            seen.add(shape(case, answered))
            lines.append(line + "\n")
    CORPUS.write_text("".join(lines))
    return len(lines)


def read():
    """(case, its answers) of the whole corpus."""
    by_hand = {case.label: case for case in handwritten.cases()}
    for line in CORPUS.read_text().splitlines():
        label, steps, answers = json.loads(line)
        case = by_hand[label] if steps is None else Case(label, [tuple(step) for step in steps])
        yield case, [Kept(*answer) for answer in answers]


def by_operation() -> dict[str, list]:
    """The corpus in the order of the tests."""
    groups = {}
    for case, kept in read():
        groups.setdefault(case.operation, []).append((case, kept))
    return dict(sorted(groups.items()))


def prune(runner) -> int:
    """Forgets the cases that a new server answers otherwise: what they say depends on what was asked before them."""
    groups = by_operation()
    wrong = {case.label for entries in groups.values() for case, kept in entries if any(mismatches(runner, [(case, kept)]))}
    lines = CORPUS.read_text().splitlines(keepends=True)
    CORPUS.write_text("".join(line for line in lines if json.loads(line)[0] not in wrong))
    return len(wrong)


class Kept(Answer):
    def __init__(self, status: int, body):
        self.status, self.body = status, body


def mismatches(runner, entries):
    """What the server says otherwise than the corpus."""
    for case, kept in entries:
        answers = runner.run(case)
        for step, (operation, body) in enumerate(case.steps[: len(kept)]):
            for ours, wanted in differences(operation, answers[step], kept[step]):
                yield f"{case.label}\n  asked:  {operation} {json.dumps(body)[:1000]}\n  wanted: {wanted}\n  got:    {ours}"
