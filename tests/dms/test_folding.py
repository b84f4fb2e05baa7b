"""What is the same however it is written, and how it is read."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Customer
from dms.core.derived_columns import Derive
from dms.formats import folding, phones, pinyin
from tests.factories import CustomerFactory


@given(st.text(max_size=80))
def test_a_folded_name_is_folded(text):
    once = folding.called(text).name
    assert len(once) <= folding.LONGEST
    assert folding.spaced(once).replace(" ", "") in {once, ""}


@given(st.text(max_size=40))
def test_a_code_is_a_code(text):
    assert folding.code(folding.code(text)) == folding.code(text)


def test_every_traditional_sign_becomes_a_simplified_one_at_once():
    assert len(folding.SIMPLIFIED) > 2_500
    assert not set(folding.SIMPLIFIED.values()) & set(map(chr, folding.SIMPLIFIED))


@pytest.mark.parametrize(
    ("raw", "folded", "said_to"),
    [
        ("王先生", "王", "MR"),
        ("王女士", "王", "MS"),
        ("欧阳 小姐", "欧阳", "MS"),
        ("王师傅", "王", ""),
        ("Mrs. Li", "li", "MS"),
        ("Msika", "msika", ""),
        ("先生", "先生", ""),
        ("※", "※", ""),
        ("四川（锦江）商贸有限责任公司", "四川锦江商贸有限公司", ""),
    ],
)
def test_a_title_is_no_part_of_the_name_but_says_whom_it_is_said_to(raw, folded, said_to):
    assert folding.called(raw) == folding.Called(folded, said_to)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("王", "王伟", True), ("欧阳", "欧阳修", True), ("王伟", "王伟民", False), ("王", "李王", False)],
)
def test_a_family_name_may_be_whoever_has_it(one, other, same):
    assert folding.called(one).may_be(folding.called(other)) is same
    assert folding.called(other).may_be(folding.called(one)) is same


# --- pinyin -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单雄信", "shanxiongxin sxx"),
        ("仇英", "qiuying qy"),
        ("曾国藩", "zengguofan zgf"),
        ("盖聂", "genie gn"),
        ("尉迟恭", "yuchigong ycg"),
        ("阿卜杜拉·买买提", "abudulamaimaiti abdlmmt"),
        ("賈雨村", "jiayucun jyc"),
        ("Li Lei", "lilei ll"),
        ("", ""),
    ],
)
def test_people_are_read_by_their_surnames(name, key):
    assert pinyin.key(name) == key


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("盖板", "gaiban gb"),
        ("单向阀", "danxiangfa dxf"),
        ("空调滤清器", "kongtiaolvqingqi ktlqq"),
        ("减震弹簧", "jianzhentanhuang jzth"),
        ("长轴", "changzhou cz"),
        ("行李箱盖", "xinglixianggai xlxg"),
        ("重新调校", "chongxintiaojiao cxtj"),
        ("机油 5W-30", "jiyou5w30 jy53"),
    ],
)
def test_parts_and_work_are_read_by_their_words(word, key):
    assert pinyin.word_key(word) == key


def test_the_table_of_words_stands_in_no_process():
    """It is some 45 MB; what reads a person's name and answers a search needs none of it."""
    seen = (
        "import pypinyin.constants as c; from dms.formats import pinyin; pinyin.key('谷雨'); print(len(c.PHRASES_DICT))"
    )
    code = f"from dms.formats import pinyin; {seen}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYPINYIN")}
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)  # noqa: S603
    assert out.stdout.strip() == "0"


# --- numbers ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("028-85551234-801", "02885551234-801"),
        ("(028)85551234转801", "02885551234-801"),
        ("028-85551234 转分机 801", "02885551234-801"),
        ("028-85551234,801", "02885551234-801"),
        ("028-85551234*801", "02885551234-801"),
        ("86-28-85551234", "02885551234"),
        ("8602885551234", "02885551234"),
        ("+86 28 8555-1234", "02885551234"),
        ("(+86)28 85551234-801", "02885551234-801"),
        ("0838-5551234-12", "08385551234-12"),
        ("028-8555-1234", "02885551234"),
        ("400-800-1234", "4008001234"),
        ("400-800-1234-5", "4008001234-5"),
        ("800 820 8820", "8008208820"),
        ("95518", "95518"),
        ("02885551234-801", "02885551234-801"),
        ("13800000000-1", None),
        ("85551234-801", None),
    ],
)
def test_fixed_lines_are_known_in_all_their_forms(raw, stored):
    assert phones.normalise(raw) == stored


@given(st.text(alphabet="0123456789-+ ()转", max_size=24))
def test_the_stored_form_of_any_number_is_stable(raw):
    stored = phones.normalise(raw)
    assert stored is None or phones.normalise(stored) == stored


# --- rows that were there before ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_columns_are_filled_for_rows_that_were_there(cast, monkeypatch):
    monkeypatch.setattr("dms.core.derived_columns.AT_ONCE", 2)
    names = {
        CustomerFactory.create(name=name).pk: folding.name(name)
        for name in ("谷 雨", "夏·至", "Li Lei", "賈雨村", "立春")
    }
    Customer.objects.update(name_folded="")
    derive = Derive("crm_customer", ("name",), lambda name: {"name_folded": folding.name(name)})
    with connection.schema_editor() as editor:
        derive.fill(None, editor)
    assert dict(Customer.objects.values_list("pk", "name_folded")) == names


def test_words_of_data_are_what_they_say():
    words = json.loads(json.dumps(pinyin.WORDS_OF_THE_TRADE))
    assert all(len(word) == len(reading.split()) for word, reading in words.items())
    assert all(len(name) == len(reading.split()) for name, reading in pinyin.SURNAME_READINGS.items())
