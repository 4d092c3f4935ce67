"""Which sections each RFC has: the committed index, and how it is made from the texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

INDEX = Path(__file__).with_name("sections.txt")

_NUMBER = r"\d{1,2}(?:\.\d{1,2})*"
_HEADING = re.compile(rf"({_NUMBER}|[A-Z]\.\d{{1,2}}(?:\.\d{{1,2}})*)\.?:? +\S")
_CONTENTS = re.compile(
    rf" +((?:{_NUMBER})|[A-Z]\.\d{{1,2}}(?:\.\d{{1,2}})*)\.? +[^ ].*(?:\. ?){{3,}} *\d*$"
)
_APPENDIX = re.compile(r" *(?:Appendix|APPENDIX) ([A-Z])\b")
_TITLE_LIMIT = 160


@dataclass(slots=True)
class Document:
    """An RFC: its title, and the numbers of its sections and appendices."""

    title: str
    sections: set[str]

    def has(self, section: str) -> bool:
        """Whether there is such a section, or one below it."""
        return section in self.sections or any(
            known.startswith(section + ".") for known in self.sections
        )


def read() -> dict[int, Document]:
    """The index: one RFC a line, its number, title and sections with tabs between."""
    found: dict[int, Document] = {}
    for line in INDEX.read_text(encoding="utf-8").splitlines():
        number, title, sections = line.split("\t")
        found[int(number)] = Document(title, set(sections.split()))
    return found


def write(folder: Path) -> int:
    """Make the index from ``rfc<number>.txt`` files; how many there were."""
    lines: list[str] = []
    for path in sorted(folder.glob("rfc*.txt"), key=lambda path: int(path.stem[3:])):
        text = path.read_text(encoding="utf-8", errors="replace")
        document = parse(text)
        numbers = " ".join(sorted(document.sections, key=order))
        lines.append(f"{path.stem[3:]}\t{document.title}\t{numbers}\n")
    INDEX.write_text("".join(lines), encoding="utf-8")
    return len(lines)


def parse(text: str) -> Document:
    """What the text of an RFC has."""
    return Document(_title(text), set(_sections(text)))


def order(section: str) -> list[tuple[int, int, str]]:
    """A sort key: numbers by value, appendices after them, the whole first."""
    parts = section.split(".") if section else []
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def _sections(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if found := _HEADING.match(line) or _CONTENTS.match(line) or _APPENDIX.match(line):
            yield found[1]


def _title(text: str) -> str:
    """The centred lines between the heading block and the first section."""
    blocks = [
        block for block in re.split(r"\n[ \t\f]*\n", text.lstrip("\ufeff\n \f")) if block.strip()
    ]
    for block in blocks[1:6]:
        lines = block.strip("\n").splitlines()
        if all(line.startswith("   ") for line in lines):
            return " ".join(" ".join(lines).split())[:_TITLE_LIMIT]
    return ""
