"""The services and pages that can be searched, under the names people have for them."""

from typing import Final

from scenes.common.kit.findable import Findable


def _service(title: str, href: str, scene: str, *words: str) -> Findable:
    return Findable(kind="service", title=title, href=href, scene=scene, words=words)


def _page(title: str, href: str, *words: str) -> Findable:
    return Findable(kind="page", title=title, href=href, words=words)


PAGES_KNOWN: Final = (
    _service("看病预约", "/clinic", "clinic", "挂号", "看病", "看医生", "预约医生", "医院", "门诊"),
    _service("早餐", "/breakfast", "breakfast", "早饭", "早点", "订早饭"),
    _service("充电", "/charging", "charging", "充电桩", "电动车", "充电站"),
    _service("助老服务", "/eldercare", "eldercare", "请人帮忙", "养老", "护理", "照顾"),
    _service("一键呼救", "/eldercare/sos", "eldercare", "救命", "求助", "急救", "摔倒", "SOS"),
    _page("平安签到", "/eldercare/wellbeing", "报平安", "签到"),
    _page("健康读数", "/eldercare/readings", "血压", "血糖", "心率"),
    _page("每周早餐", "/breakfast/repeats", "固定早餐", "订早餐"),
    _page("我的预约", "/me/bookings", "我约好的", "凭证", "取号", "取消预约", "改期", "二维码"),
    _page("消息", "/me/inbox", "通知", "提醒"),
    _page("家人代办", "/me/family", "子女", "女儿", "儿子", "代办", "授权"),
    _page("请工作人员帮忙", "/me/help", "人工", "代办码"),
    _page("我的同意", "/me/consents", "隐私", "授权健康"),
    _page("我的资料", "/me/data", "导出", "注销", "删除账号"),
    _page("字和颜色", "/preferences", "字体", "大字", "放大", "看不清", "长辈版", "对比度"),
    _page("怎么通知我", "/me/notice-preferences", "短信", "免打扰", "电话提醒"),
    _page("附近地图", "/places", "地图", "附近", "在哪里"),
    _page("无障碍说明", "/accessibility", "无障碍"),
)
