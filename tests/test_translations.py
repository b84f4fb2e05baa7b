"""Chinese is complete: each text of the code has its translation, and the check notices every way to forget one."""

import os
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from dms import translations
from dms.translations import ComputedTextError, Key

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext_lazy, pgettext, npgettext as n
from django.utils import translation
a = _("plain")
b = gettext_lazy("two " "pieces")
c = ngettext_lazy("%(count)d car", "%(count)d cars", 3)
d = pgettext("tab", "Open")
e = n("shelf", "part", "parts", 2)
f = translation.gettext("by module")
g = print("not a text")
"""

TEMPLATE = """{% load i18n %}{# a comment #}
{% translate "Plain" %} {% translate "Open" context "tab" as word %} {{ _("In an expression") }}
{% include "x.html" with label=_("As an argument") %}
{% blocktranslate trimmed with who=name %}
    Hello,
    {{ who }}!
{% endblocktranslate %}
{% blocktranslate count n=cars context "yard" %}{{ n }} car{% plural %}{{ n }} cars{% endblocktranslate %}
{% translate "Up to 50%" %}
"""


def found(texts):
    return {(text.key.context, text.key.msgid, text.plural) for text in texts}


def test_texts_are_found_in_python_under_every_name():
    assert found(translations.texts_of_python(PYTHON)) == {
        ("", "plain", ""),
        ("", "two pieces", ""),
        ("", "%(count)d car", "%(count)d cars"),
        ("tab", "Open", ""),
        ("shelf", "part", "parts"),
        ("", "by module", ""),
    }


@pytest.mark.parametrize("text", ['f"Hello {name}"', "name", '"a" + name', '"a %s" % name'])
def test_a_computed_text_is_refused(text):
    source = f"from django.utils.translation import gettext as _\nname = 1\n_({text})"
    with pytest.raises(ComputedTextError):
        list(translations.texts_of_python(source))


def test_texts_are_found_in_templates_as_they_are_looked_up():
    assert found(translations.texts_of_template(TEMPLATE)) == {
        ("", "Plain", ""),
        ("tab", "Open", ""),
        ("", "In an expression", ""),
        ("", "As an argument", ""),
        ("", "Hello, %(who)s!", ""),
        ("yard", "%(n)s car", "%(n)s cars"),
        ("", "Up to 50%%", ""),
    }


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A made-up house with two texts, both translated."""
    (tmp_path / "dms").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "dms/words.py").write_text(
        'from django.utils.translation import gettext as _\na = _("%(n)s cars")\n', encoding="utf-8"
    )
    (tmp_path / "templates/a.html").write_text('{% translate "Open" context "tab" %}', encoding="utf-8")
    path = translations.catalogue_path(tmp_path)
    path.parent.mkdir(parents=True)
    translations.update(path, translations.collect(tmp_path)[0])
    assert translations.merge(path, {"%(n)s cars": "%(n)s辆车", "tab\x04Open": "打开", "Gone": "没了"}) == ["Gone"]
    return tmp_path


def test_a_complete_house_has_no_problems(house):
    assert translations.problems(house) == []


def test_an_update_keeps_what_is_said_and_drops_what_is_gone(house):
    (house / "dms/words.py").write_text(
        'from django.utils.translation import gettext as _\n_("New")\n', encoding="utf-8"
    )
    path = translations.catalogue_path(house)
    catalogue = translations.update(path, translations.collect(house)[0])
    assert {(entry.msgid, entry.msgstr) for entry in catalogue} == {("New", ""), ("Open", "打开")}
    before = path.read_bytes()
    translations.update(path, translations.collect(house)[0])
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("templates/b.html", '{% translate "Forgotten" %}', "missing: “Forgotten” (templates/b.html)"),
        ("templates/a.html", "", "obsolete: “Open” [tab]"),
        ("templates/b.html", "打开", "Chinese in code: templates/b.html:1: 打开"),
        ("dms/b.py", "# 二级网点", "Chinese in code: dms/b.py:1: # 二级网点"),
        (
            "templates/b.html",
            "{% load i18n %}{% blocktranslate count n=2 %}{{ n }} cars{% plural %}{{ n }} of them{% endblocktranslate %}",
            "with a plural and without: “%(n)s cars” (templates/b.html)",
        ),
        ("dms/b.py", "def x(:", "not translatable: dms/b.py: "),
        ("static/dms/b.js", "alert('，')", "Chinese in code: static/dms/b.js:1: alert('，')"),
    ],
)
def test_the_check_names_what_is_forgotten_in_the_code(house, file, content, expected):
    (house / file).parent.mkdir(parents=True, exist_ok=True)
    (house / file).write_text(content, encoding="utf-8")
    assert [problem for problem in translations.problems(house) if problem.startswith(expected)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('msgstr "打开"', 'msgstr ""', "untranslated: “Open” [tab]"),
        ('msgctxt "tab"', '#, fuzzy\nmsgctxt "tab"', "fuzzy: “Open” [tab]"),
        ("%(n)s辆车", "%(m)s辆车", "placeholders differ: “%(n)s cars”: ['%(m)s', '%(n)s']"),
    ],
)
def test_the_check_names_what_is_wrong_in_the_catalogue(house, before, after, expected):
    path = translations.catalogue_path(house)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert translations.problems(house) == [expected]


def test_data_files_may_hold_chinese(house):
    (house / "dms/data").mkdir()
    (house / "dms/data/reasons.py").write_text("# 战败原因", encoding="utf-8")
    assert translations.problems(house) == []


def test_the_catalogue_is_compiled_only_when_it_changed(house):
    path = translations.catalogue_path(house)
    assert translations.compile_if_older(path)
    assert not translations.compile_if_older(path)
    assert {entry.msgstr for entry in polib.mofile(str(path.with_suffix(".mo")))} == {"打开", "%(n)s辆车"}
    later = path.with_suffix(".mo").stat().st_mtime_ns + 1
    os.utime(path, ns=(later, later))
    assert translations.compile_if_older(path)


def test_every_text_of_the_product_is_in_chinese():
    assert translations.problems(settings.BASE_DIR) == []


def test_a_key_joins_context_and_text_as_gettext_does():
    assert translations._key("tab\x04Open") == Key("Open", "tab")
    assert translations._key("Open") == Key("Open")


def test_the_screen_speaks_chinese_first_and_english_second():
    translations.compile_if_older(translations.catalogue_path())
    with translation.override("zh-hans"):
        assert gettext("Base data") == "基础数据"
        assert pgettext("area", "Home") == "首页"
    with translation.override("en"):
        assert gettext("Base data") == "Base data"
        assert ngettext("one", "many", 2) == "many"
