"""A client without a server between: the same cases in one process, to count or explain what they ask of the database."""

from django.test import Client as Browser

from bench.client import Client


class InsideClient(Client):
    """Asks Django itself; everything else is as over the wire."""

    def _exchange(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        answer = Browser().generic(
            method,
            path,
            body or b"",
            headers.pop("Content-Type", "application/octet-stream"),
            headers=headers,
        )
        sent = b"".join(answer) if answer.streaming else answer.content
        begun = "; ".join(cookie.OutputString() for cookie in answer.cookies.values())
        return answer.status_code, {**answer.headers, "Set-Cookie": begun}, bytes(sent)
