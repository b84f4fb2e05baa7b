"""One client: a kept connection, its people taking turns, answers counted in bytes. Standard library only: it must cost little."""

import gzip
import http.client
import json
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import urlencode, urlsplit

CSRF = "b" * 32


class WrongAnswerError(Exception):
    """Fast and wrong counts for nothing."""


@dataclass(frozen=True)
class Answer:
    """What came back; ``text`` is empty for a redirect."""

    status: int
    text: str
    location: str

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
    people: list[dict[str, str]]
    wire: int = 0
    raw: int = 0
    _turns: Any = field(init=False)
    _who: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._host = parts.hostname or ""
        self._origin = f"https://{self._host}"
        self._turns = cycle(self.people)

    def next_person(self) -> None:
        self._who = next(self._turns)

    def page(self, path: str, form: dict[str, Any] | None = None) -> Answer:
        """A page of the signed-in person; with a form it is sent."""
        headers = {"Cookie": f"dms_session={self._who['session']}; csrftoken={CSRF}", "Accept": "text/html"}
        if form is None:
            return self._ask("GET", path, headers)
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF, "Origin": self._origin}
        return self._ask("POST", path, headers, urlencode(form))

    def followed(self, path: str, form: dict[str, Any]) -> Answer:
        """A form is sent, and the page that follows is opened: what the person waits for."""
        sent = self.page(path, form)
        if sent.status != 302:
            raise WrongAnswerError(f"{sent.status} to the form of {path}: {sent.text[:300]!r}")
        return self.page(sent.location)

    def api(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        headers = {"Authorization": f"Token {self._who['token']}", "Accept": "application/json"}
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
        self._connection.request(method, path, body.encode() if body else None, headers)
        answer = self._connection.getresponse()
        sent = answer.read()
        plain = gzip.decompress(sent) if answer.headers.get("Content-Encoding") == "gzip" else sent
        self.wire, self.raw = self.wire + len(sent), self.raw + len(plain)
        return Answer(answer.status, plain.decode(), answer.headers.get("Location", ""))

    def close(self) -> None:
        self._connection.close()
