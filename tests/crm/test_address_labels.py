"""Address labels: one for each letter that still goes into the post, and none for what stays here."""

import pytest
from django.core.files.storage import default_storage

from crm import label_job, letter_job
from crm.actions import consents, letters
from crm.models import Letter, Purpose
from dms.background import jobs
from dms.models import Job
from tests.conftest import refuses
from tests.factories import LetterFactory

ADDRESS = "610000 成都市锦江区红星路三段1号"


@pytest.fixture
def letter(store, cast):
    cast.assemble("callback")
    return LetterFactory.create(store=store, address=ADDRESS)


def run(cast, store, **params: object) -> Job:
    job = jobs.request(label_job.KIND, by=cast.cs_manager, store=store, params=params)
    jobs.execute(job.pk, "worker")
    job.refresh_from_db()
    return job


def numbers(store) -> set[str]:
    return set(label_job.to_post(Letter.objects.filter(store=store)).values_list("number", flat=True))


def test_letters_that_are_not_in_the_post_get_a_label(letter, store, cast):
    printed = letters.mark_printed(LetterFactory.create(store=store, address=ADDRESS), by=cast.callback)
    mailed = LetterFactory.create(store=store, address=ADDRESS)
    letters.mail(letters.mark_printed(mailed, by=cast.callback), by=cast.callback)
    LetterFactory.create(store=store, address="")
    assert numbers(store) == {letter.number, printed.number}
    job = run(cast, store)
    assert (job.status, job.error, job.result) == ("DONE", "", {"labels": 2, "no_address": 1})
    with default_storage.open(job.output_file.file.name) as paper:
        assert paper.read().startswith(b"%PDF")


def test_labels_change_no_letter(letter, store, cast):
    run(cast, store)
    letter.refresh_from_db()
    assert letter.printed_at is None


def test_who_wants_no_letters_any_more_gets_no_label(letter, store, cast):
    consents.withdraw(letter.customer, by=cast.cs_manager, purposes=Purpose.values, channels=["LETTER"])
    assert numbers(store) == set()
    assert run(cast, store).status == "FAILED"


def test_labels_are_of_the_stores_one_may_see(letter, store, cast, other_store):
    LetterFactory.create(store=other_store, address=ADDRESS)
    assert run(cast, None).result["labels"] == 1


def test_a_sheet_that_was_begun_is_used_up(letter, store):
    for _ in range(2):
        LetterFactory.create(store=store, address=ADDRESS)
    rows = list(label_job.spaced(label_job.to_post(Letter.objects.all()), 23))
    sheets = [len(sheet) for sheet in letter_job.portions(rows, label_job.SHEET)]
    assert (rows[22], rows[23], sheets) == (None, letter, [24, 2])


def test_a_sheet_has_no_twenty_fifth_label(letter, store, cast):
    assert run(cast, store, first=24).status == "DONE"
    with refuses("bad_parameters"):
        run(cast, store, first=25)
