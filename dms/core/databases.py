"""A database as its address names it: one server, several of which one is the primary, or a pooler in front of it."""

from urllib.parse import parse_qsl, unquote, urlsplit

from dms.core.untyped import Facts

REPLICA = "replica"
"""The alias of the standby that long reads may go to (``dms.core.replica``)."""


def database(url: str, *, pooled: bool = False) -> Facts:
    """``postgresql://user:password@host:port/name`` as Django's dictionary; what follows a ``?`` is for libpq (``sslmode=…``).

    Of several hosts (``@one:5432,two:5432``) libpq takes the one that may be written: after a promotion nothing has to be told.
    """
    parts = urlsplit(url)
    hosts = [urlsplit(f"//{host}") for host in parts.netloc.rpartition("@")[2].split(",")]
    options: Facts = {"connect_timeout": 5, **dict(parse_qsl(parts.query))}
    if len(hosts) > 1:
        options.setdefault("target_session_attrs", "read-write")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": ",".join(host.hostname or "" for host in hosts),
        "PORT": ",".join(str(host.port or "") for host in hosts),
        # To connect costs more than most pages; a server that was replaced is left within a minute.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # a cursor that outlives its transaction would stay behind on a connection that the pooler gives to somebody else
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "OPTIONS": options,
    }


def replica(url: str) -> Facts:
    """The standby: not waited for long, because the primary answers as well; in tests it is the primary."""
    made = database(url)
    options = {**made["OPTIONS"], "connect_timeout": 2}
    return {**made, "OPTIONS": options, "TEST": {"MIRROR": "default"}}


def s3(bucket: str, *, endpoint: str, region: str, key: str, secret: str) -> Facts:
    """Files in a bucket that every web and worker reaches. Its addresses are given to nobody: our own pages serve the files."""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": endpoint or None,
            "region_name": region or None,
            "access_key": key or None,
            "secret_key": secret or None,
        },
    }
