"""`make locks`: name every package by version and hash, for all platforms, without the name of any index."""

from __future__ import annotations

import shutil
import subprocess

from devstack.environment import Environment, base_python, find_uv, index_settings, last_line, lock
from devstack.frontend import npm, reason
from devstack.places import ROOT, VAR, VENV, cache_environment
from devstack.say import Trouble, step

# Pins stay until somebody takes them out; tests/devstack/test_locks.py holds the lists to the same versions.
NAMES = ("runtime", "tools", "local", "dev", "bootstrap")
COMPILE = (
    "pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links"
)


def compile_all() -> int:
    Environment(VENV, "runtime", "local", "dev").ensure()
    for name in NAMES:
        with step(f"requirements/{name}.txt"):
            compile_python(name)
    with step("package-lock.json"):
        compile_npm()
    return 0


def compile_python(name: str) -> None:
    uv = find_uv(base_python(), VENV)
    if uv is None:
        raise Trouble("There is no uv for this machine, and locks are made by uv: make them on another one.")
    done = subprocess.run(
        [uv, *COMPILE.split(), "--custom-compile-command", "make locks", f"{name}.in", "-o", f"{name}.txt"],
        cwd=ROOT / "requirements",
        env=index_settings(base_python()),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Trouble(f"{lock(name).name} could not be compiled: {last_line(done.stderr)}")


def compile_npm() -> None:
    """npm writes the lock in a directory of its own, so that no node_modules appears in the checkout."""
    work = VAR / "npm"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, work)
    done = subprocess.run(
        [*npm(), "install", "--package-lock-only", "--ignore-scripts"],
        cwd=work,
        env=cache_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Trouble(f"package-lock.json could not be made: {reason(done.stderr)}")
    shutil.copy(work / "package-lock.json", ROOT)
    shutil.rmtree(work)
