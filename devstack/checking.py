"""`make test`: every check and every test, all of them run, one table at the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from devstack import chromium, frontend
from devstack.environment import Environment
from devstack.places import ROOT, VAR, VENV
from devstack.processes import quietly, terminate
from devstack.say import Trouble, paint, say, step, write
from devstack.stack import production_environment, without_ours
from devstack.stopping import Stop, Stopped
from devstack.throwaway import Servers

CLOSING = re.compile(r"\d+ (passed|failed|error|errors|skipped|deselected|xfailed)\b|no tests ran")
COLOUR = re.compile(r"\033\[[0-9;]*m")
PRINT_ONE_PAGE = """
import django
django.setup()
from dms.web.pdf import render
assert render("print.html", {}, title="smoke").startswith(b"%PDF")
"""
# As a server names them: one that does not is warned that its messages are not sent.
PROVIDERS = dict.fromkeys(("DMS_CHANNEL_SMS", "DMS_CHANNEL_LETTER"), "dms.background.channels.EmailChannel")
SMOKE = VAR / "venv-runtime"
WORKERS = str(max(2, min(os.cpu_count() or 2, 8)))


@dataclass
class Outcome:
    what: str
    passed: bool
    seconds: float
    told: str = ""


class Checks:
    """Runs commands and knows which are under way, so that Ctrl-C ends them too."""

    def __init__(self) -> None:
        self.under_way: set[subprocess.Popen[str]] = set()

    def run(self, what: str, command: list[str], env: dict[str, str]) -> Outcome:
        began = time.monotonic()
        process = self.start(command, env)
        told, _ = process.communicate()
        self.under_way.discard(process)
        outcome = Outcome(what, process.returncode == 0, time.monotonic() - began, told)
        report(outcome)
        return outcome

    def pytest(self, arguments: list[str], env: dict[str, str]) -> Outcome:
        """Pytest's output as it comes; its closing line is kept for the end of ours."""
        began = time.monotonic()
        colour = "yes" if sys.stdout.isatty() else "no"
        process = self.start([python(), "-m", "pytest", f"--color={colour}", *arguments], env)
        closing = ""
        for line in process.stdout or ():
            write(line)
            if CLOSING.search(line):
                closing = COLOUR.sub("", line).strip()
        process.wait()
        self.under_way.discard(process)
        return Outcome("pytest", process.returncode == 0, time.monotonic() - began, closing)

    def start(self, command: list[str], env: dict[str, str]) -> subprocess.Popen[str]:
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        process = subprocess.Popen[str](command, cwd=ROOT, env=env, text=True, errors="replace", **pipes)
        self.under_way.add(process)
        return process

    def end(self) -> None:
        terminate(self.under_way)


def python() -> str:
    return str(VENV / "bin" / "python")


def report(outcome: Outcome) -> None:
    mark = paint("✓", "32") if outcome.passed else paint("✗", "31")
    say(f"  {mark} {outcome.what}  {outcome.seconds:.1f} s")
    if not outcome.passed and outcome.told.strip():
        say("\n".join(f"      {line}" for line in outcome.told.strip().splitlines()[-60:]))


def test(arguments: list[str]) -> int:
    """All checks, then pytest; with arguments pytest alone."""
    began = time.monotonic()
    stop = Stop()
    stop.listen()
    checks, servers = Checks(), Servers()
    try:
        prepare(servers)
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "dms.settings", "DMS_DEBUG": "1"}
        outcomes = [] if arguments else all_checks(checks, env)
        outcomes.append(checks.pytest(arguments or ["-n", WORKERS, "--dist", "worksteal"], tests_environment()))
    except Stopped:
        raise Trouble("Stopped before the end: nothing is proved.") from None
    finally:
        stop.close()
        checks.end()
        servers.stop()
    return summary(outcomes, time.monotonic() - began)


def prepare(servers: Servers) -> None:
    """The same bootstrap as for a run, plus what only tests need."""
    VAR.mkdir(exist_ok=True)
    Environment(VENV, "runtime", "local", "dev").ensure()
    frontend.ensure(tools=True)
    Environment(SMOKE, "runtime").ensure()
    os.environ["CHROMIUM"] = chromium.ensure()
    with step("throw-away Postgres and Redis") as note:
        servers.start()
        note.append(str(servers.home or "named from outside"))
    with step("translations"):
        env = {**os.environ, "DMS_DEBUG": "1"}
        command = [python(), "manage.py", "translations", "--compile"]
        done = quietly(command, cwd=ROOT, env=env)
        if done.returncode:
            say(done.stderr.strip())


def tests_environment() -> dict[str, str]:
    """Tests choose their own settings: what a developer exported for a run must not change them."""
    return {**without_ours(), "PYTHONUNBUFFERED": "1"}


def all_checks(checks: Checks, env: dict[str, str]) -> list[Outcome]:
    """The quick checks, two at a time, the long one first."""
    bin_dir, manage = VENV / "bin", [python(), "manage.py"]
    production = {**production_environment("dms.example.com", VAR / "smoke"), **PROVIDERS}
    deploy = ["check", "--deploy", "--fail-level", "WARNING"]
    planned: list[tuple[str, list[str], dict[str, str]]] = [
        ("types (mypy)", [python(), "-m", "mypy"], env),
        ("format (ruff)", [str(bin_dir / "ruff"), "format", "--check", "."], env),
        ("format of templates (djangofmt)", [str(bin_dir / "djangofmt"), "--check", "templates"], env),
        ("scripts and style sheets (Biome)", [str(frontend.biome()), "ci", "--error-on-warnings"], env),
        ("lint (ruff)", [str(bin_dir / "ruff"), "check", "."], env),
        ("import contracts", [str(bin_dir / "lint-imports")], env),
        ("Django checks for production", [*manage, *deploy], production),
        ("missing migrations", [*manage, "makemigrations", "--check", "--dry-run"], env),
        ("translations complete", [*manage, "translations", "--check"], env),
        *smoke(production, deploy),
    ]
    say()
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda check: checks.run(*check), planned))


def smoke(env: dict[str, str], deploy: list[str]) -> list[tuple[str, list[str], dict[str, str]]]:
    """The same programs as on a server, in an environment that has only what a server installs."""
    own, name = str(SMOKE / "bin" / "python"), "runtime only:"
    return [
        (f"{name} Django checks", [own, "manage.py", *deploy], env),
        (f"{name} gunicorn", [own, "-m", "gunicorn", "--check-config", "dms.wsgi"], env),
        (f"{name} Celery", [own, "-m", "celery", "-A", "dms", "report"], env),
        (f"{name} PDF", [own, "-c", PRINT_ONE_PAGE], env),
    ]


def summary(outcomes: list[Outcome], seconds: float) -> int:
    """The table; pytest's closing line comes last."""
    say()
    width = max(len(outcome.what) for outcome in outcomes)
    for outcome in outcomes:
        mark = paint("passed", "32") if outcome.passed else paint("FAILED", "31")
        say(f"  {outcome.what:<{width}}  {mark}  {outcome.seconds:6.1f} s")
    failed = sum(not outcome.passed for outcome in outcomes)
    say(f"\n{len(outcomes) - failed} of {len(outcomes)} steps passed in {seconds:.0f} s")
    say(f"pytest: {outcomes[-1].told or 'it ended without a closing line'}")
    return 1 if failed else 0
