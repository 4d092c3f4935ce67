"""``python -m catalogues``: bring the catalogues to what the source says, and compile them."""

from __future__ import annotations

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lemonade_server.project.settings")
    django.setup()
    from . import files
    from .source import source_catalogues

    sources = source_catalogues()
    for language in files.languages():
        files.update(language, sources)
        for domain, source in sources.items():
            found = files.faults(language, domain, source)
            missing = sum("not translated" in fault for fault in found)
            print(f"{language}/{domain}: {len(source)} messages, {missing} to be translated")


if __name__ == "__main__":
    main()
