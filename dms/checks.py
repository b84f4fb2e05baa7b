"""Checks at every start: what the layout and the roles promise is there, and no page is open to everybody by mistake."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 # Django's own word
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils.module_loading import import_string

from dms.background.aliyun_sms import AliyunSms
from dms.background.channels import stopped
from dms.core import database_roles
from dms.core.roles import RIGHTS, ROLES
from dms.models import Message
from dms.navigation import registry
from dms.navigation.timelines import Strand
from dms.web.rights import PUBLIC, SIGNED_IN

KNOWN = {*RIGHTS, PUBLIC, SIGNED_IN}
GUARDED_BY_ITSELF = frozenset({"admin"})
"""Namespaces whose site asks for its right in one place (``ConfigurationSite.has_permission``)."""
FORGOTTEN = "no right for an act"
FOR_THE_ADMINISTRATOR = frozenset({"dms.configure"})
"""Rights that no role of a store needs."""


def patterns(
    resolver: URLResolver | None = None, names: tuple[str, ...] = (), path: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Every URL of the site: its full name, its path, its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join((*names, entry.name or "")), f"{path}{entry.pattern}", entry
        elif entry.namespace not in GUARDED_BY_ITSELF:
            inner = (*names, entry.namespace) if entry.namespace else names
            yield from patterns(entry, inner, f"{path}{entry.pattern}")


def rights_of_view(view: Callable[..., object]) -> Iterable[str]:
    """What the view says of itself: a page one right, an API viewset one for each of its acts."""
    behind = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    several = getattr(behind, "rights", None)
    if isinstance(several, dict):
        acts = getattr(view, "actions", None) or {act: act for act in several}
        return [str(several.get(act, several.get("*", FORGOTTEN))) for act in acts.values()]
    one = getattr(view, "right", None) or getattr(behind, "right", None)
    return [one] if isinstance(one, str) else []


@register()
def views_say_who_may_open_them(**_kwargs: object) -> list[CheckMessage]:
    """dms.E001: no right declared. dms.E002: a right that does not exist."""
    problems: list[CheckMessage] = []
    for name, path, pattern in patterns():
        rights = list(rights_of_view(pattern.callback))
        if not rights:
            hint = "Declare one: @requires_right(…), `right = …` or `rights = {…}`; see dms/web/rights.py."
            problems.append(Error(f"The view of {path!r} ({name}) declares no right.", hint=hint, id="dms.E001"))
        problems += [
            Error(f"The view of {path!r} needs {right!r}, which is not in dms/core/roles.py.", id="dms.E002")
            for right in rights
            if right not in KNOWN
        ]
    return problems


def _entries() -> Iterator[tuple[str, str]]:
    """(right, URL name) of everything in the layout that leads to a page."""
    for area in registry.AREAS.values():
        yield from ((tab.right, tab.url_name) for tab in area.tabs)
    leading: Iterable[Sequence[Any]] = (registry.new_entries, registry.lanes, registry.configuration_pages)
    for entries in leading:
        yield from ((entry.right, entry.url_name) for entry in entries)


def _providers() -> Iterator[registry.Provider[Any] | Strand]:
    for providers in (registry.search, registry.due_work, registry.tiles):
        yield from providers
    yield from registry.timeline


@register()
def the_layout_leads_somewhere(**_kwargs: object) -> list[CheckMessage]:
    """dms.E003: an entry of the layout names a page or a right that does not exist."""
    problems: list[CheckMessage] = []
    for right, url_name in _entries():
        try:
            reverse(url_name)
        except NoReverseMatch:
            problems.append(Error(f"The layout names the page {url_name!r}, which no URL has.", id="dms.E003"))
        problems += _unknown(right, url_name)
    for provider in _providers():
        problems += _unknown(provider.right, provider.give.__qualname__)
    names = {name for name, _path, _pattern in patterns()}
    problems += [
        Error(f"The tab {tab.url_name!r} stays lit under {name!r}, which no URL has.", id="dms.E003")
        for area in registry.AREAS.values()
        for tab in area.tabs
        for name in tab.match
        if name not in names
    ]
    return problems


def _unknown(right: str, of: str) -> list[CheckMessage]:
    return (
        []
        if right in KNOWN
        else [Error(f"{of!r} in the layout needs {right!r}, which is not in dms/core/roles.py.", id="dms.E003")]
    )


@register()
def rights_are_given(**_kwargs: object) -> list[CheckMessage]:
    """dms.E004: a role gives an unknown right, or nobody of a store has a right."""
    unknown = {right for role in ROLES.values() for right in role.rights} - RIGHTS.keys()
    of_stores = {right for role in ROLES.values() if not role.group_wide for right in role.rights}
    idle = RIGHTS.keys() - of_stores - FOR_THE_ADMINISTRATOR
    return [
        *(Error(f"A role gives {right!r}, which is not in RIGHTS.", id="dms.E004") for right in sorted(unknown)),
        *(Error(f"No role of a store has the right {right!r}.", id="dms.E004") for right in sorted(idle)),
    ]


@register()
def demo_is_for_development(**_kwargs: object) -> list[CheckMessage]:
    """dms.E005: demo logins share a printed password; they never meet the outside world."""
    if settings.DEMO and not settings.DEBUG:
        return [Error("DMS_DEMO is on without DMS_DEBUG.", hint="Unset DMS_DEMO in production.", id="dms.E005")]
    return []


@register()
def channels_can_send(**_kwargs: object) -> list[CheckMessage]:
    """dms.E006: every channel of the outbox has an adapter that can be loaded and can send."""
    problems: list[CheckMessage] = []
    for channel in Message.Channel.values:
        path = settings.OUTBOX_CHANNELS.get(channel, "")
        try:
            adapter = import_string(path)
        except ImportError as error:
            problems.append(Error(f"The channel {channel!r} cannot be loaded: {error}", id="dms.E006"))
        else:
            if not callable(getattr(adapter, "send", None)):
                problems.append(Error(f"The channel {channel!r} ({path}) has no send().", id="dms.E006"))
    return problems


@register()
def channels_reach_somebody(**_kwargs: object) -> list[CheckMessage]:
    """dms.W008: a channel that is not started. dms.E009: a provider without its keys."""
    hint = "Name the class of a provider in DMS_CHANNEL_SMS, DMS_CHANNEL_LETTER (docs/outbox.md)."
    told: list[CheckMessage] = [
        Warning(
            f"The channel {channel!r} is not started: no provider is named, its messages are not sent.",
            hint=hint,
            id="dms.W008",
        )
        for channel in stopped()
    ]
    named = {import_string(path) for path in settings.OUTBOX_CHANNELS.values()}
    missing = [name for name, value in settings.ALIYUN_SMS.items() if not value]
    if AliyunSms in named and missing:
        sentence = f"Text messages go through Alibaba Cloud, and it is not said: {', '.join(missing)}."
        told.append(Error(sentence, hint="Set DMS_ALIYUN_… (docs/outbox.md).", id="dms.E009"))
    return told


@register(Tags.database, deploy=True)
def application_owns_nothing(databases: Sequence[str] | None = None, **_kwargs: object) -> list[CheckMessage]:
    """dms.W007: who owns a table can let its triggers sleep, and then the database refuses nothing."""
    if not databases or not database_roles.may_do_more():
        return []
    hint = "Name a role of its own there, and the owner in DMS_OWNER_DATABASE_URL for migrate (docs/production.md)."
    return [Warning("The role of DATABASE_URL may do more than write rows.", hint=hint, id="dms.W007")]
