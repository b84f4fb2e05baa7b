"""A provider of text messages on this machine: Alibaba Cloud's protocol, as far as we speak it, written a second time by hand.

It judges the signature by itself, keeps a log by number and day as the real one does, and fails in the ways a test asks for.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

SECRET, KEY, SIGN = "testSecret", "testId", "蜀锦汽车"
TEMPLATES = {"SMS_1001": {"customer", "store"}}

FAULTS: dict[str, tuple[int, dict[str, object]]] = {
    "busy": (200, {"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发分钟级流控"}),
    "broken": (503, {}),
}


def percent(text: str) -> str:
    """Every byte but the unreserved ones."""
    plain = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in text.encode())


def proof(facts: dict[str, str]) -> str:
    pairs = sorted((percent(name), percent(value)) for name, value in facts.items() if name != "Signature")
    text = "POST&%2F&" + percent("&".join(f"{name}={value}" for name, value in pairs))
    return base64.b64encode(hmac.new(f"{SECRET}&".encode(), text.encode(), hashlib.sha1).digest()).decode()


class Provider:
    """What the provider knows: what it sent, and how it fails next (``slow``, ``busy``, ``broken``, ``deaf``)."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.states: dict[str, tuple[int, str]] = {}
        self.asked: list[str] = []
        self.nonces: set[str] = set()
        self.faults: list[str] = []
        self.url = ""

    def answer(self, facts: dict[str, str]) -> tuple[int, dict[str, object]]:
        self.asked.append(facts.get("Action", ""))
        if facts.get("AccessKeyId") != KEY or proof(facts) != facts.get("Signature"):
            return 400, {"Code": "SignatureDoesNotMatch", "Message": "Specified signature is not matched"}
        if facts["SignatureNonce"] in self.nonces:
            return 400, {"Code": "SignatureNonceUsed"}
        self.nonces.add(facts["SignatureNonce"])
        if (facts["Version"], facts["SignatureMethod"]) != ("2017-05-25", "HMAC-SHA1"):
            return 400, {"Code": "InvalidVersion"}
        return self.send(facts) if facts["Action"] == "SendSms" else self.log(facts)

    def send(self, facts: dict[str, str]) -> tuple[int, dict[str, object]]:
        fault = self.faults.pop(0) if self.faults else ""
        if fault in FAULTS:
            return FAULTS[fault]
        if wrong := self.refusal(facts):
            return 200, {"Code": wrong}
        line = {**facts, "BizId": f"biz{len(self.sent) + 1}"}
        self.sent.append(line)
        # It has sent it, and the answer is lost on the way.
        if fault == "slow":
            time.sleep(0.6)
        return 200, {"Code": "OK", "Message": "OK", "BizId": line["BizId"], "RequestId": "r"}

    @staticmethod
    def refusal(facts: dict[str, str]) -> str:
        number, needed = facts["PhoneNumbers"], TEMPLATES.get(facts["TemplateCode"])
        wrong = {
            "isv.SMS_SIGNATURE_ILLEGAL": facts["SignName"] != SIGN,
            "isv.SMS_TEMPLATE_ILLEGAL": needed is None,
            "isv.TEMPLATE_MISSING_PARAMETERS": bool((needed or set()) - json.loads(facts["TemplateParam"]).keys()),
            "isv.MOBILE_NUMBER_ILLEGAL": not (number.isdigit() and len(number) == 11),
        }
        return next((code for code, is_so in wrong.items() if is_so), "")

    def log(self, facts: dict[str, str]) -> tuple[int, dict[str, object]]:
        if "deaf" in self.faults:
            return 503, {}
        lines = [
            {
                "OutId": line["OutId"],
                "PhoneNum": line["PhoneNumbers"],
                "BizId": line["BizId"],
                "SendStatus": self.states.get(line["OutId"], (1, ""))[0],
                "ErrCode": self.states.get(line["OutId"], (1, ""))[1],
                "ReceiveDate": "2026-11-20 11:00:09",
            }
            for line in self.sent
            if line["PhoneNumbers"] == facts["PhoneNumber"] and facts.get("BizId", line["BizId"]) == line["BizId"]
        ]
        size, page = int(facts["PageSize"]), int(facts["CurrentPage"])
        shown = lines[size * (page - 1) : size * page]
        return 200, {"Code": "OK", "TotalCount": len(lines), "SmsSendDetailDTOs": {"SmsSendDetailDTO": shown}}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider at an address of its own."""
    provider = Provider()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, answer = provider.answer(dict(parse_qsl(body, keep_blank_values=True)))
            try:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode() if status < 500 else b"<html>bad gateway</html>")
            except OSError:
                pass  # who asked has hung up

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
