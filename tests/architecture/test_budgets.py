"""How big things may be, and what they may not be called. Each budget is seen to fail on a sample."""

import ast
import statistics
from pathlib import PurePath

import pytest

from tests.architecture.sources import BASE, PACKAGES, modules

LONGEST_FUNCTION = 50
LONG_FUNCTION = 30
MEDIAN_FUNCTION = 8
LONGEST_FILE = 450
LAUNCHER = 2_237
"""Lines of devstack/: what goes in pushes something out."""
UNCHECKED = 30
"""Lines that the type checker is told to pass by."""
WRONG_TO_IT = "type: " + "ignore"
NOBODYS_NAMES = {"utils", "util", "helpers", "helper", "common", "services", "service", "misc", "manager", "managers"}
NOBODYS_LOCALS = {"found"}
NO_WEB_IN_ACTIONS = ("django.http", "django.shortcuts", "django.forms", "django.contrib.messages", "django.template")


def functions(tree: ast.AST) -> list[tuple[str, int]]:
    """Name and length in lines of every function."""
    return [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def over_budget(lengths: list[int]) -> list[str]:
    """What is wrong with these lengths of functions."""
    short = sum(length <= LONG_FUNCTION for length in lengths) / len(lengths)
    median = statistics.median(lengths)
    return [
        *([f"longest {max(lengths)}"] if max(lengths) > LONGEST_FUNCTION else []),
        *([f"median {median}"] if median > MEDIAN_FUNCTION else []),
        *([f"only {short:.0%} are short"] if short < 0.95 else []),
    ]


def imports_inside_functions(tree: ast.AST) -> list[int]:
    return [
        inner.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def nobodys_locals(tree: ast.AST) -> set[str]:
    """Variables that are named by what was done to get them, and not by the thing."""
    assigned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return assigned & NOBODYS_LOCALS


def imported(tree: ast.AST) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return names | {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def model_signals(tree: ast.AST) -> set[str]:
    return imported(tree) & {
        f"django.db.models.signals.{name}"
        for name in ("pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed")
    }


def calls_of(tree: ast.AST, method: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]


# --- the product ----------------------------------------------------------------------------------------------------
def test_functions_are_short():
    long = {
        f"{path}: {name}": length
        for path, tree in modules().items()
        for name, length in functions(tree)
        if length > LONGEST_FUNCTION
    }
    assert long == {}
    lengths = [length for tree in modules().values() for _name, length in functions(tree)]
    assert over_budget(lengths) == []


def test_files_are_short():
    lengths = {path: len((BASE / path).read_text().splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_the_launcher_does_not_grow():
    assert sum(len(path.read_text().splitlines()) for path in (BASE / "devstack").glob("*.py")) <= LAUNCHER


def test_the_type_checker_is_seldom_told_to_look_away():
    folders = (*PACKAGES, "tests", "bench")
    sources = [path.read_text(encoding="utf-8") for folder in folders for path in (BASE / folder).rglob("*.py")]
    assert sum(source.count(WRONG_TO_IT) for source in sources) <= UNCHECKED


def test_modules_are_named_by_their_subject():
    nobodys = [path for path in modules() if NOBODYS_NAMES.intersection(PurePath(path).with_suffix("").parts)]
    assert nobodys == []


def test_every_module_says_what_it_is_for():
    silent = [path for path, tree in modules().items() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def test_imports_stand_at_the_top():
    assert {path: lines for path, tree in modules().items() if (lines := imports_inside_functions(tree))} == {}


def test_variables_are_named_by_the_thing():
    assert {path: names for path, tree in modules().items() if (names := nobodys_locals(tree))} == {}


def test_business_does_not_hang_on_the_saving_of_rows():
    assert {path: found for path, tree in modules().items() if (found := model_signals(tree))} == {}


def test_signals_are_sent_so_that_a_failing_receiver_undoes_the_act():
    assert {path: lines for path, tree in modules().items() if (lines := calls_of(tree, "send_robust"))} == {}


def test_actions_know_nothing_of_the_web():
    offenders = {
        path: found
        for path, tree in modules().items()
        if "actions" in PurePath(path).with_suffix("").parts
        if (found := {name for name in imported(tree) if name.startswith(NO_WEB_IN_ACTIONS)})
    }
    assert offenders == {}


def public_actions():
    """Public functions of the actions modules that somebody does (``by``)."""
    return [
        (path, node)
        for path, tree in modules().items()
        if "actions" in PurePath(path).with_suffix("").parts
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if "by" in {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    ]


def test_every_action_says_its_consequence():
    assert [f"{path}: {node.name}" for path, node in public_actions() if not ast.get_docstring(node)] == []


def takes_keywords_only_after_the_first(node: ast.FunctionDef) -> bool:
    return len(node.args.args) <= 1 and node.args.vararg is None


def test_an_action_takes_its_subject_first_and_the_rest_by_name():
    assert [f"{p}: {node.name}" for p, node in public_actions() if not takes_keywords_only_after_the_first(node)] == []


def with_own_delete(tree: ast.Module) -> list[str]:
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef) and inner.name == "delete"
    ]


def test_no_model_wraps_delete():
    offenders = {p: found for p, t in modules().items() if "/models" in p and (found := with_own_delete(t))}
    assert offenders == {}


def test_nobody_imports_the_tests():
    assert {p for p, tree in modules().items() if any(n.partition(".")[0] == "tests" for n in imported(tree))} == set()


# --- each is seen to fail -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lengths", "complaint"),
    [
        ([5] * 99 + [51], "longest 51"),
        ([9] * 100, "median 9.0"),
        ([5] * 94 + [31] * 6, "only 94% are short"),
    ],
)
def test_long_functions_are_noticed(lengths, complaint):
    assert over_budget(lengths) == [complaint]
    assert over_budget([8] * 95 + [31] * 4 + [50]) == []


def test_the_length_of_a_function_counts_its_first_and_last_line():
    assert functions(ast.parse("class A:\n    async def f(self):\n        a = 1\n        return a\n")) == [("f", 3)]


def test_a_variable_that_names_no_thing_is_noticed():
    assert nobodys_locals(ast.parse("if (found := rows.first()): order = found")) == {"found"}


def test_a_hidden_import_is_noticed():
    assert imports_inside_functions(ast.parse("def f():\n    if x:\n        from crm import y\n")) == [3]
    assert imports_inside_functions(ast.parse("if TYPE_CHECKING:\n    from crm import y\n")) == []


@pytest.mark.parametrize(
    "line", ["from django.db.models.signals import post_save", "from django.db.models.signals import pre_delete as x"]
)
def test_a_receiver_of_saves_is_noticed(line):
    assert model_signals(ast.parse(line))


def test_a_robust_send_is_noticed():
    assert calls_of(ast.parse("order_delivered.send_robust(Order)"), "send_robust") == [1]


def test_the_web_in_an_action_is_noticed():
    tree = ast.parse("from django.http import HttpResponse\nfrom django.contrib import messages\n")
    assert {name for name in imported(tree) if name.startswith(NO_WEB_IN_ACTIONS)} == {
        "django.http",
        "django.http.HttpResponse",
        "django.contrib.messages",
    }


def test_an_action_with_positional_arguments_is_noticed():
    good, bad = ast.parse("def a(order, *, by): ...\ndef b(order, by): ...").body
    assert isinstance(good, ast.FunctionDef)
    assert isinstance(bad, ast.FunctionDef)
    assert takes_keywords_only_after_the_first(good)
    assert not takes_keywords_only_after_the_first(bad)


def test_all_packages_are_read():
    assert {path.partition("/")[0] for path in modules()} == set(PACKAGES)
