"""From a file's bytes to its records: CSV or GeoJSON, in UTF-8 (with or without mark) or GB18030."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

import msgspec

from scenes.common.places.errors import ImportUnreadable
from scenes.common.places.importing.words import COLUMNS, column_of

MOST_ROWS: Final = 200_000
_DELIMITERS: Final = (",", "\t", ";")
_MARK: Final = b"\xef\xbb\xbf"


class Record(NamedTuple):
    """One row of a file: its line (of a GeoJSON file its feature's number) and its cells by column."""

    line: int
    cells: Mapping[str, str]


class Sheet(NamedTuple):
    """What a file says: its records, the columns understood, the headers not, and its encoding."""

    records: list[Record]
    columns: list[str]
    ignored: list[str]
    encoding: str


def read_file(content: bytes) -> Sheet:
    """Read a CSV or GeoJSON file; refuses with ImportUnreadable what cannot be read as a whole."""
    text, encoding = decode(content)
    if text.lstrip().startswith("{"):
        return _features(text, encoding)
    return _table(text, encoding)


def decode(content: bytes) -> tuple[str, str]:
    """Decode UTF-8, with or without mark, else GB18030; return the text and the encoding's name."""
    if b"\x00" in content:
        raise ImportUnreadable("这不是文本文件。请在表格软件里另存为 CSV 再上传。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        name = "utf-8" if encoding == "utf-8-sig" and not content.startswith(_MARK) else encoding
        return text, name
    raise ImportUnreadable("文字编码看不懂。请另存为 UTF-8 或 GB18030 编码的 CSV。")


def _table(text: str, encoding: str) -> Sheet:
    head = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        headers: list[str] = next((row for row in reader if any(map(str.strip, row))), list[str]())
        columns, ignored = _columns(headers)
        records: list[Record] = []
        line = reader.line_num + 1
        for row in reader:
            if any(map(str.strip, row)):
                records.append(Record(line, _cells(columns, row)))
            line = reader.line_num + 1
            _bounded(len(records))
    except csv.Error as fault:
        raise ImportUnreadable(f"表格在第 {reader.line_num} 行读不下去(引号没有成对?)。") from fault
    return Sheet(records, sorted(filter(None, columns)), ignored, encoding)


def _columns(headers: list[str]) -> tuple[list[str], list[str]]:
    """Say which column each header is, the first of two alike; refuse a file without names."""
    found: list[str] = []
    for header in headers:
        column = column_of(header)
        if column is not None and column in found:
            raise ImportUnreadable(f"表头里「{header.strip()}」和前面一列是同一个意思,请只留一列。")
        found.append(column or "")
    if "name" not in found:
        raise ImportUnreadable(
            f"表头里没有名称这一列。第一行要写列名,名称可写作:{'、'.join(COLUMNS['name'])}。"
        )
    ignored = [header.strip() for header, column in zip(headers, found, strict=True) if not column]
    return found, [header for header in ignored if header]


def _cells(columns: list[str], row: list[str]) -> dict[str, str]:
    """Put a row's cells under their columns; `+` counts cells beyond the headers."""
    cells = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column}
    extra = [cell for cell in row[len(columns) :] if cell.strip()]
    return cells | ({"+": str(len(extra))} if extra else {})


def _features(text: str, encoding: str) -> Sheet:
    try:
        document = msgspec.json.decode(text)
        features = document["features"]
        if document["type"] != "FeatureCollection" or not isinstance(features, list):
            raise ImportUnreadable("GeoJSON 的最外层要是 FeatureCollection。")
        found = cast("list[Any]", features)
    except (msgspec.DecodeError, KeyError) as fault:
        raise ImportUnreadable(f"GeoJSON 读不下去:{fault}") from fault
    _bounded(len(found))
    records: list[Record] = []
    columns: set[str] = set()
    ignored: dict[str, None] = {}
    for number, feature in enumerate(found, start=1):
        cells = _feature(feature, ignored)
        columns |= set(cells)
        records.append(Record(number, cells))
    if records and "name" not in columns:
        raise ImportUnreadable("每个地点的 properties 里要有 name(名称)。")
    return Sheet(records, sorted(columns), list(ignored), encoding)


def _feature(feature: Any, ignored: dict[str, None]) -> dict[str, str]:
    """Read a feature's point as `lat` and `lng`, and its properties as cells."""
    cells: dict[str, str] = {}
    for name, value in _member(feature, "properties").items():
        column = column_of(name)
        if column is None:
            ignored[name] = None
        elif value is not None:
            cells[column] = str(value).strip()
    geometry = _member(feature, "geometry")
    place = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(place, list):
        degrees = cast("list[Any]", place)
        cells |= {"lng": str(degrees[0]), "lat": str(degrees[1])} if degrees[1:] else {}
    return cells


def _member(thing: Any, name: str) -> dict[str, Any]:
    """Return an object within an object; an empty one where there is none."""
    found: Any = cast("dict[str, Any]", thing).get(name) if isinstance(thing, dict) else None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _bounded(count: int) -> None:
    if count > MOST_ROWS:
        raise ImportUnreadable(f"一个文件最多 {MOST_ROWS} 行,请分开导入。")
