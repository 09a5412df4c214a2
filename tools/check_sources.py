"""What the compiler does not see: file sizes, libraries kept to their folders, forbidden words, unlisted tests."""

import collections
import re
import statistics
import sys

from sources import ROOT, cxx_files, includes, read, without_comments_and_texts

LINES_AIMED_AT = 400
LINES_AT_MOST = 600

# A library's headers, and the folders that may include them.
KEPT_TO = {
    "rocksdb/": ["src/kv/rocksdb/"],
    "simdjson.h": ["src/api/"],
    "boost/asio": ["src/http/", "src/server/"],
    "boost/beast": ["src/http/"],
}
# A pattern in the code (comments and literals left out), where it is allowed, and why not elsewhere.
FORBIDDEN = [
    (re.compile(r"\bthrow\b"), ["_test.cc"], "errors are returned (base/result.h)"),
    (re.compile(r"\b(system_clock|steady_clock|high_resolution_clock)::now\b"), ["src/base/", "_test.cc", "_fixture.h", "_bench.cc"], "time comes from Clock"),
    (re.compile(r"\b(std::random_device|std::mt19937\w*)\b"), ["src/base/", "_test.cc"], "chance comes from Random"),
]
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def allowed(path: str, places: list[str]) -> bool:
    return any(path.startswith(place) or path.endswith(place) for place in places)


def check_libraries(path: str, text: str) -> list[str]:
    return [
        f"{path}:{line}: <{included}> belongs in {', '.join(places)}"
        for line, _, included in includes(text)
        for library, places in KEPT_TO.items()
        if included.startswith(library) and not allowed(path, places)
    ]


def check_words(path: str, text: str) -> list[str]:
    found = []
    for number, line in enumerate(without_comments_and_texts(text).splitlines(), 1):
        found += [
            f"{path}:{number}: {match[0]}: {reason}"
            for pattern, places, reason in FORBIDDEN
            if (match := pattern.search(line)) and not allowed(path, places)
        ]
    for number, line in enumerate(text.splitlines(), 1):
        if match := UNFINISHED.search(line):
            found.append(f"{path}:{number}: {match[0]}: finish it, or open an issue")
    return found


def check_tests_listed() -> list[str]:
    found = []
    for test in sorted((ROOT / "src").rglob("*_test.cc")):
        folder = next(p for p in test.parents if (p / "CMakeLists.txt").exists())
        name = test.relative_to(folder).as_posix()
        listed = re.search(rf"(?<![\w/]){re.escape(name)}\b", (folder / "CMakeLists.txt").read_text(encoding="utf-8"))
        if not listed:
            found.append(f"{test.relative_to(ROOT)}: no CMakeLists.txt lists it, so nobody runs it")
    return found


def main() -> int:
    found = check_tests_listed()
    sizes = collections.Counter()
    for file in cxx_files("src", "tests"):
        path, text = file.as_posix(), read(file)
        sizes[path] = text.count("\n")
        if path.startswith("src/"):
            found += check_libraries(path, text) + check_words(path, text)
    for path, lines in sizes.most_common():
        if lines > LINES_AT_MOST:
            found.append(f"{path}: {lines} lines, at most {LINES_AT_MOST}: split it by meaning")
        elif lines > LINES_AIMED_AT:
            print(f"note: {path} has {lines} lines, aim under {LINES_AIMED_AT}")
    if sizes:
        print(f"{len(sizes)} files, median {statistics.median(sizes.values()):.0f} lines")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
