"""Rules on a household: its head, its site, its phone and dates, its help (V7, V19, V20, V22, V23)."""
import re

from app.models.rules.finding import Book, Context, Sentence, Values, age, blank, day, who
from app.models.rules.person import HEAD, SPOUSES

rule = Book("household")

LANDLINE = re.compile(r"(0\d{2,3}-?)?\d{7,8}", re.ASCII)
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
FIRST_MOVE = "2001-01-01"


@rule("V7", "E")
def one_head(v: Values, c: Context) -> Sentence | None:
    """Exactly one head, of whom the finished household has one."""
    heads = [m for m in c.members if m.get("relation_to_head") == HEAD]
    if len(heads) > 1:
        return (f"这一户有 {len(heads)} 个户主（{'、'.join(who(m)[0] for m in heads)}），只能有一个。改其他人的关系。",
                f"This household has {len(heads)} heads ({', '.join(who(m)[1] for m in heads)}); it can have one."
                " Change the relation of the others.")
    if c.finishing and not heads:
        return "这一户还没有户主。选一个人做户主，这一户才能完成。", "No head yet. Choose the head to finish this household."
    return None


@rule("V7", "E")
def one_spouse(v: Values, c: Context) -> Sentence | None:
    """At most one spouse of the head."""
    spouses = [m for m in c.members if m.get("relation_to_head") in SPOUSES]
    if len(spouses) < 2:
        return None
    return (f"这一户的户主有 {len(spouses)} 个配偶（{'、'.join(who(m)[0] for m in spouses)}），最多一个。改其他人的关系。",
            f"The head has {len(spouses)} spouses ({', '.join(who(m)[1] for m in spouses)}); there can be one."
            " Change the relation of the others.")


@rule("V7", "E")
def spouses_differ_in_sex(v: Values, c: Context) -> Sentence | None:
    """Head and spouse are a man and a woman."""
    head = next((m for m in c.members if m.get("relation_to_head") == HEAD), None)
    spouse = next((m for m in c.members if m.get("relation_to_head") in SPOUSES), None)
    if head is None or spouse is None or blank(head.get("sex")) or head.get("sex") != spouse.get("sex"):
        return None
    return (f"户主{who(head)[0]}和配偶{who(spouse)[0]}性别相同。改性别，或改关系，这一户才能完成。",
            f"The head {who(head)[1]} and the spouse {who(spouse)[1]} have the same sex."
            " Change the sex or the relation to finish this household.")


@rule("V19", "E", "household_phone")
def phone_is_a_phone(v: Values, c: Context) -> Sentence | None:
    """The household's phone is a mobile or a landline."""
    if MOBILE.fullmatch(v["household_phone"]) or LANDLINE.fullmatch(v["household_phone"]):
        return None
    return ("户联系电话应为 11 位手机号，或带区号的座机。请重新填。",
            "The household's phone must be a mobile of 11 digits or a landline with its area code. Type it again.")


@rule("V20", "Q", "monitoring_type", reads=("risk_cleared",))
def monitored_households_get_help(v: Values, c: Context) -> Sentence | None:
    """Monitored, risk open, labour at home, and no measure of help yet."""
    labour = any(m.get("labour_capacity") in ("1", "2", "3") and (age(m, c) or 0) >= 16 for m in c.members)
    if v["monitoring_type"] == "0" or v.get("risk_cleared") is True or not labour or c.measures is None or c.measures:
        return None
    return ("这一户是监测对象，风险没有消除，有劳动力，还没有帮扶措施。已放进“要补问”。",
            "This household is monitored, its risk is open and it has labour, but no measure of help yet."
            " Put on the to-ask list.")


@rule("V22", "W", "moved_in_date")
def moved_in_by_today(v: Values, c: Context) -> Sentence | None:
    """The move happened in the campaign's time and not in the future."""
    if FIRST_MOVE[:len(v["moved_in_date"])] <= v["moved_in_date"] <= c.today.isoformat():
        return None
    return ("搬迁入住时间应在 2001 年以后、今天以前。请核对。",
            "The date of moving in must be after 2001 and not in the future. Check it.")


@rule("V22", "W", "risk_cleared_date")
def risk_cleared_by_today(v: Values, c: Context) -> Sentence | None:
    """A risk is cleared by today."""
    cleared = day(v["risk_cleared_date"])
    if cleared is None or cleared <= c.today:
        return None
    return "风险消除时间在今天以后。请核对。", "The date on which the risk was cleared is in the future. Check it."


@rule("V23", "E", "settlement_mode", also=("site_id",), together=True)
def settled_together_has_a_site(v: Values, c: Context) -> Sentence | None:
    """Settled together (集中) means at a site."""
    if v["settlement_mode"] != "1" or not blank(v.get("site_id")):
        return None
    return ("这一户是集中安置，还没有安置点。选一个安置点，或改安置方式。",
            "This household was settled together with others, but has no site. Choose the site, or change the way of settling.")


@rule("V23", "E", "site_id")
def site_is_in_the_county(v: Values, c: Context) -> Sentence | None:
    """The site lies in the household's county, unless said otherwise."""
    if not c.area or not c.site_area or c.cross_county or c.area[:6] == c.site_area[:6] or len(c.area) < 6:
        return None
    return ("这一户的安置点在别的县。选本县的安置点；如果是跨县安置，请标明跨县。",
            "The household's site lies in another county. Choose one in this county, or mark it as settled across counties.")
