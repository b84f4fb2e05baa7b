"""What goes out packed can be unpacked, and says nothing by its length."""

import gzip
from secrets import token_bytes

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from dms.web.compression import Compression, packed

PAGE = ("<p>客户档案</p>" * 100).encode()


@pytest.fixture
def through(rf: RequestFactory):
    """The answer as it leaves, for a browser that takes the encodings."""

    def through(answer, takes="gzip, br"):
        return Compression(lambda request: answer)(rf.get("/", headers={"Accept-Encoding": takes}))

    return through


def test_a_page_goes_out_packed(through):
    answer = through(HttpResponse(PAGE, headers={"ETag": '"7"'}))
    assert gzip.decompress(answer.content) == PAGE
    assert len(answer.content) < len(PAGE) / 4
    assert answer["Content-Length"] == str(len(answer.content))
    assert (answer["Content-Encoding"], answer["Vary"], answer["ETag"]) == ("gzip", "Accept-Encoding", 'W/"7"')


def test_who_does_not_take_it_gets_the_page_as_it_is(through):
    answer = through(HttpResponse(PAGE), takes="br")
    assert answer.content == PAGE
    assert answer["Vary"] == "Accept-Encoding"
    assert not answer.has_header("Content-Encoding")


def test_a_short_answer_and_one_that_is_packed_stay_as_they_are(through):
    assert through(HttpResponse(b"ok")).content == b"ok"
    assert through(HttpResponse(PAGE, headers={"Content-Encoding": "br"})).content == PAGE


def test_what_is_streamed_is_packed_as_it_comes(through):
    answer = through(StreamingHttpResponse([PAGE, PAGE]))
    assert gzip.decompress(b"".join(answer)) == PAGE * 2


def test_the_length_tells_nobody_what_packed_well():
    assert len({len(packed(PAGE)) for _turn in range(60)}) > 20


def test_anything_can_be_packed():
    for length in (0, 1, 70_000, 300_000):
        content = token_bytes(length)
        assert gzip.decompress(packed(content)) == content
