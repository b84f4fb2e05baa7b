"""The document of the pattern page as PDF, and the page that shows every piece."""

import pytest
from django.utils import translation

from dms.views.patterns import words
from dms.web import pdf


def document() -> bytes:
    sample = words()
    context = {
        "sample": sample,
        "doc": sample["document"],
        "lines": [("机油", 1.5, 390)],
        "total": 390,
        "signs": [],
    }
    return pdf.render("dms/pattern_pdf.html", context, title="任务委托书", foot='a "quoted" \\ foot')


def test_a_document_becomes_a_small_pdf_with_its_font_inside():
    with translation.override("zh-hans"):
        content = document()
    assert content.startswith(b"%PDF-")
    assert b"NotoSansSC" in content
    assert len(content) < 200_000


def test_a_document_may_not_read_files_or_the_network():
    fetcher = pdf.DataOnly()
    for url in ("file:///etc/passwd", "http://127.0.0.1/"):
        with pytest.raises(PermissionError):
            fetcher.fetch_url(url)


@pytest.mark.parametrize("chosen", ["zh-hans", "en"])
def test_the_pattern_page_is_for_those_who_configure(chosen, signed_in, cast):
    cast.admin.language = chosen
    cast.admin.save()
    page = signed_in(cast.admin).get("/configuration/patterns/")
    assert page.status_code == 200
    assert "style=" not in page.content.decode()
    assert signed_in(cast.adviser).get("/configuration/patterns/").status_code == 403


def test_a_refused_form_keeps_what_was_typed(signed_in, cast):
    page = signed_in(cast.admin).post("/configuration/patterns/", {"name": "谷雨", "phone": "138"})
    assert page.status_code == 422
    assert 'value="谷雨"' in page.content.decode()


def test_a_refusal_under_htmx_is_a_message_and_a_409(signed_in, cast):
    answer = signed_in(cast.admin).post("/configuration/patterns/?refuse", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()


def test_the_sample_document_can_be_printed(signed_in, cast):
    answer = signed_in(cast.admin).get("/configuration/patterns/?pdf")
    assert answer["Content-Type"] == "application/pdf"


def test_what_asks_for_a_reason_opens_over_the_page(signed_in, cast):
    browser = signed_in(cast.admin)
    over = {"HX-Request": "true", "HX-Target": "dialog"}
    assert "dialog-title" in browser.get("/configuration/patterns/?lose", headers=over).content.decode()
    assert browser.post("/configuration/patterns/?lose", {"note": "价格"}, headers=over).status_code == 422
