"""Why the notices desk refuses."""

from scenes.common.kit.refusals import NotFound


class MessageNotFound(NotFound):
    """There is no such message, or it is someone else's."""

    zh = "没有找到这条消息。"
    en = "No such message."
