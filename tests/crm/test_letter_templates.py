"""What letters say: places are checked when a text is saved, a change is a new version, a rule names its template."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from crm import places
from crm.actions import care, rounds
from crm.models import Cadence, Letter, LetterTemplate
from dms.models import Message
from tests.clock import at
from tests.factories import owners

pytestmark = pytest.mark.django_db
NOW = at("2026-11-20 11:00")


@pytest.fixture
def thanks():
    return LetterTemplate.objects.get(kind="THANKS", is_default=True)


@pytest.fixture
def configuration(cast, signed_in):
    return signed_in(cast.admin)


def delivered(store, cast, count=1):
    cast.assemble("sales_manager", "callback")
    made = owners(store, count, bought_on=date(2026, 11, 20))
    for customer, vehicle in made:
        begin = {"customer": customer, "vehicle": vehicle, "store": store, "anchor": at("2026-11-20 10:00")}
        care.start_cadence("DELIVERY", by=cast.adviser, assignee=cast.adviser, **begin)
    return made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("您好，{custmer}", "{customer}"),
        ("您好，{Store}", "{store}"),
        ("保养在{month}", "{phone}"),  # only invitations know a month: the list of those there are is told
        ("您好，{ customer }", "{customer}"),
        ("您好，｛customer｝", "{customer}"),
        ("您好，{customer", "{customer}"),
    ],
)
def test_a_place_that_nobody_fills_is_refused_with_the_one_that_was_meant(thanks, text, said):
    thanks.body = text
    with pytest.raises(ValidationError) as refused:
        thanks.full_clean()
    assert said in str(refused.value.message_dict["body"])


def test_what_every_kind_knows_is_taken(thanks):
    thanks.body = places.as_written(places.EVERYWHERE)
    thanks.full_clean()
    invitation = LetterTemplate.objects.get(kind="INVITATION")
    invitation.body = "{month}"
    invitation.full_clean()


def test_a_script_with_a_slip_is_refused():
    rule = Cadence.objects.filter(channel="CALL").first()
    rule.script = "您好，{costumer}"
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert "{customer}" in str(refused.value.message_dict["script"])


def test_every_text_of_the_house_keeps_to_its_places():
    for template in LetterTemplate.objects.all():
        template.full_clean()
    for rule in Cadence.objects.all():
        places.refuse_unknown(rule.script, places.SCRIPT)


def test_a_changed_text_is_a_new_version_and_letters_keep_theirs(thanks, store, cast, configuration, time_machine):
    time_machine.move_to(NOW, tick=False)
    delivered(store, cast)
    rounds.run_due(NOW)
    letter, before = Letter.objects.get(), thanks.body
    address = reverse("admin:crm_lettertemplate_change", args=[thanks.pk])
    form = configuration.get(address).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields} | {"body": "敬启者：{customer}", "is_default": "on"}
    empty = {"former-TOTAL_FORMS": 0, "former-INITIAL_FORMS": 0}
    assert configuration.post(address, sent | empty).status_code == 302
    thanks.refresh_from_db()
    assert (thanks.version, thanks.body) == (2, "敬启者：{customer}")
    former = thanks.former.get()
    assert (former.version, former.body) == (1, before)
    letter.refresh_from_db()
    assert (letter.template, letter.template_version) == (thanks, 1)
    assert "敬启者" not in letter.body
    assert before[:8] in configuration.get(address).content.decode()


def test_saved_without_a_change_it_stays_the_version_it_was(thanks):
    thanks.save()
    assert (thanks.version, thanks.former.count()) == (1, 0)


def test_former_words_are_not_rewritten_in_plain_sql(thanks):
    thanks.body = "新"
    thanks.save()
    for attack in ("UPDATE crm_formerwords SET body = '旧'", "DELETE FROM crm_formerwords"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)


def test_another_default_takes_over_and_none_is_never_left(thanks):
    other = LetterTemplate(kind="THANKS", name="节日版", title="谢谢", body="{customer}", is_default=True)
    other.full_clean()
    other.save()
    thanks.refresh_from_db()
    assert not thanks.is_default
    other.is_default = False
    with pytest.raises(ValidationError) as refused:
        other.full_clean()
    assert "is_default" in refused.value.message_dict
    with pytest.raises(IntegrityError, match="lettertemplate_one_default"), transaction.atomic():
        LetterTemplate.objects.update(is_default=True)


def test_a_rule_writes_by_the_template_it_names(store, cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    own = LetterTemplate.objects.create(kind="CARE", name="车主关怀", title="致{customer}", body="{car}")
    Cadence.objects.filter(code="thanks_letter").update(template=own)
    delivered(store, cast)
    rounds.run_due(NOW)
    letter = Letter.objects.get()
    assert (letter.kind, letter.template, letter.body) == ("CARE", own, letter.vehicle.model)


def test_a_message_says_what_its_template_says(store, cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    text = LetterTemplate.objects.create(kind="MESSAGE", name="短信", title="短信", body="{customer}，祝用车愉快")
    Cadence.objects.filter(code="thanks_letter").update(channel="SMS", template=text)
    delivered(store, cast)
    rounds.run_due(NOW)
    assert Message.objects.get(channel="sms").body.endswith("，祝用车愉快")


@pytest.mark.parametrize(
    ("channel", "kind", "fits"), [("LETTER", "MESSAGE", False), ("SMS", "MESSAGE", True), ("CALL", "CARE", False)]
)
def test_a_template_is_one_of_the_channel(channel, kind, fits):
    rule = Cadence.objects.filter(code="thanks_letter").first()
    rule.channel = channel
    rule.template = LetterTemplate.objects.create(kind=kind, name="x", title="x", body="x")
    if fits:
        rule.full_clean()
        return
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert "template" in refused.value.message_dict


def test_a_text_is_looked_at_with_a_customer(thanks, store, configuration):
    (_customer, vehicle), (_other, second) = owners(store, 2)
    address = reverse("admin:crm_lettertemplate_preview", args=[thanks.pk])
    numbers = Letter.objects.count()
    page = configuration.get(address, {"q": vehicle.plate}).content.decode()
    assert vehicle.model in page
    assert configuration.get(address).context["letter"].vehicle == second
    assert "没有" in configuration.get(address, {"q": "没有这个人"}).content.decode()
    paper = configuration.get(address, {"q": vehicle.plate, "pdf": "1"})
    assert (paper["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
    assert Letter.objects.count() == numbers


@pytest.mark.parametrize(
    ("kind", "salutation", "line"),
    [
        ("PERSON", "MS", "谷雨女士 收"),
        ("PERSON", "MR", "谷雨先生 收"),
        ("PERSON", "", "谷雨 先生/女士 收"),
        ("COMPANY", "", "谷雨 收"),
    ],
)
def test_the_line_of_the_envelope(kind, salutation, line, store):
    ((customer, _vehicle),) = owners(store, 1)
    customer.kind, customer.salutation = kind, salutation
    assert Letter(customer=customer, addressee="谷雨").addressed == line
