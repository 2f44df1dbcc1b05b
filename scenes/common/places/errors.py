"""Why a question about places is refused."""

from scenes.common.kit.refusals import Busy, Conflict, Invalid, NotFound


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


class ImportUnreadable(Invalid):
    """A file cannot be read as a whole: its encoding, its header, its form."""

    code = "import_unreadable"
    zh = "这个文件读不了。"
    en = "The file cannot be read as CSV or GeoJSON of places."


class ImportKindUnknown(Invalid):
    """This kind of list is not imported from files yet."""

    code = "import_kind_unknown"
    zh = "现在只能导入地点(places)。排班请用「出诊安排」页面,菜单请用早餐工作台。"
    en = "Only places are imported; schedules go to POST /staff/windows, menus to the breakfast desk."


class ImportNotFound(NotFound):
    """There is no such import."""

    zh = "没有找到这次导入,可能已经过期。"
    en = "No such import; a proposed one is forgotten after a day."


class ImportChanged(Conflict):
    """What a file would do is no longer what was shown; look again and confirm that."""

    code = "import_changed"
    zh = "看过以后,地点又有了变化。请再看一遍下面的结果,再确认。"
    en = "Places have changed since the report; look at the new one and confirm it."


class ImportNotUndoable(Conflict):
    """An import cannot be taken back; the detail says which places stand in the way."""

    code = "import_not_undoable"
    zh = "这次导入撤不回来。"
    en = "The import cannot be undone."


class OutlinesUnreadable(Invalid):
    """A file of outlines is not a GeoJSON of named polygons."""

    code = "outlines_unreadable"
    zh = "街镇边界文件读不了。"
    en = "The file is not a GeoJSON of named polygons."


class CoverageNotReady(Busy):
    """Nobody has reckoned yet who is within the circle; the worker does so within a minute."""

    code = "coverage_not_ready"
    zh = "覆盖情况正在算,请过一两分钟再看。"
    en = "Coverage is being reckoned; please come back in a minute or two."

    def __init__(self) -> None:
        super().__init__(retry_after=60)
