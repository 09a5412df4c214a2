"""What the comparison has found, by operation, as Markdown."""

import collections
import json

from differential.answers import short


class Report:
    def __init__(self, references: dict[str, str]):
        """`references` by name, each with its version or why it is left out."""
        self.references = references
        self.sent = collections.Counter()
        self.asked = collections.Counter()  # by reference
        self.agreed = collections.Counter()  # (operation, reference)
        self.reasons = collections.defaultdict(collections.Counter)  # operation: (reference, why)
        self.unexplained = []

    def add(self, case, found) -> None:
        self.sent[case.operation] += 1
        for reference, differing in found.items():
            self.asked[reference] += 1
            if not differing:
                self.agreed[case.operation, reference] += 1
            for difference in differing:
                if difference.why:
                    self.reasons[case.operation][reference, difference.why] += 1
                else:
                    self.unexplained.append(difference)

    def table(self) -> str:
        names = sorted(self.asked)
        heads = (f"as {name}" + (f", of {self.asked[name]} asked" if self.asked[name] < sum(self.sent.values()) else "") for name in names)
        lines = ["| operation | requests | " + " | ".join(heads) + " | unexplained |",
                 "|---|---" + "|---" * len(names) + "|---|"]  # fmt: skip
        unexplained = collections.Counter(d.case.operation for d in self.unexplained)
        for operation in sorted(self.sent):
            cells = [str(self.agreed[operation, name]) for name in names]
            lines.append(f"| {operation} | {self.sent[operation]} | " + " | ".join(cells) + f" | {unexplained[operation]} |")
        total = [str(sum(n for (_, name), n in self.agreed.items() if name == wanted)) for wanted in names]
        lines.append(f"| all | {sum(self.sent.values())} | " + " | ".join(total) + f" | {len(self.unexplained)} |")
        return "\n".join(lines)

    def text(self) -> str:
        parts = ["# Differences", "", *(f"- {name}: {what}" for name, what in self.references.items()), "", self.table(), ""]
        for operation, reasons in sorted(self.reasons.items()):
            parts += [f"## {operation}", ""]
            parts += [f"- {count} x {reference}: {why}" for (reference, why), count in reasons.most_common()]
            parts.append("")
        if self.unexplained:
            parts += ["## Unexplained", ""]
            for d in self.unexplained:
                parts += [f"- {d.case.label} (step {d.step + 1})", f"  - stator: {d.ours}", f"  - {d.reference}: {d.theirs}",
                          f"  - `{short(d.case.steps[min(d.step, len(d.case.steps) - 1)])}`"]  # fmt: skip
        return "\n".join(parts) + "\n"

    def machine(self) -> str:
        """One JSON object a line for each unexplained difference."""
        return "".join(
            json.dumps({"operation": d.case.operation, "label": d.case.label, "reference": d.reference, "step": d.step,
                        "stator": d.ours, "other": d.theirs, "steps": d.case.steps}) + "\n"
            for d in self.unexplained
        )  # fmt: skip
