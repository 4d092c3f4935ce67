"""A private rspamd on loopback, with a configuration, a port and one rule of its own."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.mailserver import free_ports

START_SECONDS = 120.0
COMMAND = shutil.which("rspamd")

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
"""What every spam filter refuses, to be tested with."""

# Few top-level domains: compiling the patterns of all takes a quarter of a minute.
CONFIG = """
options {{
    pidfile = "{folder}/pid";
    control_socket = "{folder}/control mode=0600";
    temp_dir = "{folder}";
    hs_cache_dir = "{folder}";
    url_tld = "{folder}/tld";
    disable_hyperscan = true;
    filters = "";
    dns {{ nameserver = ["127.0.0.1:1"]; timeout = 0.1s; retransmits = 1; }}
}}
logging {{ type = "file"; filename = "{folder}/log"; }}
actions {{ reject = 15; "add header" = 6; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; mime = true; }}
lua = "{folder}/rule.lua";
"""
RULE = """
rspamd_config:register_symbol{
  name = 'UNWANTED', score = 7.5,
  callback = function(task)
    return (task:get_subject() or ''):find('unwanted') ~= nil, 1.0
  end,
}
"""


@contextmanager
def running() -> Iterator[str]:
    """An rspamd that takes subjects with "unwanted" for spam; its URL.

    Its folder is not below pytest's, which others may not enter: its workers may change their user.
    """
    assert COMMAND is not None
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="rspamd-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "tld").write_text("com\norg\ntest\n")
        (folder / "rule.lua").write_text(RULE)
        (folder / "config").write_text(CONFIG.format(folder=folder, port=port))
        # -i: as root, too, where that is who runs the tests.
        words = [COMMAND, "-f", "-i", "-c", str(folder / "config")]
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(words, stdout=output, stderr=output)
        try:
            _wait(process, f"http://127.0.0.1:{port}", folder)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"{url}/ping", timeout=5) as answer:
            if answer.read().strip() == b"pong":
                return
        time.sleep(0.1)
    raise TimeoutError((folder / "output").read_text("utf-8", "replace"))
