"""Why a sentence is not read aloud."""

from scenes.common.kit.refusals import Forbidden, NotFound


class NotOurWords(Forbidden):
    """The words were not signed by this server: it reads only what it shows."""

    code = "not_our_words"
    zh = "这段话不是这里写的,不能朗读。"
    en = "Only what this service shows can be read aloud."


class NoVoice(NotFound):
    """No speech engine is installed here, or it just failed: there is nothing to hear."""

    code = "no_voice"
    zh = "这台服务器不会朗读。"
    en = "This server cannot read aloud."
