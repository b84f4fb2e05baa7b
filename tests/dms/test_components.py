"""How values, states and small pieces are set, in both languages."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import UndefinedError

from dms.core import status_colours
from dms.formats import display
from dms.formats.charts import Chart, Series
from dms.formats.month_grid import Item, month
from dms.models import Job
from dms.models.jobs import JobStatus
from dms.views.patterns import PatternForm, words

SATURDAY = dt.datetime(2026, 11, 21, 2, 42, tzinfo=dt.UTC)  # 10:42 in Shanghai


def rendered(source: str, **context: object) -> str:
    return engines["jinja2"].from_string(source).render(context)


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


# --- figures --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal(1650), "1,650.00"),
        (Decimal(-46), "−46.00"),
        (0, "0.00"),
        (None, "–"),
        (Decimal("2186430.005"), "2,186,430.01"),
    ],
)
def test_money_has_separators_two_decimals_and_a_true_minus(amount, text):
    assert display.money(amount) == text


def test_zero_is_muted_and_the_yuan_sign_comes_after_the_minus():
    assert rendered("{{ v|money }}", v=Decimal(0)) == '<span class="zero">0.00</span>'
    assert display.yuan(Decimal(-20)) == "−¥20.00"


def test_kilometres_and_hours_carry_their_unit():
    assert (display.kilometres(38420), display.hours(Decimal("1.5")), display.kilometres(None)) == (
        "38,420 km",
        "1.5 h",
        "–",
    )


# --- dates ----------------------------------------------------------------------------------------------------------
@time_machine.travel(SATURDAY, tick=False)
def test_a_date_has_its_year_only_when_it_is_another():
    with translation.override("zh-hans"):
        assert display.day(timezone.now()) == "11月21日 周六"
        assert display.date(dt.date(2027, 8, 5)) == "2027年8月05日"
        assert display.moment(timezone.now()) == "11月21日 10:42"
        assert display.month(dt.date(2027, 2, 1)) == "2027年02月"
    with translation.override("en"):
        assert display.day(timezone.now()) == "Sat 21 Nov"
        assert display.date(dt.date(2027, 8, 5)) == "5 Aug 2027"


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "0 分钟", "0 min"),
        (59, "59 分钟", "59 min"),
        (60, "1 小时", "1 h"),
        (1439, "23 小时", "23 h"),
        (1440, "1 天", "1 d"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_fits(minutes, zh, en):
    with translation.override("zh-hans"):
        assert display.age(dt.timedelta(minutes=minutes)) == zh
    with translation.override("en"):
        assert display.age(dt.timedelta(minutes=-minutes)) == en


@pytest.mark.parametrize(
    ("due", "when", "gap", "late"),
    [
        ((21, 9, 30), "09:30", "30 min late", True),
        ((21, 12, 0), "12:00", "in 2 h", False),
        ((21, 0, 0), "Today", "", False),
        ((20, 18, 0), "20 Nov", "16 h late", True),
        ((19, 0, 0), "19 Nov", "2 d late", True),
        ((23, 0, 0), "23 Nov", "in 2 d", False),
    ],
)
@time_machine.travel(SATURDAY, tick=False)
def test_work_of_another_day_shows_its_day_and_a_whole_day_is_late_when_it_is_over(due, when, gap, late):
    day, hour, minute = due
    at = dt.datetime(2026, 11, day, hour, minute, tzinfo=timezone.get_default_timezone())
    now = dt.datetime(2026, 11, 21, 10, 0, tzinfo=timezone.get_default_timezone())
    with translation.override("en"):
        assert display.promised(at, now) == display.Promised(when, gap, late)


def test_a_time_of_the_database_is_shown_in_shanghai():
    assert display.clock(SATURDAY) == "10:42"


# --- plates, phones -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raw", "text", "green"),
    [
        ("川AD1234", "川A·D1234", False),
        ("川AD12345", "川A·D12345", True),
        ("川A12345D", "川A·12345D", True),
        ("川a·d1234", "川A·D1234", False),
        ("粤B1234学", "粤B·1234学", False),
    ],
)
def test_a_plate_is_set_with_its_dot_and_its_ground(raw, text, green):
    assert display.plate(raw) == display.Plate(text, green)


def test_a_masked_plate_keeps_its_head_and_last_three():
    assert display.plate("川AD1234", masked=True).text == "川A·**234"


def test_a_car_without_plate_says_so(language):
    assert "zero" in rendered('{{ plate("") }}')


@pytest.mark.parametrize(
    ("raw", "text"),
    [("13800000000", "138****0000"), ("", "–"), ("02800000000", "028****0000"), ("86550000", "8655****")],
)
def test_a_phone_is_masked(raw, text):
    assert display.masked_phone(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"), [("baizhi@example.com", "b***@example.com"), ("", "–"), ("13800000000", "138****0000")]
)
def test_an_address_is_masked(raw, text):
    assert display.masked_email(raw) == text


def test_the_number_is_not_in_a_masked_phone():
    page = rendered('{{ phone_reveal("13812345678", "/reveal/") }}')
    assert "13812345678" not in page
    assert 'hx-post="/reveal/"' in page


# --- states ---------------------------------------------------------------------------------------------------------
def test_overdue_beats_the_state_but_not_a_good_end():
    assert status_colours.family_of("STARTED", overdue=True) == "late"
    assert status_colours.family_of("DELIVERED", overdue=True) == "done"
    assert status_colours.family_of("CANCELLED", overdue=True) == "void"


def test_a_badge_carries_family_and_words():
    assert rendered("{{ badge(job) }}", job=Job(status=JobStatus.RUNNING)).startswith('<span class="st st-run">')
    assert rendered('{{ badge("late", words) }}', words="<b>") == '<span class="st st-late">&lt;b&gt;</span>'


def test_each_status_belongs_to_one_family():
    names = [status for family in status_colours.FAMILIES.values() for status in family]
    assert len(names) == len(set(names))


def test_the_straight_path_leaves_out_dead_ends():
    assert status_colours.main_path(Job) == ["QUEUED", "RUNNING", "DONE"]


def test_the_steps_show_where_a_document_stands():
    assert [step.state for step in status_colours.steps(Job(status=JobStatus.RUNNING))] == ["ok", "now", ""]


def test_a_document_off_the_path_stands_after_what_it_reached():
    steps = status_colours.steps(Job(status=JobStatus.FAILED), {"QUEUED": "09:42", "RUNNING": "09:43"})
    assert [step.state for step in steps] == ["ok", "ok", "now", ""]


# --- lists ----------------------------------------------------------------------------------------------------------
def test_a_column_head_turns_the_order_round_and_keeps_the_filters():
    request = RequestFactory().get("/", {"ordering": "name", "level": "H", "page": "3"})
    head = rendered('{{ sort_th("name", "Name") }}', request=request)
    assert 'aria-sort="ascending"' in head
    assert "ordering=-name" in head
    assert "level=H" in head
    assert "page=" not in head


def test_an_empty_list_names_the_filter_to_drop():
    request = RequestFactory().get("/", {"q": "nobody", "page": "2"})
    source = "{% for used in filters_in_use() %}{{ used.value }}|{{ used.url }}{% endfor %}"
    assert rendered(source, request=request) == "nobody|?"


def test_the_pager_keeps_the_question():
    page = Paginator(range(90), 10).get_page(4)
    source = '{% from "components/lists.html" import pager with context %}{{ pager(page) }}'
    html = rendered(source, page=page, request=RequestFactory().get("/", {"q": "x"}))
    assert "31–40 / 90" in html
    assert 'href="?q=x&amp;page=5"' in html
    assert 'aria-current="page">4' in html


# --- forms ----------------------------------------------------------------------------------------------------------
def test_a_refused_field_is_tied_to_its_help_and_its_error(language):
    form = PatternForm({"name": "x", "phone": "138"}, sample=words())
    html = form.as_div()
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'id="id_phone_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="138"' in html


def test_required_is_marked_once_and_only_where_it_is():
    html = PatternForm(sample=words()).as_div()
    assert html.count('class="must"') == 4


# --- marks ----------------------------------------------------------------------------------------------------------
def test_marks_need_no_style_attribute():
    html = rendered("{{ bar(54, 'done', pace=38) }}{{ ageing(10, 2, 3) }}{{ sparkline(values) }}", values=[1, 5, 3])
    assert "style=" not in html
    assert 'width="54.0%"' in html
    assert 'class="late" x="70%" width="30%"' in html


def test_an_icon_is_hidden_unless_it_stands_alone():
    assert 'aria-hidden="true"' in rendered('{{ icon("home") }}')
    assert 'aria-label="Home"' in rendered('{{ icon("home", label="Home") }}')


def test_a_chart_shows_the_same_figures_as_its_table():
    chart = Chart("c", "T", "A", ["1", "2"], [Series("a", [3, None]), Series("b", [4, 5])])
    assert chart.as_data["series"][0]["values"] == [3, None]
    assert list(chart.rows) == [("1", [3, 4]), ("2", [None, 5])]


def test_a_month_begins_on_monday_and_knows_closed_days():
    day = dt.date(2026, 11, 21)
    found = month(day, today=day, items={day: [Item("x", "/")]}, off={day: ""})
    assert found.weeks[0][0].date == dt.date(2026, 10, 26)
    today = next(one for week in found.weeks for one in week if one.today)
    assert (today.off, len(today.items), today.inside) == (True, 1, True)


# --- pieces of a page --------------------------------------------------------------------------------------------


def test_a_long_job_stops_asking_when_it_has_ended():
    running, done = (Job(pk=1, status=status, total=10, done=5) for status in (JobStatus.RUNNING, JobStatus.DONE))
    context = {"label": "Import", "poll_url": "/x/", "stop_url": ""}
    assert "every 2s" in render_to_string("components/_job.html", {"job": running, **context})
    assert "every 2s" not in render_to_string("components/_job.html", {"job": done, **context})


@pytest.mark.parametrize("template", ["403.html", "404.html", "409.html", "500.html", "403_csrf.html"])
def test_an_error_page_needs_no_context(template, language):
    assert "<h1" in render_to_string(template)


VALUES = ("money", "yuan", "number", "km", "quantity", "hours", "day", "month", "date", "moment", "time", "age")


@pytest.mark.parametrize("name", VALUES)
def test_what_is_not_there_is_shown_as_none(language, name):
    assert display.EMPTY in rendered(f"{{{{ total|{name} }}}}", total=None)


def test_the_address_of_a_row_is_the_one_of_its_page():
    assert rendered("{{ url('dms:job', 7) }}") == reverse("dms:job", args=[7])
    assert rendered("{{ url('dms:job_cancel', 42) }}") == reverse("dms:job_cancel", args=[42])
    assert rendered("{{ url('dms:export', 'people') }}") == reverse("dms:export", args=["people"])


def test_what_is_not_there_is_refused():
    with pytest.raises(UndefinedError):
        rendered("{{ forgotten }}")


def test_what_a_person_typed_is_escaped():
    assert rendered("{{ name }}", name="<b>") == "&lt;b&gt;"
    assert rendered("{% trans name=name %}Menu of {{ name }}{% endtrans %}", name="<b>") != "Menu of <b>"


def test_a_text_with_a_percent_sign_is_shown_once():
    assert rendered('{{ _("Up to 50%%") }}') == "Up to 50%"


def test_the_words_of_a_choice_are_those_of_its_language():
    job = Job(status=JobStatus.RUNNING)
    with translation.override("zh-hans"):
        chinese = rendered('{{ choice(job, "status") }}', job=job)
    with translation.override("en"):
        english = rendered('{{ choice(job, "status") }}', job=job)
        assert english == job.get_status_display()
    assert chinese != english
