"""Settings of the real workers that tests start: files on disk, where the test can read them, and the jobs of the tests."""

from tests.settings import *  # noqa: F403

STORAGES = {**STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}  # noqa: F405
CELERY_INCLUDE = ["tests.dms.stack_jobs"]
