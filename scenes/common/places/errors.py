"""Why a question about places is refused."""

from scenes.common.kit.refusals import Invalid, NotFound


class PlaceNotFound(NotFound):
    """There is no such place, or it has closed for good."""

    zh = "没有找到这个地点,可能已经搬走或关闭。"
    en = "No such place; it may have moved or closed."


class PlaceInvalid(Invalid):
    """A place to be stored has hours, coordinates or names that cannot be."""

    zh = "地点资料有误,请按提示改正。"
    en = "The place's data is not valid."


class QueryInvalid(Invalid):
    """The question has parameters that are unknown or out of range."""

    zh = "查询条件有误,请检查位置和步行时间。"
    en = "The query is not valid."


class MapInvalid(Invalid):
    """A map to be loaded cannot be read, or nobody can walk anywhere on it."""

    zh = "地图文件读不了,或里面没有能走的路。"
    en = "The map cannot be read, or has nothing that can be walked."
