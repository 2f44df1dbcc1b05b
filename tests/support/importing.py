"""Files of places to test with."""

from pathlib import Path

from scenes.common.places.importing.row import Wishes
from scenes.common.places.outlines import District, Outline

DATA = Path(__file__).parents[3] / "shared" / "data"
ELDERCARE = DATA / "eldercare_iacc.csv"
OUTLINES = DATA / "putuo_subdistricts_wgs84.geojson"

SQUARE = [(121.39, 31.23), (121.42, 31.23), (121.42, 31.26), (121.39, 31.26), (121.39, 31.23)]
DISTRICT = District([Outline(("曹杨新村街道",), [SQUARE])])
CLINICS = Wishes(datum="wgs84", scene="clinic", kind="health_station")

HEADER = "编号,名称,场景,类型,地址,电话,纬度,经度,街道,无障碍,开放时间,节假日"
ROW = (
    "C1,枫桥路卫生站,看病,社区卫生服务站,枫桥路2号,021-62549000,31.2418,121.4004,曹杨新村街道,是,"
    "工作日 08:00-11:30 13:00-16:30,休息"
)


def a_file(*rows: str, header: str = HEADER) -> bytes:
    """Write a CSV of these rows."""
    return "\n".join([header, *rows, ""]).encode()
