"""Text messages through Alibaba Cloud (Dysmsapi 2017-05-25): signed requests, templates by their number, reports asked for.

The provider knows no key by which it would drop a double. It keeps the ``OutId`` of each message with its log instead: before a
message is sent again, that log is asked whether it is there already.
"""

import base64
import hashlib
import hmac
import http.client
import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from dms.background.channels import Receipt, Undeliverable
from dms.core.untyped import Facts
from dms.formats.days import HERE, day_of
from dms.models import Message

VERSION = "2017-05-25"
TIMEOUT = 10
"""Seconds; well below the lease of the outbox, whose sender must not look dead while the provider is slow."""
PAGE = 50
"""The most that one answer of the provider's log holds."""
SENDING, REFUSED, ARRIVED = 1, 2, 3
"""What the log says of a message."""

FINAL = {
    "isv.MOBILE_NUMBER_ILLEGAL": "number",
    "isv.BLACK_KEY_CONTROL_LIMIT": "text",
    "isv.SMS_CONTENT_ILLEGAL": "text",
    "isv.PARAM_LENGTH_LIMIT": "text",
    "isv.INVALID_PARAMETERS": "text",
    "isv.TEMPLATE_PARAMS_ILLEGAL": "text",
    "isv.TEMPLATE_MISSING_PARAMETERS": "text",
    "isv.SMS_TEMPLATE_ILLEGAL": "template",
    "isv.SMS_SIGNATURE_ILLEGAL": "template",
}
"""Answers after which no later attempt helps; everything else (limits of flow, money, faults, silence) may pass."""


class ProviderError(Exception):
    """The provider did not take it now: try later."""


def encoded(text: str) -> str:
    """As the provider’s signature counts it: RFC 3986, nothing but the unreserved left as it is."""
    return quote(text, safe="~")


def signature(facts: Mapping[str, str], secret: str, method: str = "POST") -> str:
    """HMAC-SHA1 over the sorted parameters."""
    sorted_facts = "&".join(f"{encoded(name)}={encoded(facts[name])}" for name in sorted(facts))
    text = f"{method}&{encoded('/')}&{encoded(sorted_facts)}"
    # SHA-1 is what this version of the provider's protocol is made of.
    return base64.b64encode(hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()).decode()


class AliyunSms:
    """The channel. Keys, signature and address come from the environment (docs/outbox.md)."""

    def send(self, message: Message) -> str:
        if not message.template_code:
            raise Undeliverable(
                _("This text has no template number of the provider: write it into the template it is made from.")
            )
        # Whether the last attempt arrived nobody knows when it died or timed out: the provider's log does.
        if not is_first(message) and (earlier := self._sent_already(message)):
            return earlier
        facts = {
            "PhoneNumbers": message.recipient,
            "SignName": settings.ALIYUN_SMS["sign_name"],
            "TemplateCode": message.template_code,
            "TemplateParam": json.dumps(message.template_facts, ensure_ascii=False),
            "OutId": message.idempotency_key,
        }
        answer = self._ask("SendSms", facts)
        return str(answer.get("BizId", ""))

    def receipt(self, message: Message) -> Receipt | None:
        """What the network said of a message that was handed over; None while it is under way."""
        for line in self._log(message, day_of(message.sent_at or timezone.now()), reference=message.reference):
            if line.get("OutId") in {message.idempotency_key, "", None} and line.get("SendStatus") != SENDING:
                arrived = line["SendStatus"] == ARRIVED
                return Receipt(
                    arrived, _moment(line.get("ReceiveDate")), "" if arrived else str(line.get("ErrCode", ""))
                )
        return None

    def _sent_already(self, message: Message) -> str:
        """Its reference when the provider has it from an earlier attempt; one that the network refused counts as not sent."""
        day, today = day_of(message.created_at), timezone.localdate()
        # The last days only: what is older than a retry can be was given up, and is sent anew by a person.
        day = max(day, today - timedelta(days=2))
        while day <= today:
            for line in self._log(message, day):
                if line.get("OutId") == message.idempotency_key and line.get("SendStatus") != REFUSED:
                    return str(line.get("BizId") or message.idempotency_key)
            day += timedelta(days=1)
        return ""

    def _log(self, message: Message, day: date, reference: str = "") -> Iterator[Facts]:
        page, seen = 1, 0
        while True:
            facts = {"PhoneNumber": message.recipient, "SendDate": f"{day:%Y%m%d}", "PageSize": str(PAGE)}
            answer = self._ask("QuerySendDetails", {**facts, "CurrentPage": str(page), **_biz(reference)})
            lines = (answer.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
            yield from lines
            page, seen = page + 1, seen + len(lines)
            if not lines or seen >= int(answer.get("TotalCount") or 0):
                return

    def _ask(self, action: str, facts: Mapping[str, str]) -> Facts:
        """One signed request.

        :raises Undeliverable: when the provider says that no later attempt helps; any other answer is a ProviderError.
        """
        status, text = _post(settings.ALIYUN_SMS["endpoint"], signed(action, facts))
        try:
            answer: Facts = json.loads(text)
        except ValueError as error:
            raise ProviderError(f"HTTP {status}") from error
        code = str(answer.get("Code", status))
        if code == "OK":
            return answer
        if code in FINAL:
            raise Undeliverable(refusal(FINAL[code], code))
        raise ProviderError(f"{code}: {answer.get('Message', '')}"[:300])


def is_first(message: Message) -> bool:
    """Nobody has tried to send it before; who sends it again by hand sets the attempts back, and then its day."""
    return message.attempts <= 1 and message.due_at <= message.created_at


def _biz(reference: str) -> dict[str, str]:
    return {"BizId": reference} if reference else {}


def _moment(text: object) -> datetime:
    """The provider's clock is that of China."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=HERE)
    except ValueError:
        return timezone.now()


def refusal(kind: str, code: str) -> str:
    """Why the provider will not send it, and what to do."""
    sentences = {
        "number": _("The provider refuses the number (%(code)s). Correct it, and send it again."),
        "text": _("The provider refuses the text (%(code)s): change the template or what it is filled with."),
        "template": _("The provider does not know the template number or the signature (%(code)s)."),
    }
    return sentences[kind] % {"code": code}


def signed(action: str, facts: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a request, with the proof that they are ours."""
    known = settings.ALIYUN_SMS
    whole = {
        **facts,
        "AccessKeyId": known["key_id"],
        "Action": action,
        "Format": "JSON",
        "RegionId": known["region"],
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": uuid.uuid4().hex,
        "SignatureVersion": "1.0",
        "Timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "Version": VERSION,
    }
    return {**whole, "Signature": signature(whole, known["key_secret"])}


def _post(endpoint: str, facts: Mapping[str, str]) -> tuple[int, str]:
    """In the body, not the address: addresses stand in the logs of every machine on the way."""
    place = urlsplit(endpoint)
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    link = kind(place.hostname or "", place.port, timeout=TIMEOUT)
    try:
        link.request("POST", "/", urlencode(facts), {"Content-Type": "application/x-www-form-urlencoded"})
        answer = link.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        link.close()
