"""Settings of the tests: as a development machine, plain static files, quick passwords."""

import os

os.environ.setdefault("DMS_DEBUG", "1")
os.environ.setdefault("DMS_DEMO", "1")
os.environ.setdefault("DMS_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
os.environ.setdefault("DMS_STATIC_FINDERS", "1")

from dms.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True  # look for a file when it is asked for: reading them all costs each new client 0.2 s
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 # whitenoise warns of a folder that is not there
