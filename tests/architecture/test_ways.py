"""Every page can be reached, and says in which area one is."""

import ast
import re

from dms.navigation import registry
from dms.records.open_work import KINDS
from dms.web.rights import PUBLIC
from tests.architecture.act_table import DOCUMENTS
from tests.architecture.sources import modules, templates
from tests.architecture.url_table import URLS, Answer

NOBODY = Answer(PUBLIC, 404)
"""Where there is no page; a customer's own has no tabs."""
AREAS = ("sales", "aftersales", "parts", "crm", "reports")
ASKED_FROM_OUTSIDE = {"healthz", "readyz"}
NO_PAGE = re.compile(r"_(pdf|known|numbers)$")
"""Papers, and parts of pages that a field asks for."""


def unreachable(names: set[str]) -> set[str]:
    """Those that neither a template nor the code names (their own line in ``urls.py`` apart)."""
    told = {name for _path, text in templates() for name in re.findall(r"""['"]([\w:]+)['"]""", text)}
    for path, module in modules().items():
        if not path.endswith("urls.py"):
            told |= {
                node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and type(node.value) is str
            }
    told |= {name for document in DOCUMENTS for name in document.acts.url_names()}  # their buttons name them
    told |= {f"{kind.page}_hand_over" for kind in KINDS.values()}  # the bar of a list names it
    return names - told


def test_every_page_is_linked_from_somewhere():
    names = {url.name for url in URLS if not url.is_api and not url.name.startswith("admin")}
    assert unreachable(names) == ASKED_FROM_OUTSIDE
    assert unreachable({"sales:nowhere"}) == {"sales:nowhere"}


def test_every_page_of_an_area_lights_its_tab():
    lit = {name for area in registry.AREAS.values() for tab in area.tabs for name in (tab.url_name, *tab.match)}
    pages = {
        url.name
        for url in URLS
        if url.name.split(":")[0] in AREAS and not url.is_api and url.answers.get("GET", NOBODY).right != PUBLIC
    }
    assert {name for name in pages - lit if not NO_PAGE.search(name)} == set()
