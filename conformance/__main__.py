"""``python -m conformance``: write docs/conformance.md; ``xref`` or ``index FOLDER`` instead."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import sections
from .citations import MADE, citations, wrong
from .requirements import unexplained_codes
from .xref import listing


def main() -> int:
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=("document", "xref", "index"), default="document"
    )
    parser.add_argument("folder", nargs="?", type=Path, help="of rfc*.txt, for index")
    arguments = parser.parse_args()
    if arguments.what == "index":
        if arguments.folder is None:
            parser.error("index needs the folder of the texts")
        print(f"{sections.write(arguments.folder)} RFCs in {sections.INDEX}")
        return 0
    if arguments.what == "xref":
        return _xref()

    from .document import build_document  # loads the server's registries

    MADE.write_text(build_document(), encoding="utf-8")
    print(f"{MADE.relative_to(MADE.parent.parent)} is written")
    return 0


def _xref() -> int:
    """Show where each section is cited; 1 when what is cited is nowhere."""
    index = sections.read()
    found = citations(index)
    print(listing(found, index))
    missing = wrong(found, index)
    for one in missing:
        print(f"{one.path}:{one.line}: RFC {one.rfc} has no §{one.section}", file=sys.stderr)
    strange = unexplained_codes()
    for mention in strange:
        print(
            f"{mention.path}:{mention.line}: docs/requirements.md has no {mention.code}",
            file=sys.stderr,
        )
    return 1 if missing or strange else 0


if __name__ == "__main__":
    sys.exit(main())
