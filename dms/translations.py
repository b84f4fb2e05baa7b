"""Translations without gettext: find every text in Python and templates, keep the catalogue in step, compile it, check it.

The catalogue is ``locale/zh_Hans/LC_MESSAGES/django.po``. Texts are English in the code; Chinese stands only there and in data
files, which :func:`problems` holds.
"""

import ast
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

SOURCES = ("dms", "crm", "parts", "sales", "aftersales", "reports", "templates")
NO_CHINESE_IN = (*SOURCES, "devstack", "static", "bench", "manage.py")
SUFFIXES = frozenset({".py", ".html", ".txt", ".js", ".css"})
SKIPPED = frozenset({"__pycache__", "node_modules", "data"})
BORROWED = Path("dms/data/borrowed_texts.json")
CHINESE = re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
FREE_ORDER = frozenset({"date"})
"""Contexts whose translations may choose among the parts they are given (a month as a word or as a number)."""

CONTEXT_FIRST = {"pgettext", "npgettext"}
WITH_PLURAL = {"ngettext", "npgettext"}
FUNCTIONS = {"gettext", "gettext_noop", *CONTEXT_FIRST, *WITH_PLURAL}


@dataclass(frozen=True)
class Key:
    """What makes a text one text: its words and its context."""

    msgid: str
    context: str = ""


@dataclass
class Text:
    """A text to translate, and the files it stands in."""

    key: Key
    plural: str = ""
    places: set[str] = field(default_factory=set)


class ComputedTextError(ValueError):
    """A text is computed, so that nobody can translate it."""


# --- finding texts --------------------------------------------------------------------------------------------------
def _bare(name: str) -> str:
    return name.removesuffix("_lazy")


def _names_bound(tree: ast.AST) -> dict[str, str]:
    """Local name → gettext function, from ``from django.utils.translation import gettext_lazy as _``."""
    return {
        alias.asname or alias.name: _bare(alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if _bare(alias.name) in FUNCTIONS
    }


def _function_called(call: ast.Call, bound: Mapping[str, str]) -> str:
    match call.func:
        case ast.Name(id=name):
            return bound.get(name, "")
        case ast.Attribute(value=ast.Name(id="translation"), attr=name) if _bare(name) in FUNCTIONS:
            return _bare(name)
    return ""


def _text(function: str, words: list[str]) -> Text:
    context = words.pop(0) if function in CONTEXT_FIRST else ""
    return Text(Key(words[0], context), words[1] if function in WITH_PLURAL else "")


def texts_of_python(source: str) -> Iterator[Text]:
    """The texts of a module.

    :raises ComputedTextError: when a text is not a plain string.
    """
    tree = ast.parse(source)
    bound = _names_bound(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (function := _function_called(node, bound)):
            wanted = 1 + (function in CONTEXT_FIRST) + (function in WITH_PLURAL)
            words = [word.value for word in node.args[:wanted] if isinstance(word, ast.Constant)]
            if len(words) < wanted or not all(isinstance(word, str) for word in words):
                raise ComputedTextError(f"line {node.lineno}: {ast.unparse(node)[:60]}")
            yield _text(function, [str(word) for word in words])


TEMPLATE_CALL = re.compile(r"\b(npgettext|ngettext|pgettext|gettext|_)\(")
LITERAL = re.compile(r"""u?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")\s*,?\s*""")


def texts_of_template(source: str) -> Iterator[Text]:
    """The texts of a template, as Django itself will look them up (a percent sign is doubled)."""
    calls = templatize(source)
    for call in TEMPLATE_CALL.finditer(calls):
        words, position = [], call.end()
        while literal := LITERAL.match(calls, position):
            words.append(str(ast.literal_eval(literal[1])))
            position = literal.end()
        if words and call[1] == "_":
            yield _text("gettext", [words[0].replace("%", "%%")])
        elif words:
            yield _text(call[1], words)


def files(base: Path, roots: Iterable[str]) -> Iterator[Path]:
    """Source files under the roots, in a fixed order."""
    for root in roots:
        found = [base / root] if (base / root).is_file() else (base / root).rglob("*")
        for path in sorted(found):
            if path.suffix in SUFFIXES and not SKIPPED.intersection(path.relative_to(base).parts[:-1]):
                yield path


def collect(base: Path) -> tuple[dict[Key, Text], list[str]]:
    """Every text of the code, and a sentence for each that cannot be translated.

    Gettext looks up a text with a plural and one without in different places: who uses it both ways reads English.
    """
    texts: dict[Key, Text] = {}
    complaints = []
    for path in files(base, SOURCES):
        if "migrations" in path.parts:
            continue
        place = path.relative_to(base).as_posix()
        finder = texts_of_python if path.suffix == ".py" else texts_of_template
        try:
            for text in finder(path.read_text(encoding="utf-8")):
                known = texts.setdefault(text.key, text)
                if known.plural != text.plural:
                    complaints.append(f"with a plural and without: {_shown(text.key)} ({place})")
                known.plural = known.plural or text.plural
                known.places.add(place)
        except (ComputedTextError, SyntaxError) as error:
            complaints.append(f"not translatable: {place}: {error}")
    for text in borrowed(base):
        texts.setdefault(text.key, text).places.add(BORROWED.as_posix())
    return texts, complaints


def borrowed(base: Path) -> Iterator[Text]:
    """Texts of libraries that bring no Chinese of their own (or not in our words)."""
    path = base / BORROWED
    for entry in json.loads(path.read_text(encoding="utf-8")) if path.exists() else []:
        yield Text(_key(entry["msgid"]), entry.get("plural", ""))


# --- the catalogue --------------------------------------------------------------------------------------------------
def catalogue_path(base: Path | None = None) -> Path:
    return (base or settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def _key(joined: str) -> Key:
    """``context EOT msgid`` as gettext joins them."""
    context, _eot, msgid = joined.rpartition("\x04")
    return Key(msgid, context)


def key_of(entry: polib.POEntry) -> Key:
    return Key(entry.msgid, entry.msgctxt or "")


def load(path: Path) -> polib.POFile:
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    catalogue.wrapwidth = 120
    catalogue.metadata = {
        "Project-Id-Version": "dms",
        "Language": "zh_Hans",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def update(path: Path, texts: Mapping[Key, Text]) -> polib.POFile:
    """Bring the catalogue in step with the code: new texts in, gone texts out, translations kept."""
    known = {key_of(entry): entry for entry in load(path)}
    fresh = load(path)
    fresh.clear()
    for key in sorted(texts, key=lambda key: (key.msgid.lower(), key.msgid, key.context)):
        fresh.append(_entry(texts[key], known.get(key)))
    fresh.save(str(path))
    return fresh


def _entry(text: Text, old: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.key.msgid, msgctxt=text.key.context or None)
    entry.occurrences = [(place, "") for place in sorted(text.places)]
    entry.flags = [flag for flag in (old.flags if old else []) if flag == "fuzzy"]
    if PLACEHOLDER.search(text.key.msgid) and "%" in text.key.msgid:
        entry.flags.append("python-format")
    said = translation_of(old) if old else ""
    if text.plural:
        entry.msgid_plural, entry.msgstr_plural = text.plural, {0: said}
    else:
        entry.msgstr = said
    return entry


def translation_of(entry: polib.POEntry) -> str:
    """Chinese has one form for every count."""
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def merge(path: Path, words: Mapping[str, str], *, overwrite: bool = False) -> list[str]:
    """Take translations from a dictionary; returns the keys that no text has."""
    catalogue = load(path)
    entries = {key_of(entry): entry for entry in catalogue}
    unknown = []
    for joined, chinese in words.items():
        entry = entries.get(_key(joined))
        if entry is None:
            unknown.append(joined)
        elif chinese and (overwrite or not translation_of(entry)):
            _say(entry, chinese)
    catalogue.save(str(path))
    return unknown


def _say(entry: polib.POEntry, chinese: str) -> None:
    if entry.msgid_plural:
        entry.msgstr_plural = {0: chinese}
    else:
        entry.msgstr = chinese
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]


def compile_if_older(path: Path) -> bool:
    """Write the ``.mo`` beside the catalogue when it is missing or older; it appears whole or not at all."""
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns > path.stat().st_mtime_ns:
        return False
    half = path.with_suffix(f".mo.{os.getpid()}")
    load(path).save_as_mofile(str(half))
    half.replace(compiled)
    return True


# --- the check ------------------------------------------------------------------------------------------------------
def problems(base: Path) -> list[str]:
    """Everything that is wrong with the texts of the code and their catalogue, a sentence each."""
    texts, complaints = collect(base)
    entries = {key_of(entry): entry for entry in load(catalogue_path(base))}
    complaints += [f"missing: {_shown(key)} ({_first(texts[key])})" for key in texts.keys() - entries.keys()]
    complaints += [f"obsolete: {_shown(key)}" for key in entries.keys() - texts.keys()]
    complaints += [problem for entry in entries.values() for problem in _problems_of(entry)]
    return sorted(complaints) + list(chinese_in_code(base))


def _problems_of(entry: polib.POEntry) -> Iterator[str]:
    shown, chinese = _shown(key_of(entry)), translation_of(entry)
    if "fuzzy" in entry.flags:
        yield f"fuzzy: {shown}"
    if not chinese:
        yield f"untranslated: {shown}"
        return
    wanted, given = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)), set(PLACEHOLDER.findall(chinese))
    if wanted != given and key_of(entry).context not in FREE_ORDER:
        yield f"placeholders differ: {shown}: {sorted(wanted ^ given)}"


def _shown(key: Key) -> str:
    return f"“{key.msgid}”" + (f" [{key.context}]" if key.context else "")


def _first(text: Text) -> str:
    return min(text.places)


def chinese_in_code(base: Path) -> Iterator[str]:
    """Chinese characters belong in the catalogue and in data files."""
    for path in files(base, NO_CHINESE_IN):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if CHINESE.search(line):
                yield f"Chinese in code: {path.relative_to(base).as_posix()}:{number}: {line.strip()[:60]}"
