"""``python -m catalogues``: bring the catalogues to what the source says, and compile them."""

from __future__ import annotations

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lemonade_server.project.settings")
    django.setup()
    from . import files
    from .source import source_catalogue

    source = source_catalogue()
    for language in files.languages():
        files.update(language, source)
        missing = sum("not translated" in fault for fault in files.faults(language, source))
        print(f"{language}: {len(source)} messages, {missing} to be translated")


if __name__ == "__main__":
    main()
