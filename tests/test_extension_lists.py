"""The lists of extensions of each protocol: what can't work stops the server, with its name."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from lemonade_server.extensions.loader import BadList, load, needs
from lemonade_server.imap import ext as imap
from lemonade_server.managesieve import ext as managesieve
from lemonade_server.sieve import ext as sieve
from lemonade_server.submission import ext as submission

from .processes import ROOT

SETTINGS = "lemonade_server.project.settings"
PACKAGES = (imap, managesieve, sieve, submission)
each_package = pytest.mark.parametrize(
    "package", PACKAGES, ids=[each.PROTOCOL for each in PACKAGES]
)
NEEDS = [
    pytest.param(package, name, need, id=f"{package.PROTOCOL} {name} {need}")
    for package in PACKAGES
    for name, module in zip(package.NAMES, load(package), strict=True)
    for need in needs(module)
]


def files_of(package: ModuleType, name: str) -> list[Path]:
    """Its file, or those of the folder of its name."""
    assert package.__file__ is not None
    folder = Path(package.__file__).parent
    file = folder / f"{name}.py"
    return [file] if file.is_file() else list((folder / name).rglob("*.py"))


@each_package
def test_what_an_extension_imports_it_declares(package: ModuleType) -> None:
    absolute = rf"from {re.escape(package.__name__)}\.(\w+)[. ]"
    found = re.compile(rf"^\s*(?:{absolute}|from \.(\w+) import)", re.MULTILINE)
    for name, module in zip(package.NAMES, load(package), strict=True):
        for file in files_of(package, name):
            text = file.read_text("utf-8")
            used = {first or second for first, second in found.findall(text)}
            assert used - {name} <= set(needs(module)), file


@each_package
def test_every_file_stands_in_the_list(package: ModuleType) -> None:
    assert package.__file__ is not None
    found = {
        path.stem
        for path in Path(package.__file__).parent.iterdir()
        if not path.name.startswith("_") and (path.is_dir() or path.suffix == ".py")
    }
    assert found == set(package.NAMES)


@each_package
def test_an_unknown_extension_is_refused_by_name(package: ModuleType) -> None:
    with pytest.raises(BadList, match=f"no {package.PROTOCOL} extension 'uidonyl'"):
        load(package, (*package.NAMES, "uidonyl"))


@each_package
def test_a_name_stands_once_in_the_list(package: ModuleType) -> None:
    with pytest.raises(BadList, match=f"'{package.NAMES[0]}' is listed twice"):
        load(package, (*package.NAMES, package.NAMES[0]))


@pytest.mark.parametrize(("package", "name", "need"), NEEDS)
def test_an_extension_whose_need_is_missing_is_refused_by_name(
    package: ModuleType, name: str, need: str
) -> None:
    listed = tuple(each for each in package.NAMES if each != need)
    with pytest.raises(BadList, match=rf"'\w+' needs '{need}', which is not listed"):
        load(package, listed)
    with pytest.raises(BadList, match=f"'{name}' needs "):
        load(package, (name,))


@pytest.mark.parametrize(
    ("package", "change", "words"),
    [
        (imap, "+ ('nosuch',)", "there is no IMAP extension 'nosuch': is its name spelled right?"),
        (submission, "[1:]", "the submission extension 'mail' needs 'session_commands', which"),
        (managesieve, "[1:]", "the ManageSieve extension 'capability' needs 'authenticate', which"),
    ],
)
def test_the_server_does_not_start_with_a_list_that_can_not_work(
    package: ModuleType, change: str, words: str
) -> None:
    """One line says why, and nothing else."""
    script = (
        f"import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = '{SETTINGS}'; "
        f"import {package.__name__} as ext; ext.NAMES = ext.NAMES {change}; "
        "sys.argv = ['manage.py', 'mail']; import manage; manage.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(words)
