#!/usr/bin/env python3
"""The command line of the project: ``manage.py help``."""

import gc
import os
import sys


def main() -> None:
    """Run one management command.

    While modules are loaded there is no garbage, and to look for it would take a fifth of the time.
    ``keep_what_is_loaded`` ends that.
    """
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lemonade_server.project.settings")
    from django.core.management import execute_from_command_line

    from lemonade_server.extensions.loader import BadList
    from lemonade_server.project.environment import SettingError

    try:
        execute_from_command_line(sys.argv)
    except (SettingError, BadList) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
