"""Libraries that browsers get: pinned, with checksum and licence."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARIES = ("squire-rte", "dompurify")


def test_each_is_pinned_with_its_checksum_and_its_licence() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    licences = (ROOT / "static/webmail/writing/editor/LICENSES.txt").read_text()
    for name in LIBRARIES:
        entry = locked[f"node_modules/{name}"]
        assert entry["version"] == wanted[name] and entry["integrity"].startswith("sha512-")
        assert f"{name} {wanted[name]} (" in licences
