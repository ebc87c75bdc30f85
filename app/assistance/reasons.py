"""Reasons: matches in words, in both languages. Promises that each part of a score is told with its points, so that anybody can add them up."""
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.assistance import factors, targets
from app.assistance.factors import Terms
from app.assistance.matching import Match, MatchList, Part, against, questions
from app.assistance.posts import Post, closed, sex_limit, why_closed
from app.assistance.scoring import UNKNOWN
from app.assistance.seekers import Seeker
from app.models import places
from app.models.dictionary import dictionary
from app.models.language import say

WORDS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("occupation", "same"): ("想做的就是{job}", "Wants this trade: {job}"),
    ("occupation", "skill"): ("没说想做{job}，但是会", "Did not ask for {job}, but has the skill"),
    ("occupation", "kin"): ("想做{wanted}，和{job}是一类", "Wants {wanted}, akin to {job}"),
    ("occupation", "other"): ("想做{wanted}，岗位是{job}", "Wants {wanted}; the post is {job}"),
    ("area", "first"): ("{where}，是首选", "{where}: first choice"),
    ("area", "second"): ("{where}，是第二选择", "{where}: second choice"),
    ("area", "third"): ("{where}，是第三选择", "{where}: third choice"),
    ("area", "fourth"): ("{where}，是第四选择", "{where}: fourth choice"),
    ("area", "elsewhere"): ("想去{province}，岗位在{there}", "Wants {province}; the post is in {there}"),
    ("area", "nearer"): ("{where}，比想去的近", "{where}: nearer than wished"),
    ("wage", "enough"): ("最少 {pay} 元，期望 {wage} 元", "{pay} yuan at least, hopes for {wage}"),
    ("wage", "short"): ("最少 {pay} 元，期望 {wage} 元，差 {lack} 元", "{pay} yuan at least, hopes for {wage}: {lack} short"),
    ("skill", "none"): ("不要求技能和证书", "Asks for no skill or certificate"),
    ("skill", "all"): ("要的{asked}都有", "Has what it asks for: {asked}"),
    ("skill", "some"): ("要{asked}，有一部分", "Asks for {asked}; has some"),
    ("skill", "lacks"): ("要{asked}，还没有", "Asks for {asked}; has none"),
    ("education", "enough"): ("学历够", "Enough schooling"),
    ("education", "below"): ("要{schooling}，差一级", "Asks for {schooling}: one step short"),
    ("education", "far"): ("要{schooling}，学历不够", "Asks for {schooling}: not enough"),
    ("lodging", "home"): ("住在家里", "Lives at home"),
    ("lodging", "none"): ("对食宿没有要求", "Needs no board or lodging"),
    ("lodging", "all"): ("{needs}都有", "Offers {needs}"),
    ("lodging", "some"): ("要{needs}，只有一部分", "Needs {needs}; offers some"),
    ("lodging", "lacks"): ("要{needs}，没有", "Needs {needs}; not offered"),
    ("shift", "fits"): ("班次合适：{shifts}", "Shift suits: {shifts}"),
    ("shift", "not"): ("要上{shifts}，只能上{hours}", "Works {shifts}; can do {hours}"),
    ("experience", "same"): ("做过{job}", "Has worked as {job}"),
    ("experience", "kin"): ("做过同一类的活", "Has done similar work"),
    ("experience", "some"): ("做过别的活，没做过{job}", "Has worked, not as {job}"),
    ("experience", "none"): ("没有出去做过工", "Has not worked away before"),
    ("language", "near"): ("在县内，用不着普通话", "In the county: no Mandarin needed"),
    ("language", "good"): ("会普通话", "Speaks Mandarin"),
    ("language", "little"): ("会一点普通话", "Speaks a little Mandarin"),
    ("language", "not"): ("不会普通话", "Speaks no Mandarin"),
    ("spouse", "near"): ("不用离家", "No need to leave home"),
    ("spouse", "alone"): ("没有配偶要同去", "No spouse to travel along"),
    ("spouse", "room"): ("有夫妻房", "Has rooms for couples"),
    ("spouse", "not"): ("没有夫妻房", "No rooms for couples"),
}
TERM = {"occupation": ("工种", "Trade"), "area": ("地区", "Area"), "wage": ("工资", "Wage"), "skill": ("技能和证书", "Skills"),
        "education": ("学历", "Schooling"), "lodging": ("食宿", "Lodging"), "shift": ("班次", "Shift"), "experience": ("经历", "Experience"),
        "language": ("普通话", "Mandarin"), "spouse": ("夫妻同去", "Spouse")}
ASK = {
    "situation": ("现在有没有在上班，想不想做事？", "At work now? Wants to work?"),
    "available": ("哪天能到岗？", "When can work begin?"),
    "limits": ("这个岗位要{demands}，做得了吗？", "The post means {demands}: possible?"),
    "care": ("家里有没有老人、小孩要照顾？", "Anybody at home to care for?"),
    "certificates": ("有没有{certificates}？", "Holds {certificates}?"),
    "health": ("能不能办健康证？", "Can get a health certificate?"),
    "public": ("愿不愿意做公益性岗位？", "Would take a public-welfare post?"),
    "verified": ("岗位还没有核验，先问单位是不是真的", "Not checked yet: ask the employer first"),
    "occupation": ("想做什么工种？", "What trade is wanted?"),
    "area": ("想在哪里做事？", "Where to work?"),
    "wage": ("一个月最少要多少钱，岗位一个月能拿多少？", "Least pay a month, and what does the post bring?"),
    "skill": ("会不会{asked}？", "Can do {asked}?"),
    "education": ("读到什么学历？", "How much schooling?"),
    "lodging": ("要不要包吃住，单位包不包？", "Board and lodging: needed, offered?"),
    "shift": ("能上什么班，单位是什么班？", "Which shifts, on both sides?"),
    "experience": ("以前做过什么活？", "What work before?"),
    "language": ("能用普通话交流吗？", "Speaks Mandarin?"),
    "spouse": ("夫妻是不是一起去，有没有夫妻房？", "Does a spouse come; is there a couple's room?"),
}
AGAINST = {
    "closed": ("岗位不能推荐了", "The post is not open"), "scope": ("不是帮扶对象", "Not in the target group"),
    "placed": ("已在别处上班", "At work elsewhere"), "unwilling": ("不想就业", "Not willing"),
    "directed": ("岗位投给别的安置点", "For other sites"), "refused": ("本人拒绝过", "Said no to this post"),
    "declined": ("单位没有录用过", "Turned down by the employer"), "age": ("年龄不符", "Age"), "limits": ("身体条件不合", "Limits on work"),
    "certificate": ("缺必需的证书", "Certificate missing"), "available": ("来不及到岗", "Not available in time"),
    "area": ("比想去的地方远", "Farther than wished"), "wage": ("工资不够", "Pays too little"), "care": ("要照顾家人，离不开", "Care at home"),
    "home_public": ("户里已有公益岗", "Household has a public post"), "public_term": ("公益岗已做满期限", "Public post: term reached"),
    "weak_first": ("公益岗先给弱劳动力", "Public posts: the weaker first"), "struck": ("已经划掉", "Struck out"),
}
WHERE = {1: ("就在本乡镇", "In the township"), 2: ("县内", "In the county"), 3: ("省内县外", "In the province"), 4: ("省外", "Other province"),
         5: ("境外", "Abroad")}


def points(hundredths: int) -> str:
    """Return points as text, no more digits than there are."""
    return f"{hundredths / 100:g}"


def told(part: Part, seeker: Seeker, post: Post) -> str:
    """Return one part in words, with its points: "想做的就是缝纫工 30/30"."""
    return f"{words(part, seeker, post)} {points(part.points)}/{part.weight}"


def words(part: Part, seeker: Seeker, post: Post) -> str:
    """Return one part in words."""
    if part.step == UNKNOWN:
        return say(f"{TERM[part.term][0]}还不知道，先算一半", f"{TERM[part.term][1]} not known: half for now")
    return say(*WORDS[part.term, part.step]).format_map(_Facts(seeker, post))


def good(match: Match) -> list[str]:
    """Return why they go together: the parts with all of their points."""
    return [told(part, match.seeker, match.post) for part in match.parts if part.share == 100]


def gaps(match: Match) -> list[str]:
    """Return what is missing: the parts that are known and have not all of their points."""
    return [told(part, match.seeker, match.post) for part in match.parts if part.share < 100 and not part.asked]


def open_points(match: Match) -> list[str]:
    """Return the parts that nobody knows, with the half that is counted for now."""
    return [told(part, match.seeker, match.post) for part in match.parts if part.asked]


def asks(match: Match) -> list[str]:
    """Return what to ask."""
    facts = _Facts(match.seeker, match.post)
    return [say(*ASK[key]).format_map(facts) for key in questions(match.seeker, match.post, match.parts)]


def sentence(match: Match) -> str:
    """Return the whole score in one sentence, every part with its points."""
    return say("；", "; ").join(told(part, match.seeker, match.post) for part in match.parts)


def why_not(rule: str) -> str:
    """Return the reason for which somebody or something is not on a list."""
    return say(*AGAINST[rule])


def why_not_this(seeker: Seeker, post: Post, terms: Terms, note: str = "") -> str:
    """Return the first reason why this person and this post do not go together, with what it turns on; "" where they may."""
    rules = against(seeker, post, terms)
    if not rules:
        return f"{why_not('struck')}{say('：', ': ')}{note}" if note else ""
    if rules[0] == "closed":
        return why_closed(closed(post, terms.on, terms.scoring.verified_only))
    if rules[0] == "scope":
        return say(*targets.REASONS[seeker.out])
    detail = DETAIL.get(rules[0])
    return why_not(rules[0]) + (f"{say('：', ': ')}{say(*detail).format_map(_Facts(seeker, post))}" if detail else "")


DETAIL = {
    "age": ("{age} 岁，岗位要 {ages}", "{age}, the post wants {ages}"), "area": ("岗位{where}，只想{areas}", "{where}; wants {areas}"),
    "wage": ("最多 {most} 元，期望 {wage} 元", "{most} yuan at most, hopes for {wage}"), "care": ("{care}，岗位{where}", "{care}; {where}"),
    "certificate": ("要{certificates}", "wants {certificates}"), "limits": ("{limits}", "{limits}"),
    "available": ("{available} 才能到岗，岗位到 {valid_to}", "from {available}; the post closes {valid_to}"),
}


def excluded_words(found: MatchList) -> list[str]:
    """Return "reason n" for each reason for which somebody or something is not on the list."""
    return [f"{why_not(rule)} {n}" for rule, n in found.reasons.items()]


def flags(post: Post) -> list[str]:
    """Return what is wrong with the offer itself: an employer's wish for one sex is pointed at, and used for nothing."""
    limit = sex_limit(post)
    return [say(f"单位写了“{limit}”。招工不能限性别，没有用来筛人；请提醒单位改掉。",
                f"The employer wrote “{limit}”. Jobs may not be limited by sex; it was not used. Ask the employer to change it.")] if limit else []


def place_words(area: str) -> str:
    """Return where a post is, as people say it; the code where nobody knows the place."""
    return places.path(area) if area and places.is_code(area) else area


class _Facts(dict[str, Any]):
    """What sentences speak of, each looked up when it is named."""

    def __init__(self, seeker: Seeker, post: Post) -> None:
        super().__init__()
        self.seeker, self.post = seeker, post

    def __missing__(self, name: str) -> Any:
        return _FACTS[name](self.seeker, self.post)


def _labels(list: str, codes: Iterable[str]) -> str:
    return say("、", ", ").join(dictionary().codes[list].label(code) for code in codes)


def _sorted(list: str, codes: Iterable[str] | None) -> str:
    return _labels(list, sorted(set(codes or ()) - {"0"}))


def _ages(post: Post) -> str:
    least, most = max(16, post.age_min or 16), post.age_max
    return f"{least}–{most}" if most is not None else say(f"{least} 以上", f"{least} or older")


_FACTS: Mapping[str, Callable[[Seeker, Post], Any]] = {
    "job": lambda s, p: _labels("occupation", [p.occupation] if p.occupation else []) or p.title,
    "wanted": lambda s, p: _labels("occupation", s.occupations or ()),
    "where": lambda s, p: say(*WHERE.get(factors.level_of(s, p), ("地点不明", "Place not known"))),
    "there": lambda s, p: place_words(p.area[:2].ljust(12, "0")) if p.area else "",
    "province": lambda s, p: s.province,
    "areas": lambda s, p: _labels("pref_area", s.areas or ()),
    "pay": lambda s, p: p.pay[0] or p.pay[1], "most": lambda s, p: p.pay[1] or p.pay[0], "wage": lambda s, p: s.wage,
    "lack": lambda s, p: (s.wage or 0) - (p.pay[0] or p.pay[1] or 0),
    "asked": lambda s, p: say("、", ", ").join(filter(None, (_sorted("skill", p.skills), _sorted("certificate", p.certificates)))),
    "certificates": lambda s, p: _sorted("certificate", p.certificates - {factors.HEALTH} or p.certificates),
    "schooling": lambda s, p: _labels("education", [p.education]),
    "needs": lambda s, p: _sorted("housing", s.lodging),
    "shifts": lambda s, p: _sorted("hours", p.shifts), "hours": lambda s, p: _sorted("hours", s.hours),
    "demands": lambda s, p: _sorted("work_limit", p.demands), "limits": lambda s, p: _sorted("work_limit", s.limits),
    "care": lambda s, p: _sorted("care_duty", s.care),
    "age": lambda s, p: s.age, "ages": lambda s, p: _ages(p), "available": lambda s, p: s.available, "valid_to": lambda s, p: p.valid_to,
}
