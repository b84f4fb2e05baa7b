"""Text messages by a real provider's protocol: signed, refused, throttled, lost, never twice; what became of them."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from dms.background import aliyun_sms, outbox
from dms.checks import channels_reach_somebody
from dms.models import Event, Message
from tests.clock import at
from tests.dms import fake_dysms

pytestmark = pytest.mark.django_db
NOW = at("2026-11-20 11:00")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def provider(settings, monkeypatch, clock):
    settings.OUTBOX_CHANNELS = {**settings.OUTBOX_CHANNELS, "sms": "dms.background.aliyun_sms.AliyunSms"}
    monkeypatch.setattr(aliyun_sms, "TIMEOUT", 0.3)
    with fake_dysms.running() as server:
        known = {"key_id": fake_dysms.KEY, "key_secret": fake_dysms.SECRET, "sign_name": fake_dysms.SIGN}
        settings.ALIYUN_SMS = {**settings.ALIYUN_SMS, **known, "endpoint": server.url}
        yield server


def post(key="birthday:7:2026", **facts):
    known = {
        "recipient": "13800001234",
        "title": "生日祝福",
        "body": "谷女士，生日快乐 ~*+ & =",
        "template_code": "SMS_1001",
        "template_facts": {"customer": "谷女士 ~*+&=", "store": "锦江店"},
    }
    return outbox.post(channel="sms", key=key, **{**known, **facts})


def sweep(message, clock=None, minutes=0):
    if clock and minutes:
        clock.shift(timedelta(minutes=minutes))
    outbox.deliver_due("worker")
    message.refresh_from_db()
    return message


def test_the_signature_is_that_of_the_providers_own_example():
    facts = {
        "AccessKeyId": "testId",
        "Action": "SendSms",
        "Format": "XML",
        "OutId": "123",
        "PhoneNumbers": "15300000001",
        "RegionId": "cn-hangzhou",
        "SignName": "阿里云短信测试专用",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
        "SignatureVersion": "1.0",
        "TemplateCode": "SMS_71390007",
        "TemplateParam": '{"customer":"test"}',
        "Timestamp": "2017-07-12T02:42:19Z",
        "Version": "2017-05-25",
    }
    assert aliyun_sms.signature(facts, "testSecret", "GET") == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_a_message_goes_out_signed_with_its_template_and_its_facts(provider):
    message = sweep(post())
    assert (message.status, message.reference) == ("SENT", "biz1")
    (sent,) = provider.sent
    assert (sent["OutId"], sent["TemplateCode"]) == (message.idempotency_key, "SMS_1001")
    assert json.loads(sent["TemplateParam"])["customer"] == "谷女士 ~*+&="
    assert provider.asked == ["SendSms"], "the log is asked only where there was an attempt before"


def test_another_secret_is_refused_and_nothing_is_sent(provider, settings):
    settings.ALIYUN_SMS = {**settings.ALIYUN_SMS, "key_secret": "stolen"}
    message = sweep(post())
    assert message.status == "PENDING"
    assert "SignatureDoesNotMatch" in message.error
    assert not provider.sent


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"recipient": "02885551234-8"}, "MOBILE_NUMBER_ILLEGAL"),
        ({"template_code": "SMS_9"}, "SMS_TEMPLATE_ILLEGAL"),
        ({"template_facts": {}}, "TEMPLATE_MISSING_PARAMETERS"),
        ({"template_code": ""}, "模板"),
    ],
)
def test_what_no_retry_helps_fails_at_once_and_says_why(provider, facts, code):
    message = sweep(post(**facts))
    assert (message.status, message.attempts) == ("FAILED", 1)
    assert code in message.error


def test_throttled_or_broken_is_tried_later_and_sent_once(provider, clock):
    provider.faults = ["busy", "broken"]
    message = post()
    assert sweep(message).status == "PENDING"
    assert "isv.BUSINESS_LIMIT_CONTROL" in message.error
    assert sweep(message, clock, 2).status == "PENDING"
    assert sweep(message, clock, 6).status == "SENT"
    assert len(provider.sent) == 1


def test_an_answer_that_is_lost_does_not_send_it_twice(provider, clock):
    provider.faults = ["slow"]
    message = post()
    assert sweep(message).status == "PENDING"
    assert "Timeout" in message.error or "timed out" in message.error
    # As long as the log cannot be read nobody knows whether it is there: it waits.
    provider.faults = ["deaf"]
    assert sweep(message, clock, 2).status == "PENDING"
    provider.faults = []
    sweep(message, clock, 6)
    assert (message.status, message.reference) == ("SENT", "biz1")
    assert len(provider.sent) == 1


def test_sent_again_by_hand_it_is_looked_for_as_well(provider, clock, cast):
    provider.faults = ["slow"]
    message = sweep(post())
    Message.objects.filter(pk=message.pk).update(status="SENDING", claimed_by="w", lease_until=NOW)
    Message.objects.filter(pk=message.pk).update(status="FAILED", claimed_by="", lease_until=None, attempts=6)
    clock.shift(timedelta(minutes=30))
    outbox.resend(message, by=cast.sales_manager)
    assert sweep(message).status == "SENT"
    assert len(provider.sent) == 1


# --- what became of it --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("state", "word"), [((3, "DELIVERED"), "ARRIVED"), ((2, "MK:0001"), "REFUSED")])
def test_the_report_of_the_network_stands_at_the_message(provider, clock, state, word, cast, signed_in):
    message = sweep(post(store=cast.store))
    clock.shift(timedelta(minutes=2))
    assert outbox.collect_receipts() == 0, "under way"
    provider.states[message.idempotency_key] = state
    assert [outbox.collect_receipts(), outbox.collect_receipts()] == [1, 0]
    message.refresh_from_db()
    assert (message.receipt, message.receipt_at) == (word, at("2026-11-20 11:00:09"))
    page = signed_in(cast.sales_manager).get(reverse("dms:message", args=[message.pk])).content.decode()
    assert {"ARRIVED": "已送达", "REFUSED": "未送达"}[word] in page
    assert Event.objects.filter(kind="message.not_delivered").exists() == (word == "REFUSED")


def test_after_three_days_nobody_asks_any_more(provider, clock):
    sweep(post())
    clock.shift(timedelta(days=4))
    asked = len(provider.asked)
    outbox.collect_receipts()
    assert len(provider.asked) == asked


def test_a_provider_without_its_keys_is_told_at_the_start(settings):
    settings.OUTBOX_CHANNELS = {**settings.OUTBOX_CHANNELS, "sms": "dms.background.aliyun_sms.AliyunSms"}
    settings.ALIYUN_SMS = {**settings.ALIYUN_SMS, "key_secret": ""}
    assert {told.id for told in channels_reach_somebody()} == {"dms.E009"}


# --- not started --------------------------------------------------------------------------------------------------------
def test_files_are_no_channel_of_production(settings, cast, signed_in):
    settings.OUTBOX_FILES = False
    message = sweep(post(store=cast.store))
    assert (message.status, message.sent_at) == ("FAILED", None)
    assert {told.id for told in channels_reach_somebody()} == {"dms.W008"}
    page = signed_in(cast.sales_manager).get(reverse("dms:messages")).content.decode()
    assert "未启用" in page
