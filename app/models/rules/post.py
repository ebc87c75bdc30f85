"""Rules on posts and employers (V25-V29): what a post says of itself must be possible. Whether it is true, people find out and record."""
import re

from app.models.rules.finding import Book, Context, Sentence, Values, day, number

rule, employer = Book("post"), Book("employer")

MONTHLY = ("1", "4")  # pay_basis: by the month, and piecework told by the month
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I O S V Z
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_SHAPE = re.compile(rf"[{_LETTERS}]{{18}}")


@rule("V25", "E", "wage_min", "wage_max")
def wages_rise(v: Values, c: Context) -> Sentence | None:
    """The most that is paid is not less than the least."""
    if (number(v["wage_min"]) or 0) <= (number(v["wage_max"]) or 0):
        return None
    return "月薪下限比上限还高。两个数对调，或改其中一个。", "The lower wage is above the upper one. Swap them, or change one."


@rule("V25", "E", "age_min", "age_max")
def ages_rise(v: Values, c: Context) -> Sentence | None:
    """The oldest who are wanted are not younger than the youngest."""
    if (number(v["age_min"]) or 0) <= (number(v["age_max"]) or 0):
        return None
    return "年龄下限比上限还大。改其中一个。", "The lower age is above the upper one. Change one of them."


@rule("V26", "E", "headcount")
def somebody_is_wanted(v: Values, c: Context) -> Sentence | None:
    """A post wants at least one person."""
    if (number(v["headcount"]) or 0) >= 1:
        return None
    return "招聘人数至少是 1。不招了就把岗位状态改成暂停。", "At least one person is wanted. If nobody is, set the post to paused."


@rule("V27", "W", "valid_to", "collected_on")
def it_ends_after_it_began(v: Values, c: Context) -> Sentence | None:
    """A post is open until a day after it was collected."""
    until, since = day(v["valid_to"]), day(v["collected_on"])
    if until is None or since is None or since <= until:
        return None
    return ("有效期在收集日期以前，谁也推荐不了。改一下，或说明原因。",
            "It closed before it was collected: nobody can be recommended. Change it, or give the reason.")


@rule("V29", "W", "wage_min", reads=("area_id", "pay_basis"))
def pay_is_lawful(v: Values, c: Context) -> Sentence | None:
    """Pay of a month is not below the minimum wage that an office has set for the place of work."""
    least = c.least_wage(str(v.get("area_id") or "")) if c.least_wage is not None else None
    said = number(v["wage_min"])
    if least is None or said is None or said >= least or v.get("pay_basis") not in (None, "", *MONTHLY):
        return None
    return (f"月薪 {v['wage_min']} 元低于当地最低工资 {least} 元。请和单位核实；没错就说明原因（比如半天班）。",
            f"{v['wage_min']} yuan a month is below the minimum wage of {least}. Check with the employer; if it is right, say why (half days, say).")


@employer("V28", "W", "credit_code")
def credit_code_adds_up(v: Values, c: Context) -> Sentence | None:
    """A uniform credit code has 18 characters, the last of which follows from the others (GB 32100)."""
    code = str(v["credit_code"]).strip().upper()
    if _SHAPE.fullmatch(code):
        total = sum(_LETTERS.index(one) * weight for one, weight in zip(code, _WEIGHTS, strict=False))
        if code[17] == _LETTERS[(31 - total % 31) % 31]:
            return None
    return ("统一社会信用代码不对：应是 18 位，末位和前面对不上。请看营业执照再填一次，或说明原因。",
            "The uniform credit code does not add up: 18 characters, the last follows from the others. Look at the licence, or give the reason.")
