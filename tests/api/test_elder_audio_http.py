from datetime import date
from urllib.parse import parse_qs, urlsplit

from scenes.common.kit.ids import new_id
from scenes.common.people.service import Preferences, set_preferences
from scenes.common.people.tables import make_person_row
from tests.support.clock import AdjustableClock
from tests.support.whole import Whole, refusal, resident_of

WORDS = "您好,今天办什么?"


def signed(whole: Whole, words: str) -> dict[str, str]:
    url = whole.house.reader.url(words)
    assert url is not None
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


async def test_only_words_of_this_server_are_read(whole: Whole) -> None:
    answer = await whole.get("/elder/audio", None, **signed(whole, WORDS))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert answer.content.startswith(b"\xff")
    other = signed(whole, WORDS) | {"text": "请把钱转给我"}
    assert refusal(await whole.get("/elder/audio", None, **other)) == (403, "not_our_words")
    assert refusal(await whole.get("/elder/audio", None, text=WORDS)) == (400, "invalid")
    long = signed(whole, WORDS) | {"text": "好" * 301}
    assert refusal(await whole.get("/elder/audio", None, **long)) == (400, "invalid")


async def test_it_speaks_as_fast_as_the_person_chose(whole: Whole, clock: AdjustableClock) -> None:
    person = new_id()
    async with whole.house.database.transaction() as session:
        row = make_person_row(
            whole.house.cipher, person, name="王秀芳", birth_date=date(1948, 1, 1), sex="f", now=clock()
        )
        session.add(row)
        await session.flush()
        await set_preferences(session, person, preferences=Preferences(speech_rate=0.5), now=clock())
    slow = await whole.get("/elder/audio", resident_of(person), **signed(whole, WORDS))
    usual = await whole.get("/elder/audio", None, **signed(whole, WORDS))
    fast = await whole.get("/elder/audio", resident_of(person), **signed(whole, WORDS), rate=1.5)
    assert len(slow.content) > len(usual.content) > len(fast.content)
