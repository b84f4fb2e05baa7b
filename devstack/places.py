"""Where things are: the checkout, its run data, and the packages inside its environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from devstack.say import Trouble, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"
VENDOR = ROOT / "vendor"
IS_ROOT = os.geteuid() == 0


def package_dir(name: str) -> Path:
    """The directory of an installed package, found without importing it."""
    places = [*sorted(VENV.glob("lib/python3*/site-packages")), *map(Path, filter(None, sys.path))]
    for place in places:
        if (place / name).is_dir():
            return place / name
    raise Trouble(f"The package {name} is not installed: run `make run` or `make test` once, they install it.")


def database_user() -> str:
    """Postgres refuses to run as root; then it runs as this account."""
    return os.environ.get("PG_OS_USER", "nobody")


def reachable(place: Path) -> bool:
    """Whether the account that runs Postgres can enter this directory."""
    if not IS_ROOT:
        return os.access(place, os.X_OK)
    probe = subprocess.run(
        ["/bin/ls", "-d", f"{place}/."], user=database_user(), extra_groups=[], check=False, capture_output=True
    )
    return probe.returncode == 0


def data_home() -> Path:
    """The place of the databases: var/, or a directory outside a locked home when Postgres may not enter it."""
    VAR.mkdir(exist_ok=True)
    if not IS_ROOT or reachable(VAR):
        return VAR
    own = Path("/var/lib") / f"dms-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"
    own.mkdir(mode=0o755, parents=True, exist_ok=True)
    status = own.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0:
        raise Trouble(f"{own} is not a directory of root: remove it, the databases are to live there.")
    if not reachable(own):
        raise Trouble(f"Postgres may not run as root and {database_user()} may enter neither {VAR} nor {own}.")
    say(f"  · {VAR} is closed to {database_user()}, who runs Postgres for root: the database lives in {own}")
    return own


def throw_away_home(prefix: str, megabytes: int = 1500) -> Path:
    """A fresh directory for throw-away databases, in memory where there is enough of it."""
    for base in (Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if not base.is_dir() or not os.access(base, os.W_OK) or shutil.disk_usage(base).free < megabytes * 1_000_000:
            continue
        home = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
        home.chmod(0o755)
        if reachable(home):
            return home
        home.rmdir()
    raise Trouble(f"Neither /dev/shm nor /tmp has {megabytes} MB free for the throw-away database: free some.")


def cache_environment() -> dict[str, str]:
    """The environment for installers: their caches move under var/ when the home directory cannot be written."""
    env = dict(os.environ)
    home = Path.home() if os.environ.get("HOME") else Path("/nonexistent")
    if not os.access(home, os.W_OK):
        cache = VAR / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        env["HOME"] = str(cache)
        env.setdefault("UV_CACHE_DIR", str(cache / "uv"))
        env.setdefault("PIP_CACHE_DIR", str(cache / "pip"))
        env.setdefault("npm_config_cache", str(cache / "npm"))
    return env
