"""`make locks`: name every package by version and hash, for all platforms, without the name of any index."""

from __future__ import annotations

import shutil

from devstack.environment import Environment, base_python, find_uv, index_settings, last_line, lock
from devstack.frontend import run_npm
from devstack.places import ROOT, VAR, VENV
from devstack.processes import quietly
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
    command = [str(uv), *COMPILE.split(), "--custom-compile-command", "make locks", f"{name}.in", "-o", f"{name}.txt"]
    done = quietly(command, cwd=ROOT / "requirements", env=index_settings(base_python()))
    if done.returncode:
        raise Trouble(f"{lock(name).name} could not be compiled: {last_line(done.stderr)}")


def compile_npm() -> None:
    work = VAR / "npm"
    run_npm(work, "package-lock.json could not be made", "install", "--package-lock-only")
    shutil.copy(work / "package-lock.json", ROOT)
    shutil.rmtree(work)
