"""Where a request comes from: the connection's address, or behind a trusted proxy what that proxy says of its client."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Address = IPv4Address | IPv6Address
HEADER = "HTTP_X_FORWARDED_FOR"


class ClientAddress:
    """From here on ``REMOTE_ADDR`` is the client's: locks, limits, events and the log all read it there.

    Anybody can write the header. Of what came through a proxy of ``TRUSTED_PROXIES`` the last entry that is none of them is
    believed, since the nearest proxy wrote it; whatever stands before it the client may have made up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META["REMOTE_ADDR"] = client_of(request.META.get("REMOTE_ADDR", ""), request.META.get(HEADER, ""))
        return self.get_response(request)


def client_of(peer: str, forwarded: str) -> str:
    """The address of the client, or of the nearest hop of which more cannot be known."""
    trusted = networks(tuple(settings.TRUSTED_PROXIES))
    client = peer
    for hop in reversed(forwarded.split(",")):
        address, further = read(client), read(hop)
        if address is None or further is None or not any(address in network for network in trusted):
            break
        client = str(further)
    return client


@lru_cache(maxsize=8)
def networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text) for text in texts)


def read(text: str) -> Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None
