"""People who work by API, each with their own key."""

import base64
import shutil
import subprocess
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tests import walk

ROOT = "/api/v1/"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


class Desk:
    """Somebody at work with a key: ``desk.get("sales/leads/")`` answers what came, and says so when it is another status."""

    def __init__(self, username: str) -> None:
        self.client = APIClient()
        asked = {"username": username, "password": walk.PASSWORD, "days": 365}
        key = self.client.post(f"{ROOT}auth/token/", asked, format="json")
        assert key.status_code == 201, key.content.decode()
        self.client.credentials(HTTP_AUTHORIZATION=f"Token {key.json()['token']}", HTTP_ACCEPT_LANGUAGE="zh-hans")

    def get(self, path: str, **query):
        answer = self.client.get(ROOT + path, query)
        assert answer.status_code == 200, (path, answer.content.decode())
        return answer.json()

    def rows(self, path: str, **query) -> list[dict]:
        return self.get(path, **query)["results"]

    def post(self, path: str, code: int = 200, **body):
        answer = self.client.post(ROOT + path, body, format="json")
        assert answer.status_code == code, (path, answer.status_code, answer.content.decode())
        return answer.json()

    def patch(self, path: str, **body):
        answer = self.client.patch(ROOT + path, body, format="json")
        assert answer.status_code == 200, (path, answer.status_code, answer.content.decode())
        return answer.json()

    def pdf(self, path: str, *words: str) -> None:
        """The document as PDF, with these words on it."""
        answer = self.client.get(ROOT + path)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), path
        text = (
            "".join(
                subprocess.run(["pdftotext", "-", "-"], input=answer.content, capture_output=True, check=True)
                .stdout.decode()
                .split()
            )
            if shutil.which("pdftotext")
            else ""
        )
        assert answer.content.startswith(b"%PDF")
        assert not text or [word for word in words if word not in text] == [], (path, text)

    def brings(self, png: bytes) -> int:
        """A picture: its number."""
        file = SimpleUploadedFile("signature.png", png, "image/png")
        answer = self.client.post(f"{ROOT}dms/attachments/", {"file": file}, format="multipart")
        assert answer.status_code == 201, answer.content.decode()
        return answer.json()["id"]

    def refused(self, path: str, **body) -> str:
        """The code of a refusal; its sentence is for people and is there."""
        answer = self.post(path, 409, **body)
        assert answer["detail"]
        return answer["code"]


class Story:
    def __init__(self, dealership: walk.Dealership, desks: dict[str, Desk]) -> None:
        self.dealership, self.desks = dealership, desks

    def __getattr__(self, role: str) -> Desk:
        """``story.cashier`` is the cashier's desk."""
        return self.desks[role]

    def day(self) -> dict[str, tuple[Decimal, Decimal | None]]:
        """The daily report of the moment: figure → (day, month)."""
        rows = self.gm.get("reports/daily/", store="JJ01")["figures"]
        return {row["key"]: (Decimal(row["day"]), row["month"] and Decimal(row["month"])) for row in rows}
