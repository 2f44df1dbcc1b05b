"""What people call a department, beside its own name."""

from typing import Final

_CALLED: Final[dict[str, tuple[str, ...]]] = {
    "口腔": ("牙科", "看牙", "牙痛", "拔牙", "补牙", "镶牙", "洗牙", "口腔科"),
    "眼": ("看眼睛", "白内障", "验光"),
    "中医": ("针灸", "推拿", "拔罐", "膏方", "中药"),
    "全科": ("内科", "感冒", "发烧", "咳嗽", "配药", "头晕", "拉肚子"),
    "慢": ("高血压", "糖尿病", "量血压", "血糖", "慢性病"),
    "康复": ("理疗", "腰痛", "腿痛"),
    "儿": ("儿科", "打疫苗", "预防针", "小孩看病"),
    "妇": ("妇女病", "妇检"),
}
"""By what the department's name has in it."""


def called(name: str) -> tuple[str, ...]:
    """Return the other names of a department by its name: 「口腔科」 is 「牙科」 to many."""
    return tuple(word for part, words in _CALLED.items() if part in name for word in words)
