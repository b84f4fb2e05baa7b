"""Who may import whom, and whose keys may point to whom: reports → aftersales → sales → parts → crm → dms."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

BASE = Path(settings.BASE_DIR)
ARROW = ("dms", "crm", "parts", "sales", "aftersales", "reports")
CONTRACTS = tomllib.loads((BASE / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

# contract → (the module that breaks it, the line that does)
BREACHES = {
    "arrow": ("dms/breach.py", "from crm import apps"),
    "launcher": ("devstack/breach.py", "import django"),
    "no-launcher": ("crm/breach.py", "from devstack import say"),
    "actions": ("sales/actions/breach.py", "from sales import forms"),
    "models": ("crm/models/breach.py", "from crm.actions import customers"),
    "rooms": ("dms/records/breach.py", "from dms.web import paging"),
    "pages": ("dms/views/breach.py", "from rest_framework import serializers"),
    "api": ("crm/api/breach.py", "from crm.views import customers"),
    "pure": ("dms/formats/capital_amounts.py", "from rest_framework import serializers"),
}


def lint_imports(tree: Path) -> str:
    """What import-linter says about a tree."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tree)},
    )
    return done.stdout + done.stderr


def broken(report: str) -> set[str]:
    """The contracts that the report calls broken, by their ids."""
    return {contract["id"] for contract in CONTRACTS if f"{contract['name']} BROKEN" in report}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages in another place, to be broken there."""
    tree = tmp_path_factory.mktemp("tree")
    for package in (*ARROW, "devstack"):
        shutil.copytree(BASE / package, tree / package, ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(BASE / "pyproject.toml", tree)
    return tree


def test_every_import_contract_is_kept(copy):
    report = lint_imports(copy)
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in report, report


def test_every_contract_has_a_breach_to_be_seen_failing():
    assert BREACHES.keys() == {contract["id"] for contract in CONTRACTS}


@pytest.mark.parametrize("contract", BREACHES)
def test_a_forbidden_import_breaks_its_contract(copy, contract):
    place, line = BREACHES[contract]
    module = copy / place
    before = module.read_text() if module.exists() else None
    module.write_text(f"{before or ''}\n{line}\n")
    try:
        report = lint_imports(copy)
        assert broken(report) == {contract}, report
    finally:
        module.unlink() if before is None else module.write_text(before)


# --- the launcher needs nothing but Python ---------------------------------------------------------------------------
def foreign_imports(source: str) -> set[str]:
    """Imported packages that do not come with Python."""
    names = {alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"devstack", ""}


def test_the_launcher_runs_on_bare_python():
    plugin = BASE / "devstack/pytest_services.py"
    found = {
        path.name: foreign_imports(path.read_text()) for path in (BASE / "devstack").glob("*.py") if path != plugin
    }
    assert not any(found.values()), found
    assert foreign_imports("import json\nfrom requests.auth import x") == {"requests"}


# --- foreign keys follow the arrow ------------------------------------------------------------------------------------
def keys_against_the_arrow(found: list[type[models.Model]]) -> list[str]:
    return [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in found
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.related_model and field.related_model._meta.app_label in ARROW
        if ARROW.index(field.related_model._meta.app_label) > ARROW.index(model._meta.app_label)
    ]


def house_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ARROW]


def test_foreign_keys_follow_the_arrow():
    assert keys_against_the_arrow(house_models()) == []


@isolate_apps()
def test_a_key_against_the_arrow_is_noticed():
    class Order(models.Model):
        class Meta:
            app_label = "sales"

    class Customer(models.Model):
        last_order = models.ForeignKey(Order, models.PROTECT)

        class Meta:
            app_label = "crm"

    class Payment(models.Model):
        customer = models.ForeignKey(Customer, models.PROTECT)

        class Meta:
            app_label = "sales"

    assert keys_against_the_arrow([Order, Customer, Payment]) == ["crm.Customer.last_order → sales.Order"]


def test_no_upper_app_is_fetched_by_string():
    """A string would reach an upper app behind the linter's back."""
    offenders = [
        f"{path.relative_to(BASE)}: {target}"
        for app in ARROW
        for path in (BASE / app).rglob("*.py")
        for target in apps_by_string(path.read_text())
        if ARROW.index(target) > ARROW.index(app)
    ]
    assert offenders == []


def test_a_model_fetched_by_string_is_noticed():
    sample = """
order = models.ForeignKey("sales.Order", models.PROTECT)
parent = models.ForeignKey("self", models.PROTECT)
User = settings.AUTH_USER_MODEL
rows = apps.get_model("crm", "Customer").objects.all()
module = import_module("parts.models")
"""
    assert sorted(apps_by_string(sample)) == ["crm", "parts", "sales"]


def apps_by_string(source: str) -> list[str]:
    """Apps that keys, ``get_model`` and ``import_module`` name by string."""
    ways = {"ForeignKey", "OneToOneField", "ManyToManyField", "get_model", "import_module", "import_string"}
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(attr=way) | ast.Name(id=way), args=[ast.Constant(value=str(target)), *_]
            ) if way in ways and target.partition(".")[0] in ARROW:
                found.append(target.partition(".")[0])
    return found
