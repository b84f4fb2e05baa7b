"""What a production process sends, and without what it does not start."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db
PASSWORD = "orange-bicycle-47"
SIGN_IN = "/sign-in/"


PRODUCTION = {
    "PATH": os.environ["PATH"],
    "DMS_SECRET_KEY": "k" * 60,
    "DATABASE_URL": "postgresql://u:p%40w@db:5432/dms",
    "DMS_ALLOWED_HOSTS": "dms.example",
    "DJANGO_SETTINGS_MODULE": "dms.settings",
}


def production(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python as a production process would."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**PRODUCTION, **env},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_speaks_https_only_and_keeps_its_cookies_to_it():
    expected = {
        "DEBUG": False,
        "DEMO": False,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "ALLOWED_HOSTS": ["dms.example"],
    }
    code = (
        f"import json; from dms import settings as s; print(json.dumps({{n: getattr(s, n) for n in {list(expected)}}}))"
    )
    done = production(code)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected


@pytest.mark.parametrize("missing", ["DMS_SECRET_KEY", "DATABASE_URL"])
def test_production_does_not_start_without_its_secrets(missing):
    done = production(f"import os; del os.environ[{missing!r}]; import dms.settings")
    assert done.returncode != 0
    assert f"Set the environment variable {missing}" in done.stderr


def test_a_password_with_signs_survives_the_database_address():
    done = production("from dms import settings; print(settings.DATABASES['default']['PASSWORD'])")
    assert done.stdout.strip() == "p@w"


def printed(code: str, **env: str) -> Any:
    done = production(f"import json; from dms import settings as s; print(json.dumps({code}))", **env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_of_several_servers_the_one_that_may_be_written_is_looked_for():
    two = printed("s.DATABASES['default']", DATABASE_URL="postgresql://u:p@one:5432,two:5433/dms?sslmode=require")
    assert (two["HOST"], two["PORT"]) == ("one,two", "5432,5433")
    assert two["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require", "target_session_attrs": "read-write"}


def test_without_a_standby_everything_is_at_one_place():
    assert printed("[list(s.DATABASES), s.DATABASE_ROUTERS]") == [["default"], []]


def test_a_standby_is_a_second_database_that_only_the_router_uses_and_the_pooler_stands_before_the_first():
    named = {"DATABASE_REPLICA_URL": "postgresql://u:p@standby:5432/dms", "DMS_PGBOUNCER": "1"}
    cursors = "{n: d['DISABLE_SERVER_SIDE_CURSORS'] for n, d in s.DATABASES.items()}"
    assert printed(cursors, **named) == {"default": True, "replica": False}
    assert printed("s.DATABASE_ROUTERS", **named) == ["dms.core.replica.Router"]


def test_files_lie_on_the_disk_or_in_the_bucket_that_is_named():
    assert printed("s.STORAGES['default']['BACKEND']") == "django.core.files.storage.FileSystemStorage"
    bucket = printed("s.STORAGES['default']", DMS_S3_BUCKET="dms", DMS_S3_ENDPOINT="http://bucket:7070")
    assert bucket["BACKEND"] == "storages.backends.s3.S3Storage"
    assert (bucket["OPTIONS"]["bucket_name"], bucket["OPTIONS"]["endpoint_url"]) == ("dms", "http://bucket:7070")


def test_demo_logins_never_meet_the_outside_world():
    done = production(
        "import django; django.setup(); from django.core.management import call_command as c; c('check')", DMS_DEMO="1"
    )
    assert "dms.E005" in done.stderr


def test_passwords_are_stored_hard_to_guess():
    code = "from dms import settings; print(getattr(settings, 'PASSWORD_HASHERS', 'default'))"
    assert production(code).stdout.strip() == "default"


def test_a_process_that_has_read_no_page_knows_every_kind_of_job():
    """A worker is asked for the export of a list without ever having been asked for the list."""
    code = "import django; django.setup(); from dms.background import jobs; print(*sorted(jobs.KINDS))"
    known = production(code)
    assert "export_table" in known.stdout.split(), known.stderr
