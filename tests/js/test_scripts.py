"""The pages' scripts: their unit tests by Node's own runner, and the bundles that are served."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT

NODE = shutil.which("node")
BUNDLES = ROOT / "static" / "webmail" / "bundles"
FILES = sorted(Path(__file__).parent.rglob("*.test.js"))


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_script_does_what_its_tests_say(path: Path) -> None:
    assert NODE is not None
    done = subprocess.run(
        [NODE, "--test", "--test-reporter=spec", str(path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and "tests 0" not in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(
    not (ROOT / "node_modules" / "esbuild").exists(), reason="esbuild is not installed"
)
def test_the_bundles_are_made_of_these_modules(tmp_path: Path) -> None:
    subprocess.run(
        ["npm", "run", "--silent", "build", "--", f"--outdir={tmp_path}"],
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in BUNDLES.iterdir()}
    assert made == kept, "make them anew: npm run build"


def test_pages_load_bundles_alone() -> None:
    """Each module by itself would cost a request."""
    templates = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "templates" / "webmail").rglob("*.html")
    )
    scripts = set(re.findall(r"webmail/[\w/]+\.js", templates))
    assert scripts == {f"webmail/bundles/{path.name}" for path in BUNDLES.iterdir()}
