"""Why the people desk refuses."""

from scenes.common.kit.refusals import Conflict, Forbidden, NotFound, Unauthenticated, Unprocessable


class DemoOff(Forbidden):
    """Signing in as a seeded resident is for the demo district only."""

    zh = "演示登录没有开放,请用随申办登录。"
    en = "Demo sign-in is not open here."


class ResidentNotFound(NotFound):
    """No seeded resident has this number."""

    zh = "没有这个编号的演示居民。"
    en = "No demo resident has this number."


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
