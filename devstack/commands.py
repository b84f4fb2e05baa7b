"""The command line of the launcher."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from devstack import benching, checking, frontend, locking, running
from devstack.places import IS_ROOT, ROOT, VAR, VENDOR, VENV, data_home
from devstack.processes import Roster, end
from devstack.say import Trouble, plain_os_error, say, step
from devstack.stack import end_leftovers, interpreter, where
from devstack.stack import running as running_now

HELP = """\
run               set everything up, start it, stay until Ctrl-C     (make run)
test [args]       all checks and tests; args go to pytest alone      (make test)
bench [args]      how fast it is with 20,000 customers; --help     (make bench)
services          only Postgres and Redis, until Ctrl-C
manage ARGS       manage.py with the settings of the living run
stop              stop the living run of this checkout, or what a killed one left
locks             compile requirements/*.txt and package-lock.json   (make locks)
vendor [--from DIR]  only the front-end packages
clean [--data]    remove what was made; --data also the databases

PORT, HOST        where the web server listens (8000, 127.0.0.1)
DATABASE_URL, REDIS_URL   use these servers in place of the embedded ones
RELOAD=1          serve by Django's runserver, which follows changes of the code
"""


def main(arguments: list[str]) -> int:
    """Run one command; every known trouble is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(
        prog="python3 -m devstack",
        usage="%(prog)s COMMAND",
        epilog=HELP,
        add_help=True,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=sorted(COMMANDS), metavar="COMMAND")
    told = parser.parse_args(arguments if ALONE.intersection(arguments[:1]) else arguments[:1])
    os.chdir(ROOT)
    try:
        return COMMANDS[told.command](arguments[1:])
    except Trouble as trouble:
        say(f"\n{trouble}")
    except KeyboardInterrupt:
        say("\nStopped.")
    except OSError as error:
        sentence = plain_os_error(error)
        if sentence is None:
            raise
        say(f"\n{sentence}")
    return 1


def bench(arguments: list[str]) -> int:
    if "--scale" in arguments:  # not imported: bench/ is left out of the image
        os.execv(sys.executable, [sys.executable, "-m", "bench.scaled", *arguments])
    return benching.bench(arguments)


def manage(arguments: list[str]) -> int:
    """manage.py in the environment of the living run, replacing this process."""
    told = running_now().get("env")
    if not isinstance(told, dict):
        raise Trouble("Nothing runs here: start it by `make run`, this command uses its servers.")
    os.execve(interpreter(), [interpreter(), "manage.py", *arguments], {**os.environ, **told})


def stop(_: list[str]) -> int:
    told = running_now()
    if told:
        with step(f"the run{where()} stops"):
            end(int(str(told["pid"])), str(told["start"]), [(signal.SIGTERM, 30.0), (signal.SIGKILL, 5.0)])
    end_leftovers(Roster(VAR / "children.json"))
    if not told:
        say("Nothing runs here.")
    return 0


def vendor(arguments: list[str]) -> int:
    """The front-end files alone; a container image has its own npm and names where that put the packages."""
    parser = argparse.ArgumentParser(prog="python3 -m devstack vendor")
    parser.add_argument("--from", dest="source", type=Path)
    source: Path | None = parser.parse_args(arguments).source
    if source:
        frontend.copy(source)
    else:
        frontend.ensure()
    return 0


def clean(arguments: list[str]) -> int:
    """Remove what the launcher made. The databases only when asked for by name."""
    if running_now():
        raise Trouble("It is running: stop it first by `python3 -m devstack stop`.")
    made = [VENV, VENDOR, ROOT / "vendor.new", *VAR.glob("*.stamp"), VAR / "static", VAR / "cache", VAR / "npm"]
    made += [VAR / "venv-runtime", *(ROOT / f".{tool}_cache" for tool in ("mypy", "ruff", "pytest", "import_linter"))]
    if "--data" in arguments:
        made += [VAR] if not IS_ROOT or data_home() == VAR else [VAR, data_home()]
    for path in made:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": lambda _: running.run(),
    "test": checking.test,
    "bench": bench,
    "services": lambda _: running.services(),
    "manage": manage,
    "stop": stop,
    "locks": lambda _: locking.compile_all(),
    "vendor": vendor,
    "clean": clean,
}
ALONE = frozenset({"run", "services", "stop", "locks"})
"""They take no arguments: a word behind them is a mistake, or asks for help, and starts nothing."""
