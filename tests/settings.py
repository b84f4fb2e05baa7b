"""Settings of the tests: as a development machine, plain static files, quick passwords."""

import hashlib
import os
from urllib.parse import urlsplit

os.environ.setdefault("DMS_DEBUG", "1")
os.environ.setdefault("DMS_DEMO", "1")
os.environ.setdefault("DMS_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
os.environ.setdefault("DMS_STATIC_FINDERS", "1")

# Tests run as the application does, by a role that owns nothing; only their database is made by its owner (tests/owner.py).
if not os.environ.get("DMS_OWNER_DATABASE_URL"):
    owner = os.environ["DMS_OWNER_DATABASE_URL"] = os.environ["DATABASE_URL"]
    login, place = urlsplit(owner).netloc.rpartition("@")[::2]
    role = f"dms_tests:{hashlib.sha256(owner.encode()).hexdigest()[:32]}"
    os.environ["DATABASE_URL"] = owner.replace(f"{login}@{place}", f"{role}@{place}", 1)

from dms.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True  # look for a file when it is asked for: reading them all costs each new client 0.2 s
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 # whitenoise warns of a folder that is not there
