"""Why readings from devices are refused."""

from scenes.common.kit.refusals import Forbidden, Invalid, NotFound, Unauthenticated


class DeviceUnknown(Unauthenticated):
    """No such device, a wrong secret, or one that was signed off."""

    zh = "这个设备没有登记,或者密钥不对。"
    en = "The device is not registered, or its secret is wrong."


class DeviceNotFound(NotFound):
    """No such device of this person."""

    zh = "没有找到这个设备。"
    en = "No such device."


class ReadingsNotFound(NotFound):
    """No such person, or whoever asks is not near them."""

    zh = "没有找到这位老人。"
    en = "No such person."


class ReadingInvalid(Invalid):
    """A value that no living person has, or not the values of this sort of device."""

    zh = "这个读数不对,没有记下。"
    en = "The reading makes no sense."


class DeviceClockWrong(Invalid):
    """A time in the future, or longer ago than a month."""

    zh = "设备的时间不对,请校准。"
    en = "The device's clock is wrong."


class HealthConsentMissing(Forbidden):
    """The person has not agreed that others see their health data."""

    zh = "老人还没有同意让别人看健康信息。"
    en = "The person has not agreed to share health information."


class LimitsInvalid(Invalid):
    """Limits that make no sense, or from a day that is over."""

    zh = "界线不对:要是数字,低的要比高的小,从今天或以后开始。"
    en = "The limits make no sense, or begin in the past."


class NotTheFamilyDoctor(Forbidden):
    """Only the staff of a health centre see what a family doctor may see."""

    zh = "只有家庭医生所在的社区医院能看。"
    en = "Only the family doctor's health centre may see this."


class SignedResidentNotFound(NotFound):
    """No such person, or none with a running contract at a place of whoever asks."""

    zh = "没有找到这位签约居民。"
    en = "No such signed resident."


class AlertNotFound(NotFound):
    """No such alert."""

    zh = "没有找到这条提醒。"
    en = "No such alert."
