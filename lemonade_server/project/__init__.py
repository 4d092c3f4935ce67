"""The project: the only place that names both applications.

The Celery application is made here, so that it is there in every process that has settings.
"""

from .celery import app as celery_app

__all__ = ["celery_app"]
