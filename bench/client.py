"""One client: a kept connection, its people taking turns, answers counted in bytes. Standard library only: it must cost little."""

import gzip
import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import cycle
from typing import Any, TypedDict
from urllib.parse import urlencode, urlsplit

CSRF = "b" * 32


class Person(TypedDict):
    """A colleague as the clients know them: whose rows, the cookie of a session, the key of the API."""

    user: str
    username: str
    session: str
    token: str


class WrongAnswerError(Exception):
    """Fast and wrong counts for nothing."""


@dataclass(frozen=True)
class Answer:
    """What came back; ``text`` is empty for a redirect, ``session`` where none began."""

    status: int
    text: str
    location: str
    session: str = ""

    def json(self) -> Any:
        return json.loads(self.text)

    def expect(self, status: int, *words: str) -> "Answer":
        """:raises WrongAnswerError: when it is not this status, or one of the words is missing."""
        missing = [word for word in words if word not in self.text]
        if self.status != status or missing:
            raise WrongAnswerError(f"{self.status} instead of {status}, without {missing}: {self.text[:300]!r}")
        return self


@dataclass
class Client:
    """Speaks to the server as the proxy in front of it does. ``people`` are sessions and keys, used one after another."""

    url: str
    people: list[Person]
    wire: int = 0
    raw: int = 0
    who: Person = field(init=False)
    _turns: Iterator[Person] = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._host = parts.hostname or ""
        self._origin = f"https://{self._host}"
        self._turns = cycle(self.people)

    def next_person(self) -> None:
        self.who = next(self._turns)

    def bare(self, path: str) -> Answer:
        """As nobody: no session, no key."""
        return self._ask("GET", path, {"Accept": "text/html"})

    def sign_in(self, password: str) -> Answer:
        """The person gives name and password, and sees their home page in the session that begins."""
        sent = self._page("/sign-in/", "", {"username": self.who["username"], "password": password})
        if not sent.session:
            raise WrongAnswerError(f"{sent.status} to name and password: {sent.text[:300]!r}")
        return self._page(sent.location, sent.session)

    def page(self, path: str, form: Mapping[str, str] | None = None) -> Answer:
        """A page of the signed-in person; with a form it is sent."""
        return self._page(path, self.who["session"], form)

    def _page(self, path: str, session: str, form: Mapping[str, str] | None = None) -> Answer:
        headers = {"Cookie": f"dms_session={session}; csrftoken={CSRF}", "Accept": "text/html"}
        if form is None:
            return self._ask("GET", path, headers)
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF, "Origin": self._origin}
        return self._ask("POST", path, headers, urlencode(form))

    def followed(self, path: str, form: Mapping[str, str]) -> Answer:
        """A form is sent, and the page that follows is opened: what the person waits for."""
        sent = self.page(path, form)
        if sent.status != 302:
            raise WrongAnswerError(f"{sent.status} to the form of {path}: {sent.text[:300]!r}")
        return self.page(sent.location)

    def api(self, path: str, body: Mapping[str, str] | None = None) -> Answer:
        headers = {"Authorization": f"Token {self.who['token']}", "Accept": "application/json"}
        if body is None:
            return self._ask("GET", f"/api/v1/{path}", headers)
        return self._ask("POST", f"/api/v1/{path}", headers | {"Content-Type": "application/json"}, json.dumps(body))

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str | None = None) -> Answer:
        headers |= {
            "Host": self._host,
            "Accept-Encoding": "gzip",
            "X-Forwarded-Proto": "https",
            "Referer": f"{self._origin}/",
        }
        status, answered, sent = self._exchange(method, path, headers, body.encode() if body else None)
        plain = self.unpacked(sent, answered.get("Content-Encoding", ""))
        self.wire, self.raw = self.wire + len(sent), self.raw + len(plain)
        begun = SimpleCookie(answered.get("Set-Cookie", "")).get("dms_session")
        return Answer(status, plain.decode(), answered.get("Location", ""), begun.value if begun else "")

    def unpacked(self, sent: bytes, encoding: str) -> bytes:
        return gzip.decompress(sent) if encoding == "gzip" else sent

    def _exchange(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        answered = dict(answer.headers.items())
        answered["Set-Cookie"] = "; ".join(answer.headers.get_all("Set-Cookie", []))
        return answer.status, answered, answer.read()

    def close(self) -> None:
        self._connection.close()
