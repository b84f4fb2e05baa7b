"""What moves in the demo: messages of every status through the real outbox, long jobs, changes of the base data."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from dms import base_data, demo
from dms.background import exports, jobs, outbox
from dms.demo.stage import Stage
from dms.models import Event, Job, Message, Store, User, Variant
from dms.records import events
from dms.records.own_events import CONFIGURATION_CHANGED

KEY = "demo-message"
WORKER = "demo"


@demo.step("changes", of_group=True)
def changes(_stage: Stage) -> None:
    """Price changes of the last two weeks, as the configuration site records them."""
    if Event.objects.filter(kind=CONFIGURATION_CHANGED).exists():
        return
    admin, now = User.objects.get(username="admin"), timezone.now()
    price_changes = []
    for number, variant in enumerate(Variant.objects.order_by("pk")[:12]):
        old = variant.list_price + Decimal(2000 + 500 * (number % 4))
        data = {"fields": ["list_price"], "old": {"list_price": old}, "new": {"list_price": variant.list_price}}
        event = events.build(CONFIGURATION_CHANGED, variant, by=admin, data=data)
        event.at = now - timedelta(days=14 - number, minutes=37 * number)
        price_changes.append(event)
    Event.objects.bulk_create(price_changes)


@demo.step("messages", of_group=True)
def messages(_stage: Stage) -> None:
    """Posted, sent, failed, waiting, cancelled: the channels decide as in real life."""
    if Message.objects.filter(idempotency_key__startswith=KEY).exists():
        return
    stores, users = {row.code: row for row in Store.objects.all()}, {row.username: row for row in User.objects.all()}
    tomorrow, drafts, cancelled = timezone.now() + timedelta(days=1), [], []
    for number, (fate, channel, recipient, store, by, title, body) in enumerate(
        base_data.read("demo/messages.json"), 1
    ):
        key = f"{KEY}-{number:03}"
        drafts.append(
            outbox.draft(
                channel=channel,
                recipient=recipient,
                title=title,
                body=body,
                key=key,
                store=stores[store],
                by=users[by],
                due_at=None if fate in {"sent", "failed"} else tomorrow,
            )
        )
        if fate == "cancelled":
            cancelled.append((key, users[by]))
    posted = {message.idempotency_key: message for message in outbox.post_many(drafts)}
    for key, user in cancelled:
        outbox.cancel(posted[key], by=user)


@demo.step("jobs", of_group=True)
def long_jobs(_stage: Stage) -> None:
    """One export done, one refused while running, one cancelled: run at once, by the machinery of the workers."""
    if Job.objects.exists():
        return
    today = timezone.localdate()
    period = {"first": today - timedelta(days=30), "last": today}
    users = {row.username: row for row in User.objects.all()}
    jobs.request("export_events", by=users["gm"], params=period)
    jobs.request("export_events", by=users["cs_manager"], store=Store.objects.get(code="JJ01"), params=period)
    jobs.cancel(jobs.request("export_events", by=users["sales_manager"], params=period), by=users["sales_manager"])
    if "events" in exports.LISTINGS:
        jobs.request("export_table", by=users["parts_planner"], params={"list": "events"})


def deliver() -> None:
    """After the commit: send what is due and run what waits, so that the demo shows results without a worker."""
    outbox.deliver_due(WORKER)
    for pk in Job.objects.claimable(timezone.now()).order_by("pk").values_list("pk", flat=True)[:10]:
        # By our own hands: where a demo is just being loaded there is often no worker yet.
        jobs.execute(pk, WORKER)
