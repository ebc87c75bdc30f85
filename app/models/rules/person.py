"""Rules on a person: number, sex, age, health, schooling, phone, wishes (V1-V11, V18, V19)."""
import re

from app.models import identity
from app.models.problem import Problem
from app.models.rules.finding import (
    BIRTH,
    NOTHING,
    NUMBER,
    Book,
    Context,
    Sentence,
    Values,
    age,
    birth,
    blank,
    day,
    own_id,
    who,
)

rule = Book("person")

MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
CERTIFICATE = re.compile(r"\d{17}[\dX][1-7][1-4](B[1-9])?", re.ASCII)
HEAD, SPOUSES = "02", ("10", "11", "12")
MALE = frozenset(["11", *map(str, range(20, 30)), "41", "43", "46", "47", "51", "53", "55", "57", "61", "63", "66", "71",
                  "73", "76", "78", "81", "83", "85", "87", "89", "93", "95"])
FEMALE = frozenset(["12", *map(str, range(30, 40)), "42", "44", "45", "48", "52", "54", "56", "58", "62", "64", "67", "72",
                    "74", "75", "77", "82", "84", "86", "88", "90", "94", "96"])
CHILDREN = frozenset(["20", "21", "22", "23", "24", "25", "26", "29", "30", "31", "32", "33", "34", "35", "36", "39"])
PARENTS = frozenset(["50", "51", "52"])
NOT_ENROLLED, HEALTHY, DISABLED = "00", "1", "4"
WEAK, NONE = "3", "5"


@rule("V1", "E", "id_number", reads=("id_type",))
def number_passes(p: Values, c: Context) -> Sentence | None:
    """The ID number passes GB 11643 (shape, date, check character)."""
    problem = _trouble(p)
    if problem is None or problem.key == "identity.tail" or identity.likely_meant(p["id_number"]):
        return None
    return f"{who(p)[0]}的{problem.zh}", f"{who(p)[1]}: {problem.en[0].lower()}{problem.en[1:]}"


@rule("V1", "W", "id_number", reads=("id_type",))
def number_has_look_alikes(p: Values, c: Context) -> Sentence | None:
    """Full-width digits, O and l are asked about, not changed."""
    if _trouble(p) is None or not identity.likely_meant(p["id_number"]):
        return None
    return (f"{who(p)[0]}的证件号码里有全角字符，或字母 O、l 代替了数字 0、1。改成半角数字就对得上，要改吗？",
            f"{who(p)[1]}: the ID has full-width characters, or the letters O and l for 0 and 1."
            " With plain digits it fits. Change it?")


@rule("V1", "E", "id_number")
def number_is_for_practice(p: Values, c: Context) -> Sentence | None:
    """Numbers of the practice area stay in practice workspaces."""
    if c.practice is not False or not p["id_number"].startswith(identity.PRACTICE_AREA):
        return None
    return (f"{who(p)[0]}的证件号码是练习用的（{identity.PRACTICE_AREA} 开头），不能记进正式的台账。请照证件重填。",
            f"{who(p)[1]}: this ID is for practice (it begins with {identity.PRACTICE_AREA}) and cannot go into a real"
            " account. Type it again from the document.")


@rule("V2", "W", "id_number", reads=("id_type",))
def number_is_of_a_known_county(p: Values, c: Context) -> Sentence | None:
    """The first six digits are or were a county."""
    parts = own_id(p)
    if parts is None or c.known_area is None or c.known_area(parts.area6):
        return None
    return (f"{who(p)[0]}的证件号码前六位不在已知的县区里，可能是已撤销的县。证件上就是这样吗？",
            f"{who(p)[1]}: the first six digits of the ID are no county we know; it may be one that was abolished."
            " Does the document say so?")


@rule("V3", "E", "id_number", "sex", reads=("id_type",))
def sex_fits_number(p: Values, c: Context) -> Sentence | None:
    """Sex is that of the 17th digit."""
    parts = own_id(p)
    if parts is None or p["sex"] == parts.sex:
        return None
    zh, en = ("男", "male") if parts.sex == "1" else ("女", "female")
    return (f"{who(p)[0]}的性别和证件号码对不上：按号码是{zh}。改其中一处。",
            f"{who(p)[1]}: the sex does not fit the ID, which says {en}. Change one of them.")


@rule("V3", "E", "id_number", "birth_date", reads=("id_type",))
def birth_fits_number(p: Values, c: Context) -> Sentence | None:
    """The birth date is digits 7 to 14."""
    parts = own_id(p)
    if parts is None or parts.birth.isoformat().startswith(p["birth_date"]):
        return None
    return (f"{who(p)[0]}的出生日期和证件号码对不上：按号码是 {parts.birth}。改其中一处。",
            f"{who(p)[1]}: the date of birth does not fit the ID, which says {parts.birth}. Change one of them.")


@rule("V4", "E", "id_number", reads=("id_type",))
def tail_is_a_certificate_s(p: Values, c: Context) -> Sentence | None:
    """A number of 20 or 22 ends with kind 1-7, level 1-4 and perhaps B and a digit."""
    problem = _trouble(p)
    if problem is None or problem.key != "identity.tail":
        return None
    return f"{who(p)[0]}的{problem.zh}", f"{who(p)[1]}: {problem.en[0].lower()}{problem.en[1:]}"


@rule("V4", "E", "disability_no", reads=("id_number",))
def certificate_has_its_shape(p: Values, c: Context) -> Sentence | None:
    """The certificate's number is 18 characters of the ID, kind, level and perhaps B and a digit."""
    text = identity.normalise(p["disability_no"])
    own = identity.base18(p.get("id_number") or "")
    if CERTIFICATE.fullmatch(text) and (not own or text[:18] == own):
        return None
    return (f"{who(p)[0]}的残疾人证号不对：应为本人身份证号 18 位，加类别 1–7、等级 1–4。请照证件重填。",
            f"{who(p)[1]}: the disability certificate is not right: it is the person's 18-character ID with a kind 1-7 and"
            " a level 1-4. Type it again from the certificate.")


@rule("V5", "W", "health_status", also=("disability_no",), reads=NUMBER)
def certificate_goes_with_disability(p: Values, c: Context) -> Sentence | None:
    """Disabled is who has a certificate; nobody healthy has one."""
    health, parts = p["health_status"], own_id(p)
    if HEALTHY in health and len(health) > 1:
        return (f"{who(p)[0]}的健康状况既选了“健康”，又选了别的。哪一处不对？",
                f"{who(p)[1]} is said to be healthy and something else besides. Which is wrong?")
    certificate = not blank(p.get("disability_no")) or (parts is not None and parts.tail != "")
    if certificate and DISABLED not in health:
        return (f"{who(p)[0]}有残疾人证，健康状况里却没有“残疾”。哪一处不对？",
                f"{who(p)[1]} has a disability certificate, but the state of health does not say so. Which is wrong?")
    if not certificate and DISABLED in health:
        return (f"{who(p)[0]}的健康状况是残疾，却没有残疾人证号。是还没有办证吗？",
                f"{who(p)[1]} is disabled but has no certificate number. Has it not been issued yet?")
    return None


@rule("V6", "E", "id_number", reads=("id_type",))
def nobody_else_has_this_number(p: Values, c: Context) -> Sentence | None:
    """No other live person has the same first 18 characters."""
    parts = own_id(p)
    if parts is None or c.live_persons is None:
        return None
    other = next((one for one in c.live_persons(parts.base18) if one.get("id") != c.rec), None)
    if other is None:
        return None
    return (f"{who(p)[0]}的证件号码已经是{who(other)[0]}的。同一个人就打开那一份，不同的人请照证件核对号码。",
            f"{who(p)[1]}: this ID already belongs to {who(other)[1]}. If it is the same person, open that record;"
            " if not, compare the ID with the document.")


@rule("V7", "E", "relation_to_head")
def household_has_no_other_head(p: Values, c: Context) -> Sentence | None:
    """Nobody becomes a second head, or a second spouse of the head."""
    relation = p["relation_to_head"]
    for same, zh, en in (((HEAD,), "户主", "head"), (SPOUSES, "户主的配偶", "spouse of the head")):
        other = next((one for one in c.others if one.get("relation_to_head") in same), None)
        if relation in same and other is not None:
            return (f"{who(p)[0]}和{who(other)[0]}都是{zh}，一户只能有一个。改其中一个人的关系。",
                    f"{who(p)[1]} and {who(other)[1]} are both {en}; a household has one. Change the relation of one.")
    return None


@rule("V8", "W", "relation_to_head", "sex")
def relation_fits_sex(p: Values, c: Context) -> Sentence | None:
    """A son is male, a grandmother female."""
    relation, sex = p["relation_to_head"], p["sex"]
    if not (relation in MALE and sex == "2" or relation in FEMALE and sex == "1"):
        return None
    zh, en = ("女", "female") if sex == "2" else ("男", "male")
    return (f"{who(p)[0]}与户主的关系和性别对不上，性别是{zh}。改其中一处，或说明原因。",
            f"{who(p)[1]}: the relation to the head does not fit the sex, which is {en}. Change one, or give the reason.")


@rule("V8", "W", "relation_to_head", also=("birth_date",), reads=BIRTH)
def parents_are_older(p: Values, c: Context) -> Sentence | None:
    """A parent is at least 14 years older than the child."""
    own, head = birth(p), birth(c.head_of_household or NOTHING)
    if own is None or head is None or p["relation_to_head"] not in CHILDREN | PARENTS:
        return None
    older, younger = (own, head) if p["relation_to_head"] in PARENTS else (head, own)
    if older < younger and identity.age_on(older, younger) >= 14:
        return None
    return (f"{who(p)[0]}和户主是父母与子女，年龄相差不到 14 岁。核对关系和出生日期。",
            f"{who(p)[1]} and the head are parent and child, but less than 14 years apart."
            " Check the relation and the dates of birth.")


@rule("V9", "E", "student_status", "education", reads=BIRTH)
def education_or_school(p: Values, c: Context) -> Sentence | None:
    """Who is at school has no finished education yet."""
    years = age(p, c)
    if years is None or years < 16 or p["student_status"] == NOT_ENROLLED:
        return None
    return (f"{who(p)[0]}既填了学历又填了在校，只能填一项。在读的不填学历，毕业的改成非在校。",
            f"{who(p)[1]} has both an education and a school. Leave the education empty for who still studies,"
            " or set school to not enrolled.")


@rule("V9", "Q", "student_status", reads=(*BIRTH, "education", "labour_capacity"))
def education_of_who_left_school(p: Values, c: Context) -> Sentence | None:
    """Who has left school and could work has an education to ask for."""
    years = age(p, c)
    if (p["student_status"] != NOT_ENROLLED or not blank(p.get("education")) or years is None or years < 16
            or p.get("labour_capacity") not in ("1", "2", "3")):
        return None
    return (f"{who(p)[0]}没有学历。已放进“要补问”，不影响完成。",
            f"{who(p)[1]}: no education. Put on the to-ask list; you can still finish.")


@rule("V10", "W", "student_status", also=("birth_date",), reads=BIRTH)
def school_fits_age(p: Values, c: Context) -> Sentence | None:
    """Primary school 6-14, upper secondary 15-20, nobody enrolled past 30."""
    years, school = age(p, c), p["student_status"]
    if years is None or school == NOT_ENROLLED:
        return None
    low, high = {"20": (6, 14), "40": (15, 20), "41": (15, 20)}.get(school, (0, 30))
    if low <= years <= high:
        return None
    return (f"{who(p)[0]} {years} 岁，和在校情况对不上（一般 {low}–{high} 岁）。没有错吗？",
            f"{who(p)[1]} is {years}; that does not fit the school (usually {low}-{high}). Is it right?")


@rule("V11", "E", "labour_capacity", also=("birth_date",), reads=BIRTH)
def children_do_not_work(p: Values, c: Context) -> Sentence | None:
    """Under 16 nobody counts as labour."""
    years = age(p, c)
    if years is None or years >= 16 or p["labour_capacity"] == NONE:
        return None
    return (f"{who(p)[0]}只有 {years} 岁，劳动能力应为“无劳动力”。改劳动能力，或核对出生日期。",
            f"{who(p)[1]} is only {years}: capacity for work must be none. Change it, or check the date of birth.")


@rule("V11", "W", "labour_capacity", "health_status", "student_status", also=("birth_date",), reads=BIRTH)
def healthy_adults_can_work(p: Values, c: Context) -> Sentence | None:
    """16 to 59, healthy, not at school: weak or no capacity wants a reason."""
    years = age(p, c)
    if (years is None or not 16 <= years < 60 or p["health_status"] != [HEALTHY]
            or p["student_status"] != NOT_ENROLLED or p["labour_capacity"] not in (WEAK, NONE)):
        return None
    return (f"{who(p)[0]} {years} 岁，健康，不在校，劳动能力却是弱、半或无。是什么原因？",
            f"{who(p)[1]} is {years}, healthy and not at school, yet has weak or no capacity for work. Why?")


@rule("V18", "E", "wants_work", also=("preferred_occupations", "preferred_areas", "expected_wage_min"), together=True)
def wish_says_what(p: Values, c: Context) -> Sentence | None:
    """Who wants work says which work, where and for how much."""
    wanted = (("preferred_occupations", "工种", "occupation"), ("preferred_areas", "地区", "area"),
              ("expected_wage_min", "月薪", "wage"))
    lacking = [(zh, en) for name, zh, en in wanted if blank(p.get(name))]
    if p["wants_work"] not in ("1", "2") or not lacking:
        return None
    return (f"{who(p)[0]}想就业，还差想要的{'、'.join(zh for zh, _ in lacking)}。补上再完成。",
            f"{who(p)[1]} wants work; still to say: {', '.join(en for _, en in lacking)}. Fill it in to finish.")


@rule("V19", "E", "phone")
def phone_is_a_mobile(p: Values, c: Context) -> Sentence | None:
    """A person's phone is a mobile of 11 digits."""
    if MOBILE.fullmatch(p["phone"]):
        return None
    return (f"{who(p)[0]}的电话应为 11 位手机号。请重新填。",
            f"{who(p)[1]}: the phone must be a mobile number of 11 digits. Type it again.")


@rule("V19", "Q", "phone")
def phone_is_not_everybody_s(p: Values, c: Context) -> Sentence | None:
    """One number on more than three persons of different households is looked at."""
    if c.phone_households is None:
        return None
    persons, households = c.phone_households(p["phone"])
    if persons <= 3 or households < 2:
        return None
    return (f"{who(p)[0]}的电话和 {households} 户共 {persons} 个人相同。问一问是谁的号码。",
            f"{who(p)[1]} shares the phone with {persons} persons of {households} households. Ask whose it is.")


@rule("V22", "W", "birth_date")
def nobody_is_born_tomorrow(p: Values, c: Context) -> Sentence | None:
    """A birth date is not in the future."""
    born = day(p["birth_date"])
    if born is None or born <= c.today:
        return None
    return (f"{who(p)[0]}的出生日期在今天以后。请核对。", f"{who(p)[1]}: the date of birth is in the future. Check it.")


def _trouble(p: Values) -> Problem | None:
    if (p.get("id_type") or "01") != "01":
        return None
    try:
        identity.check_id_number(p["id_number"])
    except Problem as problem:
        return problem
    return None
