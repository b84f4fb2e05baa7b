"""The Python environment: made from the hash-locked requirements, stamped last, rebuilt when the stamp is not right."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from devstack.places import ROOT, VENV, cache_environment
from devstack.processes import quietly
from devstack.say import Trouble, require_space, say, step

OLDEST = (3, 11)
PIP_INSTALL = ("install", "--require-hashes", "--disable-pip-version-check", "-q", "-r")
NETWORK = re.compile(
    r"dns error|error sending request|failed to lookup|Connection refused|timed out|Network is unreachable"
    r"|Temporary failure in name resolution|NewConnectionError|Could not connect|Failed to establish",
    re.IGNORECASE,
)

INDEX_SETTINGS = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}


def lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def digest(name: str) -> str:
    return hashlib.sha256(lock(name).read_bytes()).hexdigest()


class Environment:
    """One virtual environment; it counts as made when its stamp tells the lock, the Python and the place it is for."""

    def __init__(self, place: Path, *names: str) -> None:
        """The last name is the lock to install; those before it are contained in it."""
        self.place = place
        self.names = names
        self.stamp = place / ".stamp"
        self.python = place / "bin" / "python"

    def read(self) -> dict[str, str]:
        try:
            stamped = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        return stamped if isinstance(stamped, dict) else {}

    def expected(self) -> dict[str, str]:
        return {"place": str(self.place), **{name: digest(name) for name in self.names}}

    def is_current(self) -> bool:
        """A test environment serves a run as well: more than was asked for does no harm."""
        stamped = self.read()
        if any(stamped.get(key) != value for key, value in self.expected().items()):
            return False
        return self.python.exists() and self._version() == stamped.get("python")

    def _version(self) -> str | None:
        answer = quietly([self.python, "-c", "import sys; print(*sys.version_info[:2], sep='.')"])
        return answer.stdout.strip() if answer.returncode == 0 else None

    def ensure(self) -> None:
        if self.is_current():
            return
        if self.place == VENV and "dev" in self.read():
            self.names = ("runtime", "local", "dev")  # who tested once will test again
        require_space(self.place.parent, 1500)
        if self.place.exists():
            why = "its packages are out of date" if self.read() else "it is half-made"
            say(f"  · {self.place.name} is made anew: {why}")
        python = base_python()
        with step("Python environment"):
            shutil.rmtree(self.place, ignore_errors=True)
            create(python, self.place)
        with step(f"Python packages of requirements/{self.names[-1]}.txt") as note:
            note.append(install(python, self.place, self.names[-1]))
        self._finish()

    def _finish(self) -> None:
        for packages in self.place.glob("lib/python3*/site-packages"):
            (packages / "checkout.pth").write_text(f"{ROOT}\n")  # so that plain `pytest` finds the repository
        new = self.stamp.with_suffix(".new")
        new.write_text(json.dumps({**self.expected(), "python": self._version()}))
        new.replace(self.stamp)


def base_python() -> str:
    """The interpreter under this one: building .venv from inside .venv would pull out its own ground."""
    return getattr(sys, "_base_executable", None) or sys.executable


def installer(command: Sequence[str | Path], env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return quietly(command, env=env or cache_environment(), cwd=ROOT)


def create(python: str, place: Path) -> None:
    """An empty environment. `--without-pip`: Debian ships the venv module without what pip needs."""
    made = installer([python, "-m", "venv", "--without-pip", place])
    if made.returncode == 0:
        return
    uv = shutil.which("uv")
    if uv and installer([uv, "venv", "--python", python, "--clear", place]).returncode == 0:
        return
    give_up_if_named(made.stderr)
    raise Trouble(f"This Python cannot make environments: install its venv module, {how_to_get('venv')}.")


def how_to_get(module: str) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if shutil.which("apt-get"):
        return f"for instance by `apt-get install python{version}-venv python3-pip`"
    if shutil.which("dnf"):
        return "for instance by `dnf install python3-pip`"
    if sys.platform == "darwin":
        return "for instance by `brew install python`"
    return f"the {module} package of your system's Python"


def install(python: str, place: Path, name: str) -> str:
    """Install one lock with uv, which takes seconds, or with pip where there is no uv for the machine."""
    uv = find_uv(python, place)
    if uv:
        calm = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "UV_NO_CONFIG_WARN": "1"}
        env = {**index_settings(python), **calm}
        target = place / "bin" / "python"
        done = installer([uv, "pip", "install", "--python", target, "--require-hashes", "-r", lock(name)], env)
        if done.returncode == 0:
            return "uv"
        give_up_if_named(done.stderr)
        say(f"  · uv could not do it ({last_line(done.stderr)}): pip tries")
    pip = find_pip(python, place)
    if pip is None:
        raise Trouble(f"This Python has no pip: install it, {how_to_get('pip')}.")
    done = installer([*pip, *PIP_INSTALL, lock(name)])
    if done.returncode:
        give_up_if_named(done.stdout + done.stderr)
        raise Trouble(f"The packages of requirements/{name}.txt could not be installed: {last_line(done.stderr)}")
    return "pip"


def find_uv(python: str, place: Path) -> Path | None:
    """The locked uv, put into the environment itself; one on the PATH if there is no pip to fetch it with."""
    pip = find_pip(python, place)
    if pip:
        done = quietly(
            [*pip, "install", "--require-hashes", "--disable-pip-version-check", "-q", "-r", lock("bootstrap")]
        )
        if done.returncode == 0:
            return place / "bin" / "uv"
        give_up_if_named(done.stdout + done.stderr)
    on_path = shutil.which("uv")
    return Path(on_path) if on_path else None


def find_pip(python: str, place: Path) -> list[str | Path] | None:
    """A pip that installs into the place: that of the interpreter below, or the one Python carries along."""
    target = place / "bin" / "python"
    if installer([target, "-m", "pip", "--version"]).returncode == 0:
        return [target, "-m", "pip"]
    below: list[str | Path] = [python, "-m", "pip", "--python", target]
    if installer([*below, "--version"]).returncode == 0:
        return below
    if installer([target, "-m", "ensurepip", "--default-pip"]).returncode == 0:
        return [target, "-m", "pip"]
    return None


def index_settings(python: str) -> dict[str, str]:
    """Hand pip's index settings to uv, which reads its own only: a mirror is set in pip more often than in uv."""
    env = cache_environment()
    if any(key in env for key in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_CONFIG_FILE")):
        return env
    listed = installer([python, "-m", "pip", "config", "list"]).stdout
    told = dict(re.findall(r"^[\w:.]*\.([\w-]+)='(.*)'$", listed, re.MULTILINE))
    for option, variable in INDEX_SETTINGS.items():
        if told.get(option):
            env[variable] = " ".join(told[option].replace("\\n", " ").split())
    if "UV_INDEX" in env:
        env["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does; the hashes decide what is let in
    if "cert" in told and Path(told["cert"]).exists():
        env.setdefault("SSL_CERT_FILE", told["cert"])
    return env


def give_up_if_named(told: str) -> None:
    """Name the two troubles that trying again with another installer would not heal."""
    if "No space left" in told or "os error 28" in told:
        raise Trouble("The disk is full: free at least 2 GB and run the same command again.")
    if NETWORK.search(told):
        raise Trouble(
            "No network to the Python package index: connect once (or name a mirror in pip's configuration); "
            "later runs need none."
        )
    if "hash" in told.lower() and "mismatch" in told.lower():
        raise Trouble(f"A package is not the one in the lock and is not installed: {last_line(told)}")


def last_line(told: str) -> str:
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
