"""Chinese is complete: each text of the code has its translation, and the check notices every way to forget one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from dms import translations
from dms.translations import UntranslatableError

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext_lazy, pgettext, npgettext
from django.utils import translation
a = _("plain")
b = gettext_lazy("two " "pieces")
c = ngettext_lazy("%(count)d car", "%(count)d cars", 3)
d = pgettext("tab", "Open")
e = npgettext("shelf", "part", "parts", 2)
f = translation.gettext("by module")
g = print("not a text")
"""

PAGE = """{# a comment #}
{{ _("Plain") }} {{ pgettext("tab", "Open") }} {{ empty(title=_("As an argument")) }}
{% trans who=name %}
    Hello,
    {{ who }}!
{% endtrans %}
{% trans "yard" n=cars %}{{ n }} car{% pluralize n %}{{ n }} cars{% endtrans %}
{{ _("Up to 50%%") }}
"""

ADMIN = """{% load i18n %}{% translate "Plain" %} {% translate "Open" context "tab" as word %}
{% blocktranslate count n=cars context "yard" %}{{ n }} car{% plural %}{{ n }} cars{% endblocktranslate %}
"""


@pytest.fixture
def texts_of(tmp_path: Path) -> Callable[[str, str], set[tuple[str, object]]]:
    """The texts of one file: context and words."""

    def texts(name: str, source: str) -> set[tuple[str, object]]:
        for root in translations.SOURCES:
            (tmp_path / root).mkdir(exist_ok=True)
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source, encoding="utf-8")
        return {(message.context or "", message.id) for message in translations.collect(tmp_path) if message.id}

    return texts


def test_texts_are_found_in_python_under_every_function(texts_of):
    assert texts_of("dms/words.py", PYTHON) == {
        ("", "plain"),
        ("", "two pieces"),
        ("", ("%(count)d car", "%(count)d cars")),
        ("tab", "Open"),
        ("shelf", ("part", "parts")),
        ("", "by module"),
    }


@pytest.mark.parametrize("text", ['f"Hello {name}"', "name"])
def test_a_computed_text_is_refused(texts_of, text):
    source = f"from django.utils.translation import gettext as _\nname = 1\n_({text})"
    with pytest.raises(UntranslatableError):
        texts_of("dms/words.py", source)


def test_texts_are_found_in_pages_as_they_are_looked_up(texts_of):
    assert texts_of("templates/page.html", PAGE) == {
        ("", "Plain"),
        ("tab", "Open"),
        ("", "As an argument"),
        ("", "Hello, %(who)s!"),
        ("yard", ("%(n)s car", "%(n)s cars")),
        ("", "Up to 50%%"),
    }


def test_texts_are_found_in_the_pages_of_the_admin_site(texts_of):
    assert texts_of("dms/templates/admin/page.html", ADMIN) == {
        ("", "Plain"),
        ("tab", "Open"),
        ("yard", ("%(n)s car", "%(n)s cars")),
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A made-up project with two texts, both translated."""
    for root in translations.SOURCES:
        (tmp_path / root).mkdir()
    (tmp_path / "dms/words.py").write_text(
        'from django.utils.translation import gettext as _\na = _("%(n)s cars")\n', encoding="utf-8"
    )
    (tmp_path / "templates/a.html").write_text('{{ pgettext("tab", "Open") }}', encoding="utf-8")
    path = translations.catalogue_path(tmp_path)
    path.parent.mkdir(parents=True)
    translations.update(path, translations.collect(tmp_path))
    text = path.read_text(encoding="utf-8")
    text = text.replace('msgid "Open"\nmsgstr ""', 'msgid "Open"\nmsgstr "打开"')
    path.write_text(text.replace('cars"\nmsgstr ""', 'cars"\nmsgstr "%(n)s辆车"'), encoding="utf-8")
    return tmp_path


def test_a_complete_project_has_no_problems(project):
    assert translations.problems(project) == []


def test_an_update_keeps_what_is_said_and_drops_what_is_gone(project):
    (project / "dms/words.py").write_text(
        'from django.utils.translation import gettext as _\n_("New")\n', encoding="utf-8"
    )
    path = translations.catalogue_path(project)
    catalogue = translations.update(path, translations.collect(project))
    assert {(message.id, message.string or "") for message in catalogue if message.id} == {
        ("New", ""),
        ("Open", "打开"),
    }
    before = path.read_bytes()
    translations.update(path, translations.collect(project))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("templates/b.html", '{{ _("Forgotten") }}', "missing: “Forgotten” (templates/b.html)"),
        ("templates/a.html", "", "obsolete: “Open” [tab]"),
        ("templates/b.html", "打开", "Chinese in code: templates/b.html:1: 打开"),
        ("dms/b.py", "# 二级网点", "Chinese in code: dms/b.py:1: # 二级网点"),
        (
            "templates/b.html",
            "{% trans n=2 %}{{ n }} cars{% pluralize n %}{{ n }} of them{% endtrans %}",
            "not translatable: templates/b.html: with a plural and without: %(n)s cars",
        ),
        ("dms/b.py", 'a = f"{_(1)}"', "hidden in an f-string: dms/b.py:1: "),
        ("templates/b.html", "{% if %}", "not translatable: "),
        ("static/dms/b.js", "alert('，')", "Chinese in code: static/dms/b.js:1: alert('，')"),
    ],
)
def test_the_check_names_what_is_forgotten_in_the_code(project, file, content, expected):
    (project / file).parent.mkdir(parents=True, exist_ok=True)
    (project / file).write_text(content, encoding="utf-8")
    assert [problem for problem in translations.problems(project) if problem.startswith(expected)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('msgstr "打开"', 'msgstr ""', "untranslated: “Open” [tab]"),
        ('msgctxt "tab"', '#, fuzzy\nmsgctxt "tab"', "fuzzy: “Open” [tab]"),
        ("%(n)s辆车", "%(m)s辆车", "placeholders differ: “%(n)s cars”: ['%(m)s', '%(n)s']"),
    ],
)
def test_the_check_names_what_is_wrong_in_the_catalogue(project, before, after, expected):
    path = translations.catalogue_path(project)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert translations.problems(project) == [expected]


def test_data_files_may_hold_chinese(project):
    (project / "dms/data").mkdir()
    (project / "dms/data/reasons.py").write_text("# 战败原因", encoding="utf-8")
    assert translations.problems(project) == []


def test_the_catalogue_is_compiled_only_when_it_changed(project):
    path = translations.catalogue_path(project)
    assert translations.compile_if_older(path)
    assert not translations.compile_if_older(path)
    with path.with_suffix(".mo").open("rb") as file:
        assert {message.string for message in read_mo(file) if message.id} == {"打开", "%(n)s辆车"}
    later = path.with_suffix(".mo").stat().st_mtime_ns + 1
    os.utime(path, ns=(later, later))
    assert translations.compile_if_older(path)


def test_every_text_of_the_product_is_in_chinese():
    assert translations.problems(settings.BASE_DIR) == []


def test_the_screen_speaks_chinese_first_and_english_second():
    translations.compile_if_older(translations.catalogue_path())
    with translation.override("zh-hans"):
        assert gettext("Base data") == "基础数据"
        assert pgettext("area", "Home") == "首页"
    with translation.override("en"):
        assert gettext("Base data") == "Base data"
        assert ngettext("one", "many", 2) == "many"
