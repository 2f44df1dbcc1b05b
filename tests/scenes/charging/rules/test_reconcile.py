from hypothesis import given
from hypothesis import strategies as st

from scenes.charging.rules.reconcile import Difference, Order, differences

OURS = Order("A", 2250, 141)


def test_books_that_agree_have_no_difference() -> None:
    assert differences([OURS], {"A": 141}, {}) == []
    assert differences([OURS], {}, {}) == []


def test_each_kind_of_difference_is_named() -> None:
    dearer, fuller, strange = Order("A", 2250, 148), Order("B", 2300, 141), Order("C", 10, 5)
    ours = [OURS, Order("B", 2250, 141), Order("D", 1, 1), Order("E", 1, 7)]
    disputed = {
        "A": (dearer, 2), "B": (fuller, 3), "C": (strange, 1), "D": (Order("D", 0, 0), 1),
    }  # fmt: skip
    found = differences(ours, {"E": 9}, disputed)
    assert [(each.start_seq, each.kind, each.fen) for each in found] == [
        ("A", "amount", 7),
        ("B", "energy", 0),
        ("D", "missing_there", -1),
        ("E", "amount", 2),
        ("C", "missing_here", 5),
    ]


orders = st.dictionaries(st.text("ABCDEF", min_size=1, max_size=2), st.integers(0, 9999), max_size=8)


@given(orders, orders)
def test_the_differences_explain_every_fen(ours: dict[str, int], theirs: dict[str, int]) -> None:
    """An operator that disputes all it has otherwise leaves nothing unexplained."""
    disputed = {seq: (Order(seq, 0, fen), 2) for seq, fen in theirs.items() if ours.get(seq) != fen}
    disputed |= {seq: (Order(seq, 0, 0), 1) for seq in ours if seq not in theirs}
    found: list[Difference] = differences([Order(s, 0, f) for s, f in ours.items()], {}, disputed)
    assert sum(theirs.values()) - sum(ours.values()) == sum(each.fen for each in found)
    assert len({each.start_seq for each in found}) == len(found)
