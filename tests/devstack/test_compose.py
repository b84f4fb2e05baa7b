"""No container engine runs in the tests: every command, variable and path that the container files name must exist."""

import importlib
import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from devstack.places import ROOT, VENV

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
SCALE = {"replica", "pgbouncer", "bucket"}
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)")
READ_BY_SETTINGS = set(re.findall(r'(?:env|flag)\(\s*"(\w+)"', (ROOT / "dms" / "settings.py").read_text()))
READ_BY_PROGRAMS = {
    "DJANGO_SETTINGS_MODULE",
    "PATH",
    "PYTHONUNBUFFERED",
    "PIP_DISABLE_PIP_VERSION_CHECK",
    "PIP_NO_CACHE_DIR",
}


def instructions(word: str) -> list[list[str]]:
    """The arguments of every such instruction in the Dockerfile."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return [shlex.split(line.partition(" ")[2]) for line in joined.splitlines() if line.startswith(f"{word} ")]


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def image_command() -> list[str]:
    return re.findall(r'"([^"]*)"', DOCKERFILE[DOCKERFILE.index("\nCMD [") :])


def test_the_compose_file_fits_its_schema():
    checker = VENV / "bin" / "check-jsonschema"
    command = [str(checker), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dockerfile_passes_its_linter():
    done = subprocess.run(
        [VENV / "bin" / "hadolint", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_services_are_those_of_the_description():
    assert set(SERVICES) == {*OURS, "postgres", "redis", *SCALE}
    assert all("healthcheck" in SERVICES[name] for name in SERVICES if name != "migrate")
    assert SERVICES["migrate"]["restart"] == "no"


def test_what_is_for_several_machines_starts_only_when_asked_for():
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["scale"]} == SCALE
    assert not any("profiles" in SERVICES[name] for name in SERVICES.keys() - SCALE)
    assert example()["COMPOSE_PROFILES"] == ""


def test_every_file_that_is_written_into_a_container_is_declared():
    named = {config["source"] for service in SERVICES.values() for config in service.get("configs", [])}
    assert named == set(COMPOSE["configs"])


def test_web_worker_and_beat_may_be_several_and_of_several_beats_one_beats():
    assert all("replicas" in SERVICES[name]["deploy"] for name in ("web", "worker", "beat"))
    words = SERVICES["beat"]["command"]
    module, _, name = words[words.index("-S") + 1].rpartition(".")
    assert hasattr(importlib.import_module(module), name)


def test_the_pooler_lends_connections_by_the_transaction_and_migrations_pass_it_by():
    assert "pool_mode = transaction" in COMPOSE["configs"]["pgbouncer"]["content"]
    migrate = SERVICES["migrate"]["environment"]
    assert migrate["DMS_PGBOUNCER"] == "0"
    assert "DMS_DATABASE_HOST" not in migrate["DATABASE_URL"]


def test_the_owner_of_the_tables_is_known_to_migrations_alone():
    knowing = {name for name in SERVICES if "POSTGRES_PASSWORD" in str(SERVICES[name])}
    assert knowing == {"migrate", "postgres", "replica"}
    migrate = SERVICES["migrate"]["environment"]
    assert migrate["DMS_OWNER_DATABASE_URL"].startswith("postgresql://dms:")
    assert all(SERVICES[name]["environment"]["DATABASE_URL"].startswith("postgresql://dms_app:") for name in OURS)
    assert COMPOSE["configs"]["pgbouncer-users"]["content"].startswith('"dms_app" ')


def test_nothing_runs_as_root_that_is_ours():
    assert instructions("USER")[-1] == ["10001"]
    assert "--uid 10001" in DOCKERFILE
    assert all(SERVICES[name]["cap_drop"] == ["ALL"] for name in OURS)


def test_every_variable_of_the_compose_file_is_explained_in_the_example():
    used = set(VARIABLE.findall((ROOT / "docker-compose.yml").read_text()))
    assert used | {"COMPOSE_PROFILES"} == set(example())  # which compose itself reads


def test_what_must_be_secret_has_no_default_and_is_empty_in_the_example():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("DMS_SECRET_KEY", "POSTGRES_PASSWORD", "DMS_DATABASE_PASSWORD", "REDIS_PASSWORD"):
        assert example()[name] == ""
        assert re.findall(rf"\$\{{{name}(:?.)", text) == [":?"] * text.count(f"${{{name}")


def test_every_variable_given_to_our_programs_is_read_by_the_settings():
    given = {name for service in OURS for name in SERVICES[service]["environment"]}
    in_image = {pair.split("=", 1)[0] for line in instructions("ENV") for pair in line}
    at_build = set(re.findall(r"\b([A-Z][A-Z_]+)=", " ".join(word for line in instructions("RUN") for word in line)))
    assert given | in_image | at_build <= READ_BY_SETTINGS | READ_BY_PROGRAMS


def test_every_variable_that_the_settings_demand_is_given():
    demanded = {"DMS_SECRET_KEY", "DATABASE_URL", "DMS_ALLOWED_HOSTS", "REDIS_URL"}
    assert demanded <= READ_BY_SETTINGS
    assert all(demanded <= set(SERVICES[name]["environment"]) for name in OURS)


def tracked() -> set[str]:
    listed = subprocess.check_output(["git", "-c", "safe.directory=*", "ls-files"], cwd=ROOT, text=True).splitlines()
    return {*listed, *(str(parent) for path in listed for parent in Path(path).parents)}


def test_every_file_copied_from_the_checkout_is_in_it_and_not_ignored():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for line in instructions("COPY"):
        if line[0].startswith("--from"):
            continue
        for source in line[:-1]:
            assert source.rstrip("/") in tracked(), source
            assert source not in ignored


def test_every_stage_copied_from_is_made_in_the_file():
    stages = {line[-1] for line in instructions("FROM") if "AS" in line}
    assert {line[0].removeprefix("--from=") for line in instructions("COPY") if line[0].startswith("--from")} <= stages


def test_every_volume_is_declared_and_every_other_service_named_exists():
    for name, service in SERVICES.items():
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"]), name
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
    hosts = {match for name in OURS for match in re.findall(r"@(\w+):", str(SERVICES[name]["environment"]))}
    assert hosts <= set(SERVICES)


def our_commands() -> list[list[str]]:
    run = [shlex.split(part) for line in instructions("RUN") for part in " ".join(line).split("&&")]
    at_build = [line for line in run if any("manage.py" in word for word in line)]
    return [image_command(), *at_build, *(SERVICES[name]["command"] for name in OURS if "command" in SERVICES[name])]


@pytest.mark.parametrize("command", our_commands(), ids=lambda command: " ".join(command)[:60])
def test_every_command_exists(command):
    words = [word for word in command if "=" not in word or word.startswith("-")]
    program = Path(words[0]).name
    if program == "python":
        assert words[1] == "manage.py"
        assert (ROOT / words[1]).exists()
        assert words[2] in get_commands()
    else:
        assert importlib.util.find_spec(program)
        module = words[words.index("-A") + 1] if "-A" in words else words[1]
        assert importlib.util.find_spec(module)


def test_gunicorn_accepts_its_options():
    command = [sys.executable, "-m", *image_command(), "--check-config"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_celery_accepts_its_options(service):
    words = SERVICES[service]["command"]
    known = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "dms", words[3], "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for word in words[4:]:
        assert not word.startswith("-") or re.search(rf"{re.escape(word.split('=')[0])}\b", known), word


def test_every_address_that_is_asked_for_health_is_served(client, db):
    asked = {path for name in SERVICES for path in re.findall(r":8000(/\w+)", str(SERVICES[name].get("healthcheck")))}
    assert asked == {"/healthz", "/readyz"}
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code in {200, 503}
