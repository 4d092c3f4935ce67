"""The product's settings over a folder that lasts as long as the tests.

pytest-django reads the settings before any conftest is imported; the folder must be known by then.
Processes that a test starts inherit it, but the product's own settings.
"""

import os
import tempfile

FOLDER = tempfile.TemporaryDirectory(prefix="lemonade-tests-")
os.environ["LEMONADE_DATA"] = FOLDER.name

from lemonade_server.project.settings import *  # noqa: E402, F403

os.environ["DJANGO_SETTINGS_MODULE"] = "lemonade_server.project.settings"
