"""Decides what a difference means: which rule of accepted.toml explains it, or none."""

import dataclasses
import pathlib
import re
import tomllib

from differential.answers import differences, verdict
from differential.case import Case
from differential.references import LOCAL, STATOR

ACCEPTED = pathlib.Path(__file__).with_name("accepted.toml")
CAPTURED = ("dynalite", "dynoxide")
AS_CAPTURED = "both refuse it alike, and {}, whose texts were captured on the service, has this server's"
AS_LOCAL = "DynamoDB Local, which is AWS's own code, answers as this server does"
ENVELOPE = "1 validation error detected: "
UNJUDGED = "not judged: DynamoDB Local was not asked"
SETTLED = "decided where DynamoDB Local differs, for a reason above"


@dataclasses.dataclass
class Rule:
    """Patterns of whole texts; `other` may refer back to groups of `stator`. What is not given is any."""

    why: str
    stator: str = ".*"
    other: str = ".*"
    operation: str = ".*"
    reference: str = ".*"
    case: str = ".*"
    used: int = 0

    def __post_init__(self):
        self.texts = re.compile(f"(?:{self.stator})\n(?:{self.other})", re.DOTALL)
        self.place = re.compile(f"(?:{self.reference})\n(?:{self.operation})\n(?:{self.case})", re.DOTALL)

    def explains(self, reference: str, case: Case, ours: str, theirs: str) -> bool:
        return bool(self.place.fullmatch(f"{reference}\n{case.operation}\n{case.label}") and self.texts.fullmatch(f"{ours}\n{theirs}"))


def read_rules() -> list[Rule]:
    return [Rule(**rule) for rule in tomllib.loads(ACCEPTED.read_text())["accepted"]]


@dataclasses.dataclass
class Difference:
    """One that a reference has in a case, and why it is accepted, if it is."""

    reference: str
    case: Case
    step: int
    ours: str
    theirs: str
    why: str | None


def type_of(said: str) -> str | None:
    """Status and type of an error."""
    return said.partition(":")[0] if said[:1] == "4" else None


class Judge:
    def __init__(self, rules: list[Rule]):
        self.rules = rules

    def reason(self, reference: str, case: Case, ours: str, theirs: str) -> str | None:
        for rule in self.rules:
            if rule.explains(reference, case, ours, theirs):
                rule.used += 1
                return rule.why
        return None

    def support(self, case: Case, step: int, answers: dict[str, list]) -> str | None:
        """Why this server's text is right where DynamoDB Local refuses with another of the same type."""
        ours = verdict(answers[STATOR][step])
        if not type_of(ours) or type_of(ours) != type_of(verdict(answers[LOCAL][step])):
            return None
        for name in CAPTURED:
            if step < len(answers.get(name, ())) and verdict(answers[name][step]).replace(ENVELOPE, "") == ours.replace(ENVELOPE, ""):
                return AS_CAPTURED.format(name)
        return None

    def compare(self, reference: str, case: Case, ours, theirs) -> list[Difference]:
        """Those of the first step that has any."""
        for step, (a, b) in enumerate(zip(ours, theirs)):
            operation = case.steps[step][0] if step < len(case.steps) else "GetItem"
            pairs = list(differences(operation, a, b, spelling=reference != LOCAL))
            if pairs:
                return [Difference(reference, case, step, x, y, self.reason(reference, case, x, y)) for x, y in pairs]
        return []

    def judge(self, case: Case, answers: dict[str, list]) -> dict[str, list[Difference]]:
        """By reference. What DynamoDB Local or a reason against it has settled is settled for the others, too."""
        ours = answers[STATOR]
        found = {name: self.compare(name, case, ours, theirs) for name, theirs in answers.items() if name != STATOR}
        for difference in found.get(LOCAL, ()):
            difference.why = difference.why or self.support(case, difference.step, answers)
        if LOCAL not in found:
            for differing in found.values():
                for difference in differing:
                    difference.why = difference.why or UNJUDGED
        elif all(d.why for d in found[LOCAL]):
            for name, differing in found.items():
                for difference in differing:
                    difference.why = difference.why or (SETTLED if found[LOCAL] else AS_LOCAL)
        return found
