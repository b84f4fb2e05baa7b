"""One car's whole life by page, in Chinese, as the people of the store live it: by the labels they see.

With ``WALK_PICTURES=directory`` it takes the pictures of ``docs/walk.md``.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from playwright.sync_api import Page, expect

from aftersales.models import WorkLine
from crm.models import Customer
from dms.background import jobs
from dms.models import Job
from tests import walk
from tests.browser.story import PICTURES, Story
from tests.walk import on

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(open_page: Callable[..., Page]) -> Story:
    with on(walk.ARRIVES - timedelta(hours=1)):
        return Story(walk.dealership(), open_page)


def test_one_cars_whole_life(story: Story) -> None:
    with story.day(walk.ARRIVES):
        a_guest_comes_in(story)
    with story.day(walk.ORDERS):
        the_guest_orders(story)
        one_car_for_one_order(story)
    with story.day(walk.DELIVERED):
        four_departments_sign(story)
        the_car_is_handed_over(story)
    to_delivery = story.clicks
    after_the_delivery(story)
    the_recall_of_the_month(story)
    with story.day(walk.COMES):
        before = story.clicks
        the_owner_arrives(story)
        the_customer_signs(story)
        the_car_is_maintained(story)
        three_people_check(story)
        the_bill_is_paid(story)
        in_service = story.clicks - before
    with story.day(walk.QUALITY):
        the_quality_call(story)
        the_manager_sees_it_all(story)
    if PICTURES:
        print(f"{to_delivery} clicks to the delivery, {in_service} in service, {story.clicks} in all")


def a_guest_comes_in(story: Story) -> None:
    """1 and 2: two fields and Enter; the turn names the adviser, the card opens, the first contact is recorded."""
    desk = story.sit("reception", "/sales/register/")
    desk.types(手机=walk.PHONE, 姓名或称呼=walk.NAME).presses("登记 ↵").is_told("已登记谷雨，轮到白芷接待").takes(
        "register"
    )
    desk.acts()
    desk.main.get_by_label("手机").press_sequentially(walk.PHONE)
    desk.sees("可能是老客户：谷雨")
    adviser = story.sit("adviser", "/")
    adviser.sees("来客").presses("记录").chooses("已到店", "A 4 天").types(经过情形="看了四驱版，周四带太太来定")
    adviser.clicks(adviser.main.get_by_text("其他时间").first)
    adviser.types(其他时间="2026-05-20T10:00").presses("保存").is_told("A 级最晚 3月14日 再联系")
    adviser.types(其他时间="").takes("contact").presses("保存").sees("看了四驱版，周四带太太来定").takes("a-card")
    adviser.prints(adviser.main.get_by_role("link", name="打印"), "意向客户管理卡", walk.NAME, "看了四驱版")


def the_guest_orders(story: Story) -> None:
    """2: the quote, the order, the approval by another."""
    adviser = story.sit("adviser", "/sales/leads/")
    adviser.presses(walk.NAME).presses("报价").picks(车型="S7 四驱", 颜色="曜岩黑")
    adviser.types(**{"车价（元）": walk.PRICE, "优惠": walk.DISCOUNT, "保险": walk.INSURANCE}).presses("保存")
    adviser.sees("¥200,000.00").takes("quote")
    adviser.prints(adviser.main.get_by_role("link", name="打印"), "报价", walk.NAME, "200,000.00")
    adviser.presses("开订单").types(约定订金=walk.DEPOSIT).presses("提交审批").is_told("等经理审批")
    expect(adviser.main.get_by_role("button", name="批准")).to_have_count(0)
    manager = story.sit("sales_manager", "/work/")
    manager.sees("谷雨 · ¥200,000").takes("to-approve").presses("查看").presses("批准").is_told("已签订")
    manager.prints(manager.main.get_by_role("link", name="打印"), "订单", walk.NAME, "200,000.00")


def one_car_for_one_order(story: Story) -> None:
    """2: the deposit; the one car in the yard, and two advisers who want it."""
    cashier = story.sit("cashier", "/crm/invoices/")
    cashier.presses("收款", within=cashier.page.get_by_role("table")).types(金额=walk.DEPOSIT).chooses("刷卡").takes(
        "deposit"
    )
    cashier.presses("收款 ↵").is_told("已收 ¥5,000.00").sees("¥195,000.00")
    cashier.prints(cashier.main.get_by_role("link", name="收据"), "收据", "5,000.00", walk.NAME)
    keeper = story.sit("warehouse", "/sales/stock-cars/")
    keeper.presses("录入库存车").types(车架号=walk.VIN, 成本=160_000, 库位="A-03").picks(车型="S7 四驱", 颜色="曜岩黑")
    keeper.presses("保存").is_told("已录入")
    rival = walk.rival_order(story.dealership)
    other = story.sit("second_adviser", f"/sales/orders/{rival.pk}/allocate/")
    other.sees(walk.VIN)
    adviser = story.sit("adviser", "/sales/orders/")
    adviser.presses("SO-JJ01-20260312-0001").presses("配车").presses("配车", within=adviser.page.get_by_role("table"))
    adviser.is_told("已配给谷雨").takes("order").presses("发起会签").presses("发起会签", within=adviser.dialog)
    other.presses("配车", within=other.page.get_by_role("table")).is_told("已配给别的订单，请另选一台")


def four_departments_sign(story: Story) -> None:
    """3: sales, warehouse, service and finance; finance not before the money is there."""
    adviser = story.sit("adviser", "/sales/deliveries/")
    adviser.presses("DS-JJ01").types(预约="2026-03-18T14:00").presses("确定").presses("签字")
    cashier = story.sit("cashier", "/work/")
    cashier.presses("打开工联单").presses("签字").is_told("还有 ¥195,000.00 未付清")
    cashier.opens("/crm/invoices/").presses("收款", within=cashier.page.get_by_role("row", name=walk.NAME))
    cashier.chooses("转账").presses("收款 ↵").opens("/work/").presses("打开工联单").presses("签字")
    story.sit("inspector", "/work/").presses("打开工联单").presses("签字")
    keeper = story.sit("warehouse", "/work/")
    keeper.presses("打开工联单").presses("签字").presses("车辆备妥").is_told("车辆已备妥")


def the_car_is_handed_over(story: Story) -> None:
    """3: the checklist, the customer's signature on the screen; the C card is there and care has begun."""
    adviser = story.sit("adviser", "/sales/deliveries/")
    adviser.presses("DS-JJ01")
    expect(adviser.main.get_by_role("button", name="交车")).to_be_disabled()
    for _step in ("清洁完成", "资料备齐", "客户到店"):
        adviser.presses("完成")
    adviser.signs().takes("delivery-sheet").presses("确认").is_told("谷雨已确认")
    adviser.prints(adviser.main.get_by_role("link", name="打印"), "工联单", walk.NAME, walk.VIN)
    adviser.presses("交车").is_told("已交车，保有卡已建，回访已开始").takes("c-card")
    adviser.prints(adviser.main.get_by_role("link", name="打印"), "保有", walk.NAME, walk.VIN)


def after_the_delivery(story: Story) -> None:
    """4 and 5: letter and calls, each on its day; mileage is asked on the phone and never falls."""
    with story.day(walk.DELIVERED + timedelta(hours=6)):
        manager = story.sit("sales_manager", "/work/")
        manager.sees("经理电话").presses("打电话").chooses("已完成").types(说了什么="很满意").presses("保存，下一位")
        manager.sees("今天的电话都打完了")
        Customer.objects.filter(name=walk.NAME).update(address=walk.ADDRESS)
        agent = story.sit("callback", "/crm/letters/")
        agent.prints(agent.main.get_by_role("link", name="LT-JJ01"), "感谢您的信任", walk.NAME)
        agent.presses_for_paper("打印").opens("/crm/letters/").presses("已寄").is_told("已寄出")
    with story.day(walk.DAY_3):
        adviser = story.sit("adviser", "/work/", width=390)
        adviser.sees("3天电话").takes("my-work").presses("打电话").sees("首次保养在2026年09月")
        adviser.chooses("已完成").presses("保存，下一位")
    with story.day(walk.DAY_7):
        agent = story.sit("callback", "/crm/calls/")
        agent.sees("7天电话").chooses("已完成").types(说了什么="很好，开了 420 公里").takes("call").presses(
            "保存，下一位"
        )
        agent.opens("/crm/vehicles/").presses("LSA560").types(**{"里程（km）": 420}).presses("记录").is_told(
            "里程已记录"
        )
        agent.types(**{"里程（km）": 42}).presses("记录").is_told("42 km 小于上次的 420 km")
        agent.opens("/crm/vehicles/").presses("LSA560")
        agent.presses("过户").types(电话=walk.PHONE, 姓名=walk.NAME).presses(
            "过户", within=agent.dialog, stays=True
        ).sees("这台车已在谷雨名下")
    with story.day(walk.QUARTER):
        agent = story.sit("callback", "/crm/calls/")
        agent.sees("季度关怀").chooses("已完成").presses("保存，下一位").sees("今天的电话都打完了")


def the_recall_of_the_month(story: Story) -> None:
    """4: list, letters, post, calls."""
    with story.day(walk.PRINTED):
        head = story.sit("cs_manager", "/crm/recall/?month=2026-09")
        head.presses("印特邀函").sees("排队中")
        jobs.execute(Job.objects.latest("pk").pk, "worker")
        head.reloads()
        head.prints(head.main.get_by_role("link", name="下载"), "保养特邀函", walk.NAME)
    with story.day(walk.MAILED):
        head = story.sit("cs_manager", "/crm/recall/?month=2026-09")
        head.presses("已全部寄出").is_told("1 封信已寄出").takes("recall")
    with story.day(walk.RECALLED):
        agent = story.sit("callback", "/crm/calls/")
        agent.sees("保养招揽", "特邀函收到了吗").chooses("已预约").types(说了什么="9月8号上午来")
        agent.presses("保存，下一位").sees("420 km").types(时间="2026-09-08T10:00", 预约项目="首次保养")
        agent.presses("预约 ↵").is_told("已为谷雨预约")


def the_owner_arrives(story: Story) -> None:
    """6: booked in the call, arrived, checked in; the mileage does not fall."""
    desk = story.sit("service_adviser", "/aftersales/appointments/")
    desk.presses("到店").types(客户原话="首保，雨刮刮不干净", **{"里程（km）": 400}).presses("接车登记", stays=True)
    desk.sees("400 km 小于上次的 420 km").types(**{"里程（km）": 5_120}).takes("check-in").presses("接车登记").is_told(
        "已接车登记"
    )
    desk.presses("工时 L").picks(工时项目="首次保养").presses("加工时", within=desk.dialog)
    desk.presses("配件 P").types(件号=walk.OIL_FILTER[0]).picks(付费方="索赔").presses("加配件", within=desk.dialog)
    desk.presses("配件 P").types(件号=walk.WIPER[0], 数量=2).presses("加配件", within=desk.dialog)
    desk.sees("¥390.00").presses("承诺并签字")


def the_customer_signs(story: Story) -> None:
    """6: the customer agrees to these lines at these prices; dearer asks again, and Postgres holds it."""
    desk = story.sit("service_adviser", "/aftersales/work-orders/")
    desk.presses("WO-JJ01").presses("请客户签字").signs().takes("signature").presses("签字 ↵")
    desk.prints(desk.main.get_by_role("link", name="任务委托书 PDF"), "任务委托书", walk.NAME, "雨刮片")
    wiper = WorkLine.objects.get(part__number=walk.WIPER[0])
    with pytest.raises(IntegrityError, match="workline_within_authorisation"), transaction.atomic():
        WorkLine.objects.filter(pk=wiper.pk).update(status="DONE", quantity=2, unit_price=88, amount=176)
    desk.presses("修改 雨刮片").sees("已授权上限 ¥136.00").types(单价=88).presses("修改", within=desk.dialog)
    desk.sees("追加 1 行").presses("取得同意").types(所打号码或短信内容="13800000001 同意").presses("记录同意")
    desk.is_told("谷雨同意").takes("work-order")


def the_car_is_maintained(story: Story) -> None:
    """6: dispatched, worked on, and the parts issued against their lines, never more than agreed."""
    story.sit("workshop", "/work/").presses("派工").picks(技师="石斛", 工位="快保").presses("派工").is_told(
        "已派给石斛"
    )
    technician = story.sit("technician", "/aftersales/jobs/", width=390)
    technician.presses("开工").takes("my-jobs")
    clerk = story.sit("parts_clerk", "/work/")
    clerk.sees("2 项待发料").presses("发料").presses("发料", nth=1).types(数量=3).presses(
        "发料", within=clerk.dialog, stays=True
    )
    clerk.is_told("这一项最多还能领 2").page.keyboard.press("Escape")
    for _line in ("雨刮片", "机油滤清器"):
        clerk.presses("发料").presses("发料", within=clerk.dialog)
    expect(clerk.main.get_by_text("已领")).to_have_count(2)
    technician.reloads().presses("完工").presses("原因与处理").types(
        故障原因="胶条老化", 处理结果="更换雨刮片"
    ).presses("原因与处理", within=technician.dialog)
    technician.presses("自检合格").is_told("：合格")


def three_people_check(story: Story) -> None:
    """6: three checks by three people, then the six points of the internal hand-over."""
    leader = story.sit("team_leader", "/aftersales/checks/", width=390)
    leader.takes("checks").presses("质检", within=leader.main.locator("ul").first).presses("组长检 合格").is_told(
        "：合格"
    )
    leader.presses("总检 合格").is_told("三级质检须由不同的人做")
    inspector = story.sit("inspector", "/aftersales/checks/")
    inspector.presses("质检", within=inspector.main.locator("ul").first).presses("总检 合格").is_told("：合格")
    inspector.chooses("项目齐全", "项目全部做完", "故障已排除", "旧件齐全", "车辆干净", "车内无抹布").presses(
        "转待交车"
    )


def the_bill_is_paid(story: Story) -> None:
    """6: settled, no gate pass before the money, paid, out through the gate."""
    desk = story.sit("service_adviser", "/aftersales/work-orders/")
    desk.presses("WO-JJ01").types(方便接电话的时间="2026-09-09T15:00").takes("settle").presses("结算").is_told("已结算")
    desk.presses("出门证").is_told("还应收 ¥176.00")
    desk.prints(desk.main.get_by_role("link", name="结算单 PDF"), "结算单", "176.00")
    cashier = story.sit("cashier", "/crm/invoices/")
    cashier.presses("收款", within=cashier.page.get_by_role("row", name="WO-JJ01")).presses("收款 ↵").is_told(
        "已收 ¥176.00"
    )
    desk.presses("出门证")
    desk.prints(desk.main.get_by_role("link", name="出门证 PDF"), "出门证", "LSA560")
    desk.presses("放行").is_told("三天内质量回访")


def the_quality_call(story: Story) -> None:
    """6: at the time the customer named; customer service keeps the owner from now on."""
    agent = story.sit("callback", "/crm/calls/")
    agent.sees("质量回访", "约 15:00")
    adviser = story.sit("adviser", "/sales/owner-cards/")
    adviser.presses(re.compile("C-JJ01|谷雨")).sees("移交客服")
    agent.chooses("已完成").types(说了什么="车很好，雨刮也好了").presses("保存，下一位").sees("今天的电话都打完了")


def the_manager_sees_it_all(story: Story) -> None:
    """7: the process map, each number a list; the dashboard of the moment and of any past day; one timeline."""
    manager = story.sit("gm", "/")
    manager.takes("home")
    signed = manager.main.get_by_role("link", name=re.compile("^已签订"))
    expect(signed).to_contain_text("1")
    manager.clicks(signed)
    manager.sees("清明").opens("/reports/daily/")
    expect(manager.page.get_by_role("row", name="已打电话")).to_contain_text("1")
    manager.takes("daily").opens("/reports/daily/?day=2026-03-18")
    expect(manager.page.get_by_role("row", name="交车")).to_contain_text("1")
    manager.opens("/reports/daily/?day=2026-09-08")
    expect(manager.page.get_by_role("row", name="产值")).to_contain_text("430")
    manager.opens("/crm/customers/").presses(walk.NAME)
    manager.sees("质量回访", "保养特邀函", "感谢信", "来店").takes("timeline")
