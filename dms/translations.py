"""Translations: Babel finds the texts of the code, keeps the catalogue in step and compiles it; the check that Chinese is complete.

The catalogue is ``locale/zh_Hans/LC_MESSAGES/django.po``. Texts are English in the code; Chinese stands only there and in data
files, which :func:`problems` holds.
"""

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize
from jinja2 import TemplateSyntaxError

Found = tuple[int, str, Any, list[str]]
"""What an extractor of Babel tells of a call: its line, its function, its texts, comments."""

LOCALE = "zh_Hans"
SOURCES = ("dms", "crm", "parts", "sales", "aftersales", "reports", "templates")
PLURAL, CONTEXT = (1, 2), ((1, "c"), 2)
CONTEXT_AND_PLURAL = ((1, "c"), 2, 3)
FUNCTIONS = {"gettext": None, "ngettext": PLURAL, "pgettext": CONTEXT, "npgettext": CONTEXT_AND_PLURAL}
KEYWORDS: Mapping[str, Any] = {
    "_": None,
    "_now": None,  # gettext, where _ is gettext_lazy
    "gettext_noop": None,
    **FUNCTIONS,
    **{f"{name}_lazy": spec for name, spec in FUNCTIONS.items()},
}
TEMPLATES = {
    "extensions": "jinja2.ext.i18n",
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}

NO_CHINESE_IN = (*SOURCES, "devstack", "static", "bench", "manage.py")
SUFFIXES = frozenset({".py", ".html", ".txt", ".js", ".css"})
SKIPPED = frozenset({"__pycache__", "node_modules", "data"})
HIDDEN = re.compile(r"""\bf["'][^\n]*\{[^}\n]*\b(?:_|_now|n?p?gettext)\(""")
"""A text inside an f-string: Babel does not look there."""
CHINESE = re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
FREE_ORDER = frozenset({"date"})
"""Contexts whose translations may choose among the parts they are given (a month as a word or as a number)."""


class UntranslatableError(ValueError):
    """A text is computed, or stands once with a plural and once without, so that nobody can translate it."""


# --- finding texts --------------------------------------------------------------------------------------------------
def texts_of_python(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Babel's own extractor leaves out a text that is computed; here it is refused."""
    calls: Iterator[Any] = extract_python(file, keywords, comment_tags, options)
    for line, function, words, remarks in calls:
        several = words if isinstance(words, tuple) else (words,)
        count = len(KEYWORDS[function] or (1,))
        if None in several[:count] or len(several) < count:
            raise UntranslatableError(f"{file.name}:{line}: a computed text")
        yield line, function, words, remarks


TEMPLATE_CALL = re.compile(r"\b(npgettext|ngettext|pgettext|gettext|_)\(")
LITERAL = re.compile(r"""u?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")\s*,?\s*""")


def texts_of_admin(file: IO[bytes], keywords: object, comment_tags: object, options: object) -> Iterator[Found]:
    """The texts of a template of the admin site, as Django's engine looks them up."""
    calls = templatize(file.read().decode())
    for call in TEMPLATE_CALL.finditer(calls):
        words, position = [], call.end()
        while literal := LITERAL.match(calls, position):
            words.append(str(ast.literal_eval(literal[1])))
            position = literal.end()
        if words:
            yield 0, call[1], tuple(words), []


METHODS: list[tuple[str, Any]] = [
    ("**/migrations/**.py", "ignore"),
    ("web/texts.py", "ignore"),  # hands on what templates say
    ("templates/**.html", texts_of_admin),
    ("**.py", texts_of_python),
    ("**.html", "jinja2.ext:babel_extract"),
]


def collect(base: Path) -> Catalog:
    """Every text of the code.

    Gettext looks up a text with a plural and one without in different places: who uses it both ways reads English.

    :raises UntranslatableError: when one cannot be translated.
    """
    texts: dict[tuple[str, str], tuple[Any, set[str]]] = {}
    for root in SOURCES:
        options = {"**.html": TEMPLATES}
        for name, _line, words, _remarks, context in extract_from_dir(base / root, METHODS, options, KEYWORDS):
            place = f"{root}/{name}"
            msgid = words[0] if isinstance(words, tuple) else words
            known, places = texts.setdefault((msgid, context or ""), (words, set()))
            if known != words:
                raise UntranslatableError(f"{place}: with a plural and without: {msgid}")
            places.add(place)
    catalogue = Catalog(LOCALE)
    for (_msgid, context), (words, places) in sorted(texts.items(), key=lambda text: (text[0][0].lower(), *text[0])):
        catalogue.add(words, locations=[(place, 0) for place in sorted(places)], context=context or None)
    return catalogue


# --- the catalogue --------------------------------------------------------------------------------------------------
def catalogue_path(base: Path | None = None) -> Path:
    return (base or settings.BASE_DIR) / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def load(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(LOCALE, project="dms", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def update(path: Path, texts: Catalog) -> Catalog:
    """Bring the catalogue in step with the code: new texts in, gone texts out, translations kept."""
    catalogue = load(path)
    catalogue.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False)
    return catalogue


def compile_if_older(path: Path) -> bool:
    """Write the ``.mo`` beside the catalogue when it is missing or older; it appears whole or not at all."""
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns > path.stat().st_mtime_ns:
        return False
    half = path.with_suffix(f".mo.{os.getpid()}")
    with half.open("wb") as file:
        write_mo(file, load(path))
    half.replace(compiled)
    return True


# --- the check ------------------------------------------------------------------------------------------------------
def problems(base: Path) -> list[str]:
    """Everything that is wrong with the texts of the code and their catalogue, a sentence each."""
    try:
        texts = {_key(message): message for message in collect(base) if message.id}
    except (UntranslatableError, TemplateSyntaxError) as error:
        return [f"not translatable: {error}"]
    entries = {_key(message): message for message in load(catalogue_path(base)) if message.id}
    complaints = [
        f"missing: {_shown(texts[key])} ({texts[key].locations[0][0]})" for key in texts.keys() - entries.keys()
    ]
    complaints += [f"obsolete: {_shown(entries[key])}" for key in entries.keys() - texts.keys()]
    complaints += [problem for entry in entries.values() for problem in _problems_of(entry)]
    return sorted(complaints) + list(hidden_texts(base)) + list(chinese_in_code(base))


def _forms(text: object) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def _key(message: Message) -> tuple[str, str]:
    """What makes a text one text: its words and its context."""
    return _forms(message.id)[0], message.context or ""


def _problems_of(message: Message) -> Iterator[str]:
    shown, chinese = _shown(message), "".join(_forms(message.string))  # Chinese has one form for every count
    if message.fuzzy:
        yield f"fuzzy: {shown}"
    if not chinese:
        yield f"untranslated: {shown}"
        return
    expected, given = set(PLACEHOLDER.findall(_forms(message.id)[-1])), set(PLACEHOLDER.findall(chinese))
    if expected != given and message.context not in FREE_ORDER:
        yield f"placeholders differ: {shown}: {sorted(expected ^ given)}"


def _shown(message: Message) -> str:
    msgid, context = _key(message)
    return f"“{msgid}”" + (f" [{context}]" if context else "")


def files(base: Path, roots: Iterable[str]) -> Iterator[Path]:
    """Source files under the roots, in a fixed order."""
    for root in roots:
        under = [base / root] if (base / root).is_file() else (base / root).rglob("*")
        for path in sorted(under):
            if path.suffix in SUFFIXES and not SKIPPED.intersection(path.relative_to(base).parts[:-1]):
                yield path


def hidden_texts(base: Path) -> Iterator[str]:
    for path in files(base, SOURCES):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if path.suffix == ".py" and HIDDEN.search(line):
                yield f"hidden in an f-string: {path.relative_to(base).as_posix()}:{number}: {line.strip()[:60]}"


def chinese_in_code(base: Path) -> Iterator[str]:
    """Chinese characters belong in the catalogue and in data files."""
    for path in files(base, NO_CHINESE_IN):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if CHINESE.search(line):
                yield f"Chinese in code: {path.relative_to(base).as_posix()}:{number}: {line.strip()[:60]}"
