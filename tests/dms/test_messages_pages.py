"""The outbox as pages: what was sent, what failed, sending it again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dms.background import outbox
from dms.models import Event, Message
from tests.factories import end_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(store, cast):
    return outbox.post(
        channel="sms",
        recipient="13800001234",
        title="保养提醒",
        body="谷雨先生，您好！",
        key="a",
        store=store,
        by=cast.sales_manager,
    )


def fail(message):
    end_work(message, "FAILED", attempts=6, error="timeout")


def test_the_list_masks_phone_numbers_and_links_to_the_message(signed_in, cast, message):
    page = signed_in(cast.sales_manager).get(reverse("dms:messages")).content.decode()
    assert "138****1234" in page
    assert "13800001234" not in page
    assert reverse("dms:message", args=[message.pk]) in page


def test_the_list_is_narrowed_by_status_channel_and_words(signed_in, cast, message, store):
    other = outbox.post(channel="email", recipient="a@example.cn", title="感谢信", body="…", key="b", store=store)
    fail(other)
    client = signed_in(cast.sales_manager)

    def shown(**query):
        return {row.pk for row in client.get(reverse("dms:messages"), query).context["page_obj"]}

    assert shown() == {message.pk, other.pk}
    assert shown(status="FAILED") == shown(channel="email") == shown(q="感谢") == {other.pk}
    assert shown(status="FAILED", q="保养") == set()


def test_an_empty_result_says_which_filter_to_drop(signed_in, cast, message):
    page = signed_in(cast.sales_manager).get(reverse("dms:messages"), {"status": "FAILED"}).content.decode()
    assert 'class="empty"' in page
    assert 'href="?"' in page


def test_a_page_that_does_not_exist_shows_the_nearest(signed_in, cast, message):
    assert list(signed_in(cast.sales_manager).get(reverse("dms:messages"), {"page": "99"}).context["page_obj"]) == [
        message
    ]


def test_a_failed_message_shows_its_error_and_is_sent_again(signed_in, cast, message):
    fail(message)
    client, url = signed_in(cast.sales_manager), reverse("dms:message", args=[message.pk])
    page = client.get(url).content.decode()
    assert "timeout" in page
    assert "谷雨先生" in page
    response = client.post(
        reverse("dms:message_resend", args=[message.pk]), headers={"Referer": f"http://testserver{url}"}
    )
    assert response.headers["Location"].endswith(url)
    message.refresh_from_db()
    assert message.status == Message.Status.PENDING
    history = client.get(url).context["moments"]
    assert [moment.by for moment in history] == [str(cast.sales_manager), str(cast.sales_manager)]


def test_a_waiting_message_is_not_resent_but_may_be_cancelled(signed_in, cast, message):
    client = signed_in(cast.sales_manager)
    page = client.get(reverse("dms:message", args=[message.pk])).content.decode()
    assert reverse("dms:message_resend", args=[message.pk]) not in page
    client.post(reverse("dms:message_cancel", args=[message.pk]))
    message.refresh_from_db()
    assert message.status == Message.Status.CANCELLED
    assert Event.objects.filter(kind="message.cancelled", by=cast.sales_manager).exists()


def test_messages_of_another_store_are_not_there(signed_in, message, elsewhere):
    client = signed_in(elsewhere.sales_manager)
    assert not client.get(reverse("dms:messages")).context["page_obj"].object_list
    assert client.get(reverse("dms:message", args=[message.pk])).status_code == 404
    assert client.post(reverse("dms:message_resend", args=[message.pk])).status_code == 404


def test_who_lacks_the_right_sees_no_messages(signed_in, cast, message):
    assert signed_in(cast.adviser).get(reverse("dms:messages")).status_code == 403


def test_the_text_of_a_message_is_never_markup(signed_in, cast, store):
    message = outbox.post(
        channel="email", recipient="a@example.cn", title="<b>x</b>", body="<script>x</script>", key="z", store=store
    )
    page = signed_in(cast.sales_manager).get(reverse("dms:message", args=[message.pk])).content.decode()
    assert "<script>x" not in page
    assert "<b>x" not in page


def test_more_messages_cost_no_more_queries(signed_in, cast, message, store):
    client = signed_in(cast.sales_manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("dms:messages"))
        return len(captured)

    queries()
    few = queries()
    now = timezone.now()
    Message.objects.bulk_create(
        Message(channel="sms", recipient="1", body="", store=store, idempotency_key=f"k{n}", created_at=now)
        for n in range(40)
    )
    assert queries() == few
