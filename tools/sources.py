"""The source files that the checks read."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def cxx_files(*folders: str) -> list[pathlib.Path]:
    """Every .h and .cc under the folders, sorted, relative to the root."""
    found = []
    for folder in folders:
        for pattern in ("*.h", "*.cc"):
            found += (ROOT / folder).rglob(pattern)
    return sorted(path.relative_to(ROOT) for path in found)


def read(path: pathlib.Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def includes(text: str) -> list[tuple[int, bool, str]]:
    """(line, quoted, path) of each include."""
    return [(text.count("\n", 0, m.start()) + 1, m[1] == '"', m[2]) for m in INCLUDE.finditer(text)]


def without_comments_and_texts(text: str) -> str:
    """The code with comments, string and character literals blanked, line breaks kept."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-zA-Z_])\'(?:\\.|[^\'\\\n])+\'',
        re.DOTALL,
    )
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
