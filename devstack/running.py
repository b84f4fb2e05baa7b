"""`make run`: from a bare checkout to a page somebody can log in to."""

from __future__ import annotations

import hashlib
import os
import select
import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from devstack import frontend
from devstack.environment import Environment, last_line
from devstack.places import ROOT, VAR, VENDOR, VENV
from devstack.processes import port_is_free, quietly
from devstack.say import Trouble, paint, say, step
from devstack.stack import Stack, child_environment, interpreter
from devstack.stopping import Stop, Stopped


def run() -> int:
    """Start everything, stay until asked to stop or until a child dies; 0 or 1."""
    began = time.monotonic()
    host, port = os.environ.get("HOST", "127.0.0.1"), wanted_port()
    stop = Stop()
    stop.listen()
    stack = Stack(stop)
    stack.claim()
    try:
        require_port(port)
        Environment(VENV, "runtime", "local").ensure()
        frontend.ensure()
        env = child_environment(stack.start_servers())
        logins = prepare(env)
        url = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"
        stack.record(env, url)
        start_programs(stack, env, host, port)
        with step("web, worker and beat", live=False):
            wait_for_web(stack, port)
        greet(url, logins, time.monotonic() - began)
        return stay(stack)
    except Stopped:
        return 0
    finally:
        stop.close()
        say()
        with step("stopped", live=False):
            stack.end_all()


def services() -> int:
    """Only the two servers, for people who start the programs themselves."""
    stop = Stop()
    stop.listen()
    stack = Stack(stop)
    stack.claim()
    try:
        Environment(VENV, "runtime", "local").ensure()
        env = child_environment(stack.start_servers())
        stack.record(env)
        for name in ("DATABASE_URL", "DMS_OWNER_DATABASE_URL", "REDIS_URL"):
            say(f"export {name}={env.get(name, '')}")
        say("Ctrl-C stops them; the data stay.")
        return stay(stack)
    except Stopped:
        return 0
    finally:
        with step("stopped", live=False):
            stack.end_all()


def wanted_port() -> int:
    told = os.environ.get("PORT", "8000")
    if not told.isdigit() or not 0 < int(told) < 65536:
        raise Trouble(f"PORT={told} is not a port: name a number between 1 and 65535, as in `PORT=8001 make run`.")
    return int(told)


def require_port(port: int) -> None:
    if not port_is_free(port):
        raise Trouble(
            f"Port {port} is taken by another program{holder(port)}: stop that, or use `PORT={port + 1} make run`."
        )


def holder(port: int) -> str:
    """Who listens there, as far as the machine tells."""
    if not shutil.which("lsof"):
        return ""
    told = quietly(["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]).stdout.splitlines()
    pid = next((line[1:] for line in told if line.startswith("p")), "")
    name = next((line[1:] for line in told if line.startswith("c")), "")
    return f" ({name}, pid {pid})" if pid else ""


def python(env: dict[str, str], what: str, *arguments: str) -> str:
    """What it says; Trouble with its last words when it fails."""
    done = quietly([interpreter(), *arguments], env=env, cwd=ROOT)
    if done.returncode:
        log = VAR / f"{what}.log"
        log.write_text(done.stdout + done.stderr)
        raise Trouble(f"{what} failed: {last_line(done.stderr)} (all of it: {log})")
    return done.stdout


FILL = """
import django
from django.core.management import call_command
django.setup()
call_command("migrate", "--noinput", "-v", "0")
call_command("load_demo", "--if-empty")
print("logins:")
call_command("demo_logins")
"""


def prepare(env: dict[str, str]) -> str:
    """Everything between the servers and the programs; what is up to date is not done again. The demo logins."""
    prepare_files(env)
    with step("database tables, demo group") as note:  # in one process: to load Django is most of the time
        told, _, logins = python(env, "database", "-c", FILL).partition("logins:\n")
        note.extend(told.strip().splitlines()[-1:])
    return logins


def prepare_files(env: dict[str, str]) -> None:
    """The compiled translations and the hashed static files."""
    texts = [*ROOT.glob("locale/*/LC_MESSAGES/*.po")]
    once("translations", texts, [path.with_suffix(".mo") for path in texts], env, "translations", "--compile")
    code = [ROOT / "dms" / name for name in ("settings.py", "static.py")]
    files = [*(ROOT / "static").rglob("*"), *code, VENDOR / ".stamp", VENV / ".stamp"]
    made = [VAR / "static" / "staticfiles.json"]
    once("static files", files, made, env, "collectstatic", "--noinput", "--clear", "-v", "0")


def once(what: str, inputs: list[Path], made: list[Path], env: dict[str, str], *command: str) -> None:
    """Run a command unless what it makes is there and its inputs are as they were when it last succeeded."""
    files = sorted(path for path in inputs if path.is_file())
    told = [f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in files]
    now = hashlib.sha256("\n".join([*command, *told]).encode()).hexdigest()
    stamp = VAR / f"{command[0]}.stamp"
    if stamp.exists() and stamp.read_text() == now and all(path.exists() for path in made):
        return
    with step(what):
        stamp.unlink(missing_ok=True)
        python(env, command[0], "manage.py", *command)
        stamp.write_text(now)


def start_programs(stack: Stack, env: dict[str, str], host: str, port: int) -> None:
    python, env = interpreter(), {**env, "DMS_OWNER_DATABASE_URL": ""}  # what serves knows no owner
    web = [python, "-m", "gunicorn", "dms.wsgi", "--bind", f"{host}:{port}", "--graceful-timeout", "4"]
    if os.environ.get("RELOAD"):  # for work on the code: pages follow every change of a file
        web = [python, "manage.py", "runserver", f"{host}:{port}"]
    celery = [python, "-m", "celery", "--quiet", "-A", "dms"]
    level = ["-l", os.environ.get("DMS_LOG_LEVEL", "WARNING")]  # at INFO every heartbeat is four lines
    # Celery warns of root because of pickle, which is not accepted here; on a development machine it is only noise.
    calm = {**env, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    (VAR / "beat").mkdir(exist_ok=True)
    schedule = str(VAR / "beat" / "schedule")
    stack.spawn("web", web, env)
    stack.spawn("worker", [*celery, "worker", *level, "-c", "4", "--without-gossip", "--without-mingle"], calm)
    stack.spawn("beat", [*celery, "beat", *level, "--pidfile=", "--schedule", schedule], env)


def wait_for_web(stack: Stack, port: int) -> None:
    end = time.monotonic() + 60
    while not answers(port):
        fail_if_dead(stack)
        if time.monotonic() > end:
            raise Trouble("The web server did not answer within a minute; its lines above say why.")
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def fail_if_dead(stack: Stack) -> None:
    dead = stack.dead()
    if dead:
        time.sleep(0.3)  # its last lines are still on their way to the screen
        raise Trouble(f"{' and '.join(dead)}, the lines above and the logs in {VAR} say why; the rest is stopped.")


def greet(url: str, logins: str, seconds: float) -> None:
    say()
    say(f"  Ready in {seconds:.0f} s:  {paint(url, '1;4')}")
    for line in logins.rstrip().splitlines():
        say(f"  {line}")
    say("  Ctrl-C stops everything; the data stay.")
    say()


def stay(stack: Stack) -> int:
    """Until a signal, a death, or the terminal's end: make keeps a hang-up to itself when it leads the session."""
    terminal = select.poll()
    if sys.stdin.isatty():
        terminal.register(sys.stdin, 0)
    while not any(event & select.POLLHUP for _, event in terminal.poll(0)):
        fail_if_dead(stack)
        time.sleep(0.3)
    return 0
