"""What the customer agreed to is what they saw: lines, sums, terms, and the papers with their signature."""

import base64
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from aftersales.actions import consent, lines, release, work_orders
from aftersales.models import Authorisation, SignedPaper
from aftersales.shown import Shown
from dms.records import attachments
from tests.conftest import refuses
from tests.factories import PartFactory, WorkOrderFactory, fresh, labour_of, operation, part_of, when_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def fluid(cast):
    """Brake fluid for 156 and a filter for 78 wait for the customer's word beside signed work."""
    order = WorkOrderFactory.create(stage="signed")
    wanted = [
        lines.add_part(order, part=PartFactory.create(price=price), by=cast.service_adviser) for price in (156, 78)
    ]
    return order, *wanted


def raise_price(line, cast, price=900):
    return lines.change_line(line, quantity=line.quantity, unit_price=Decimal(price), by=cast.service_adviser)


def shown_on(page):
    text = page.content.decode()
    start = text.index('name="shown" value="') + len('name="shown" value="')
    return text[start : text.index('"', start)].replace("&#34;", '"').replace("&amp;", "&")


def words(answer):
    return " ".join(answer.content.decode().split())


PHONE: dict[str, Any] = {"method": "PHONE", "given_by": "夏至", "evidence": "13800000021"}


# --- the page -----------------------------------------------------------------------------------------------------------
def test_a_price_raised_in_a_second_window_is_said_and_asked_anew(cast, fluid, signed_in):
    order, brake, filters = fluid
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_sign", args=[order.pk])
    shown = shown_on(client.get(address))
    raise_price(brake, cast)
    sent = PHONE | {"shown": shown, "lines": [brake.pk, filters.pk]}
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert "¥156.00 → ¥900.00" in words(answer)
    assert "¥978.00" in words(answer), "the total of the page is that of today"
    assert Authorisation.objects.filter(work_order=order).count() == 1
    assert client.post(address, sent | {"shown": shown_on(answer)}).status_code == 302
    assert Authorisation.objects.latest("pk").amount == Decimal(978)


def test_also_a_line_that_is_not_ticked_is_said_when_it_changed(cast, fluid, signed_in):
    order, brake, filters = fluid
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_sign", args=[order.pk])
    shown = shown_on(client.get(address))
    raise_price(brake, cast)
    assert client.post(address, PHONE | {"shown": shown, "lines": [filters.pk]}).status_code == 422


def test_a_line_withdrawn_or_added_meanwhile_is_said(cast, signed_in):
    order = WorkOrderFactory.create(stage="estimated")
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_sign", args=[order.pk])
    shown = shown_on(client.get(address))
    lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
    sent = {"method": "SIGNATURE", "given_by": "夏至", "signature_typed": "夏至", "shown": shown}
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert str(operation("B01")) in words(answer)
    assert fresh(order).status == "ESTIMATED"


def test_another_promise_or_choice_than_was_shown_is_asked_anew(cast, signed_in):
    order = WorkOrderFactory.create(stage="estimated")
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_sign", args=[order.pk])
    sent = {
        "method": "SIGNATURE",
        "given_by": "夏至",
        "signature_typed": "夏至",
        "shown": shown_on(client.get(address)),
    }
    work_orders.describe(order, old_parts="DISPOSE", by=cast.service_adviser)
    assert client.post(address, sent).status_code == 422
    sent["shown"] = shown_on(client.get(address))
    consent.reopen_estimate(order, by=cast.service_adviser)
    consent.estimate(order, promised_at=when_open(order.store, hours=5), by=cast.service_adviser)
    assert client.post(address, sent).status_code == 422
    assert fresh(order).status == "ESTIMATED"


def test_nothing_ticked_is_not_everything(cast, fluid, signed_in):
    order = fluid[0]
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_sign", args=[order.pk])
    assert client.post(address, PHONE | {"shown": shown_on(client.get(address))}).status_code == 422
    assert Authorisation.objects.filter(work_order=order).count() == 1


def test_without_what_was_shown_nobody_agrees(cast, fluid, signed_in):
    order, brake, _filters = fluid
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_sign", args=[order.pk])
    for shown in ("", "x", "[]", '{"a": 1}'):
        assert client.post(address, PHONE | {"shown": shown, "lines": [brake.pk]}).status_code == 422


def test_a_browser_without_script_counts_the_ticks_anew(cast, fluid, signed_in):
    order, brake, filters = fluid
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_sign", args=[order.pk])
    page = client.get(address)
    assert "dms/js/consent" in page.content.decode()
    assert "¥234.00" in words(page)
    counted = client.post(address, PHONE | {"shown": shown_on(page), "lines": [filters.pk], "recount": "1"})
    assert counted.status_code == 200
    assert "¥78.00" in words(counted)
    assert fresh(brake).status == fresh(filters).status == "PROPOSED"


# --- the API ------------------------------------------------------------------------------------------------------------
def test_by_api_the_amounts_or_the_digest_go_along(cast, fluid, signed_in):
    order, brake, filters = fluid
    client, root = signed_in(cast.service_adviser), f"/api/v1/aftersales/work-orders/{order.pk}/"
    digest = client.get(root).json()["consent_digest"]

    def agree(**facts):
        return client.post(f"{root}authorise/", json.dumps(PHONE | facts), content_type="application/json")

    assert agree(lines=[brake.pk]).status_code == 400, "nobody says what the customer was told"
    raise_price(brake, cast)
    told = agree(amounts={brake.pk: "156.00"})
    assert (told.status_code, told.json()["code"]) == (409, "shown_changed")
    assert "900.00" in told.json()["detail"]
    told = agree(digest=digest)
    assert (told.status_code, told.json()["code"]) == (409, "shown_changed")
    assert agree(amounts={filters.pk: "78.00"}).status_code == 200
    assert (fresh(filters).status, fresh(brake).status) == ("AUTHORISED", "PROPOSED")
    assert agree(digest=client.get(root).json()["consent_digest"]).status_code == 200
    assert fresh(brake).authorised_amount == Decimal(900)
    kept = client.get(root).json()["authorisations"][0]["shown"]
    assert [(row["line"], row["amount"]) for row in kept] == [(brake.pk, "900.00")]


def test_an_amount_for_a_line_that_waits_no_more_is_refused(cast, fluid):
    order, brake, _filters = fluid
    told = Shown.amounts({brake.pk: Decimal(156)})
    consent.authorise(order, **PHONE, lines=[brake.pk], told=told, by=cast.service_adviser)
    with refuses("shown_changed"):
        consent.authorise(order, **PHONE, lines=[brake.pk], told=told, by=cast.service_adviser)


# --- signature and papers -----------------------------------------------------------------------------------------------
def drawn():
    out = io.BytesIO()
    Image.new("RGB", (60, 20), "navy").save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def pdf(client, name, pk):
    answer = client.get(reverse(f"aftersales:{name}", args=[pk]))
    assert answer.status_code == 200
    return answer.content


def test_nobody_signs_without_hand_or_name(cast):
    order = WorkOrderFactory.create(stage="estimated")
    with refuses("authorisation_is_signed"):
        consent.authorise(order, method="SIGNATURE", given_by="夏至", by=cast.service_adviser)


def test_a_typed_name_is_kept_and_printed_as_it_was_typed(cast, signed_in):
    order = WorkOrderFactory.create(stage="estimated")
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_sign", args=[order.pk])
    sent = {"method": "SIGNATURE", "given_by": "夏至", "signature_typed": "夏至之妻 林晚"}
    client.post(address, sent | {"shown": shown_on(client.get(address))})
    signed = Authorisation.objects.get(work_order=order)
    assert (signed.typed_name, signed.given_by) == ("夏至之妻 林晚", "夏至")


def test_the_signed_work_order_is_printed_again_as_it_was(cast, signed_in):
    order = WorkOrderFactory.create(stage="estimated")
    client = signed_in(cast.service_adviser)
    draft = pdf(client, "work_order_pdf", order.pk)
    consent.authorise(order, method="SIGNATURE", given_by="夏至", signature="夏至", by=cast.service_adviser)
    signed = pdf(client, "work_order_pdf", order.pk)
    assert signed != draft
    paper = SignedPaper.objects.get(work_order=order, kind="COMMISSION")
    assert paper.authorisation == Authorisation.objects.get()
    lines.add_labour(order, operation=operation("B01"), by=cast.service_adviser)
    assert pdf(client, "work_order_pdf", order.pk) == signed
    assert client.get(f"/api/v1/aftersales/work-orders/{order.pk}/pdf/").content == signed


def test_a_file_that_was_changed_is_not_handed_out_as_signed(cast, signed_in):
    order = WorkOrderFactory.create(stage="signed")
    kept = SignedPaper.objects.get(work_order=order).file
    with default_storage.open(kept.file.name, "wb") as file:
        file.write(b"%PDF-1.4 forged")
    with refuses("file_altered"):
        attachments.unaltered(kept)
    answer = signed_in(cast.service_adviser).get(f"/api/v1/aftersales/work-orders/{order.pk}/pdf/")
    assert answer.status_code == 409


def test_what_is_agreed_later_is_an_addendum(cast, fluid, signed_in):
    order, brake, filters = fluid
    client, first = signed_in(cast.service_adviser), Authorisation.objects.get(work_order=order)
    later = [
        consent.authorise(
            order, method=method, given_by="夏至", evidence="微信确认", lines=[line.pk], by=cast.service_adviser
        )
        for method, line in (("WECHAT", brake), ("IN_PERSON", filters))
    ]
    kinds = list(SignedPaper.objects.filter(work_order=order).values_list("kind", "authorisation"))
    assert kinds == [("COMMISSION", first.pk), *(("ADDENDUM", one.pk) for one in later)]
    papers = [pdf(client, "addendum_pdf", one.pk) for one in later]
    assert papers[0] != papers[1]
    page = client.get(reverse("aftersales:work_order", args=[order.pk])).content.decode()
    assert all(reverse("aftersales:addendum_pdf", args=[one.pk]) in page for one in later)
    assert client.get(reverse("aftersales:addendum_pdf", args=[first.pk])).status_code == 404
    by_api = client.get(f"/api/v1/aftersales/work-orders/{order.pk}/addendum/pdf/?consent={later[0].pk}")
    assert by_api.content == papers[0], by_api.content[:300].decode("utf8", "replace")


def test_an_addendum_of_another_store_is_not_shown(cast, fluid, elsewhere, signed_in):
    order, brake, _filters = fluid
    later = consent.authorise(order, **PHONE, lines=[brake.pk], by=cast.service_adviser)
    address = reverse("aftersales:addendum_pdf", args=[later.pk])
    assert signed_in(elsewhere.service_adviser).get(address).status_code == 404


def test_the_settlement_has_a_signature_of_its_own_or_none(cast, signed_in):
    order = WorkOrderFactory.create(stage="ready")
    client, address = signed_in(cast.service_adviser), reverse("aftersales:work_order_settle", args=[order.pk])
    assert client.post(address, {"signature": drawn()}).status_code == 302
    sheet = fresh(order).settlement
    assert (sheet.signed_name, sheet.signature is not None) == (order.customer.name, True)
    assert sheet.signature != Authorisation.objects.get(work_order=order).signature
    kept = pdf(client, "settlement_pdf", order.pk)
    assert SignedPaper.objects.filter(work_order=order, kind="SETTLEMENT").count() == 1
    assert pdf(client, "settlement_pdf", order.pk) == kept


def test_a_settlement_signed_by_pen_shows_no_signature_of_the_work_order(cast):
    order = WorkOrderFactory.create(stage="ready")
    sheet = release.settle(order, by=cast.service_adviser)
    assert (sheet.signed_name, sheet.signature) == ("", None)
    assert not SignedPaper.objects.filter(work_order=order, kind="SETTLEMENT").exists()


def test_a_used_gate_pass_says_so_when_it_is_printed_again(cast, signed_in):
    order = WorkOrderFactory.create(stage="paid")
    release.issue_gate_pass(order, by=cast.service_adviser)
    client = signed_in(cast.service_adviser)
    valid = pdf(client, "gate_pass_pdf", order.pk)
    release.release(order, by=cast.service_adviser)
    assert len(pdf(client, "gate_pass_pdf", order.pk)) != len(valid)


def test_what_was_lowered_keeps_its_consent(cast):
    order = WorkOrderFactory.create(stage="signed", part=PartFactory.create(pieces=5, price=100), quantity=3)
    line = part_of(order)
    lines.change_line(line, quantity=Decimal(1), unit_price=line.unit_price, by=cast.service_adviser)
    assert (fresh(line).status, labour_of(order).status) == ("AUTHORISED", "AUTHORISED")
