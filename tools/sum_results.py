"""Adds up the JUnit files of a folder: one line a file, then `N passed, N failed`. Fails if a test did, or if none ran."""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def count(path: pathlib.Path) -> tuple[int, int, list[str]]:
    """(passed, failed, reasons of the skipped)."""
    passed, failed, skipped = 0, 0, []
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skip is not None or case.get("status") == "notrun":
            skipped.append(f"{case.get('name')}: {skip.get('message') if skip is not None else 'not run'}")
        else:
            passed += 1
    return passed, failed, skipped


def main() -> int:
    passed = failed = 0
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.xml")):
        good, bad, skipped = count(path)
        print(f"{path.stem:>16}: {good} passed, {bad} failed" + (f", {len(skipped)} skipped" if skipped else ""))
        for reason in skipped:
            print(f"{'':>18}skipped {reason}")
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
