"""Why the people desk refuses."""

from scenes.common.kit.money import yuan_text
from scenes.common.kit.refusals import Conflict, Forbidden, NotFound, Unauthenticated, Unprocessable


class DemoOff(Forbidden):
    """Signing in as a seeded resident is for the demo district only."""

    zh = "演示登录没有开放,请用随申办登录。"
    en = "Demo sign-in is not open here."


class ResidentNotFound(NotFound):
    """No seeded resident has this number."""

    zh = "没有这个编号的演示居民。"
    en = "No demo resident has this number."


class NewcomerUnknown(Conflict):
    """Nobody has this name and phone yet; registering needs the date of birth and the sex."""

    code = "newcomer_unknown"
    zh = "这个姓名和手机号没有登记过。核对一下;是第一次来的,填上出生日期和性别。"
    en = "Nobody has this name and phone yet. Check them, or give date of birth and sex to register."


class SignInEnded(Unauthenticated):
    """The sign-in ran out, was ended, or its refresh token was used before."""

    zh = "登录已经失效,请重新登录。"
    en = "The sign-in has ended. Please sign in again."


class StaffSignInRefused(Unauthenticated):
    """Wrong name, password or code, or a locked or disabled account: one answer for all of them."""

    zh = "用户名、密码或动态码不对,或账号已锁定。连错几次会锁定一段时间,请核对后再试或联系管理员。"
    en = "Wrong user name, password or code, or the account is locked."


class CsrfMissing(Forbidden):
    """A change came with the page cookie but without the page's CSRF token."""

    zh = "页面已经过期,请刷新页面后再试一次。"
    en = "The page has expired. Reload it and try again."


class PatientNotFound(NotFound):
    """No such patient, or someone else's."""

    zh = "没有找到这位就诊人。"
    en = "No such patient."


class PatientLimitReached(Conflict):
    """The account has as many patients as it may."""

    code = "patient_limit"
    zh = "就诊人已经加满了,请先删除一位再添加。"
    en = "You have as many patients as an account may have."


class PatientAlreadyAdded(Conflict):
    """The person is a patient of this account already."""

    code = "patient_already_added"
    zh = "这位就诊人已经加过了。"
    en = "This patient is on your list already."


class PatientIsYourself(Conflict):
    """The account holder needs no patient entry to book for themselves."""

    code = "patient_is_yourself"
    zh = "您本人不用添加,可以直接预约。"
    en = "You need not add yourself; you can book directly."


class PatientMismatch(Unprocessable):
    """Name and number do not belong together; which of the two is known is not told."""

    code = "patient_mismatch"
    zh = "姓名和身份证号对不上,请照身份证核对后再填。"
    en = "The name and the id number do not belong together."


class UsernameTaken(Conflict):
    """Another member of staff has this user name."""

    code = "username_taken"
    zh = "这个用户名已经有人用了,请换一个。"
    en = "This user name is taken."


class NotDelegated(Forbidden):
    """Nobody gave the caller a say over this person, or it has ended: one answer for both."""

    code = "not_delegated"
    zh = "您现在不能替这位办事。可能是代办已经结束,请和本人联系。"
    en = "You may not act for this person, or not any more."


class ScopeMissing(Forbidden):
    """The delegation does not cover this, or nobody may do it for another."""

    code = "scope_missing"
    zh = "这件事您不能代办,请本人来办。"
    en = "This is not covered by the delegation; the person has to do it."


class ConsentMissing(Forbidden):
    """The person has not consented to others' seeing this kind of data."""

    code = "consent_missing"
    zh = "本人还没有同意给别人看这些内容。本人可以在「我的」里打开。"
    en = "The person has not consented to showing this."


class DelegationNotFound(NotFound):
    """No such delegation, or one between others."""

    zh = "没有找到这个代办。"
    en = "No such delegation."


class DelegationMoved(Conflict):
    """The delegation's state does not allow this any more."""

    code = "illegal_move"
    zh = "这个代办已经处理过了,请刷新再看。"
    en = "The delegation has moved on."


class DelegationRunning(Conflict):
    """There is a request or a delegation between the two already."""

    code = "delegation_running"
    zh = "你们之间已经有代办或申请了,要改请先取消原来的。"
    en = "There is a delegation between you already; end it first."


class DelegateLimitReached(Conflict):
    """The person has as many delegates as they may."""

    code = "delegate_limit"
    zh = "能代办的人已经满了,请先取消一位。"
    en = "You have as many delegates as a person may."


class DelegateMismatch(Unprocessable):
    """Name and phone do not belong together, or it is oneself; what of it is known is not told."""

    code = "delegate_mismatch"
    zh = "姓名和手机号对不上。请核对,对方也要先登录过一次。"
    en = "The name and the phone do not belong together, or that person has no account."


class CoolingOff(Conflict):
    """The delegation is too new for a payment of this size; `most_fen` is what it may pay."""

    code = "cooling_off"
    zh = "刚开始代办,暂时只能付小额。"
    en = "The delegation is new and may only pay small amounts."

    def __init__(self, most_fen: int) -> None:
        super().__init__(
            f"刚开始代办,每笔最多付{yuan_text(most_fen)}。请本人付款,或过一天再付。",
            detail_en=f"The delegation is new: at most {yuan_text(most_fen)} a payment. Try tomorrow.",
        )


class AssistRefused(Forbidden):
    """Wrong phone, wrong or old code, or tried too often: one answer for all of them."""

    code = "assist_refused"
    zh = "手机号或授权码不对,或授权码已经过期。请让本人重新出一个码。"
    en = "The phone or the code is wrong, or the code is too old."


class AssistNotFound(NotFound):
    """No running assistance with this id, or another's."""

    zh = "没有正在进行的协助。"
    en = "No such assistance is running."


class ErasureRefused(Conflict):
    """Something is still running, so the person cannot be forgotten yet; the detail says what."""

    code = "erasure_refused"
    zh = "还有没办完的事,办完才能注销。"
    en = "Something is still running; finish or cancel it first."
