"""``make fuzz``: each target for a while under atheris, which looks for new paths by coverage.

``python -m tests.fuzz [TARGET…] [--seconds N] [--keep FOLDER]``. A crash prints its input and is
kept as a file; exits with 1 when there was one.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = (
    *("imap_framer", "smtp_framer", "inflate", "imap_commands", "imap_url", "smtp_commands"),
    *("words", "message", "header", "body", "sieve", "managesieve"),
)
LONGEST = 4_096


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", choices=[*NAMES, []], help="all when none is named")
    parser.add_argument("--seconds", type=int, default=20, help="for each target [20]")
    parser.add_argument("--keep", type=Path, default=Path("var/fuzz"), help="inputs that matter")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        _fuzz(asked.target[0], asked.seconds, asked.keep)
        return 0
    try:
        importlib.import_module("atheris")
    except ImportError:
        print("atheris is not installed: it comes with the development dependencies on x86_64")
        return 0
    failed = [name for name in asked.target or NAMES if not _run(name, asked.seconds, asked.keep)]
    print("failed: " + ", ".join(failed) if failed else "no crash")
    return 1 if failed else 0


def _run(name: str, seconds: int, keep: Path) -> bool:
    """One target in a process of its own: the fuzzer ends it."""
    print(f"{name}: {seconds} s", flush=True)
    command = [sys.executable, "-m", "tests.fuzz", name, "--inside"]
    done = subprocess.run(
        [*command, "--seconds", str(seconds), "--keep", str(keep)],
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        print(done.stdout[-4_000:] + done.stderr[-8_000:])
    else:
        print("  " + next((line for line in done.stderr.splitlines()[::-1] if "DONE" in line), ""))
    return not done.returncode


def _fuzz(name: str, seconds: int, keep: Path) -> None:
    """Does not return: libFuzzer exits."""
    import atheris  # type: ignore[import-untyped]
    import django

    with atheris.instrument_imports(include=["lemonade_server"]):
        from tests import settings as _settings  # noqa: F401  (a data folder of its own)

        django.setup()
        from .targets import TARGETS
    target = TARGETS[name]
    folder = keep / name
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".dict") as words:
        words.writelines(f'"{_escaped(word)}"\n' for word in target.words)
        words.flush()
        options = [
            f"-max_total_time={seconds}",
            f"-max_len={LONGEST}",
            f"-dict={words.name}",
            f"-artifact_prefix={folder}/",
            "-len_control=10",
            "-timeout=20",
            "-rss_limit_mb=1500",
            "-print_final_stats=0",
        ]
        atheris.Setup([sys.argv[0], *options, str(folder)], target.run)
        atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in word)


if __name__ == "__main__":
    sys.exit(main())
