"""What the page of posts shows, read on a worker: posts with fill and checks, who seeks work, lists with the names that belong to them.

Promises plain values without Qt; names are looked up only for who is shown, and matching itself never sees them.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.assistance import matching, posts, reasons, seekers, targets
from app.assistance.factors import Terms, level
from app.assistance.matching import Match, MatchList
from app.assistance.posts import PUBLIC_WELFARE, RELIEF, WORKSHOP, Post
from app.assistance.records import Records
from app.assistance.seekers import Pool, Seeker
from app.models import clock, past
from app.models.dictionary import dictionary
from app.models.identity import WORKING_AGE
from app.models.language import count, counted, say
from app.models.ledger import Ledger
from app.models.past import Position
from app.models.record import chunks, marks
from app.ui.telling import near

SHOWN = 300  # of a list; who looks further narrows the search
SOON = 7  # days before a post closes, from which on it is said


@dataclass(frozen=True)
class Who:
    """A person as a row names them. Attributes: name, age (full years or None), dwelling."""

    name: str
    age: int | None
    dwelling: str


@dataclass(frozen=True)
class Board:
    """Everything of one day. Attributes: pool, terms, who (person to Who, of those who may be helped), sites (record id to name), home (town),
    position (the place of the feed at which it was read)."""

    pool: Pool
    terms: Terms
    who: dict[str, Who]
    sites: dict[str, str]
    home: str
    position: Position

    def post(self, rec: str) -> Post | None:
        """Return a post by its id."""
        return next((one for one in self.pool.posts if one.id == rec), None)

    def seeker(self, rec: str) -> Seeker | None:
        """Return a person by the id."""
        return next((one for one in self.pool.seekers if one.id == rec), None)

    def closed(self, post: Post) -> str:
        """Return why a post is not open today, "" where it is."""
        return posts.closed(post, self.terms.on, self.terms.scoring.verified_only)

    def offered(self) -> list[Post]:
        """Return the posts, open ones first, those that close first before the others."""
        return sorted(self.pool.posts, key=lambda one: (bool(self.closed(one)), posts.order(one)))

    def waiting(self) -> list[Seeker]:
        """Return who seeks work, those in need first, then those of whom it is not known."""
        some = [one for one in seekers.to_help(self.pool).seekers if one.work in (targets.WILLING_, targets.UNKNOWN)]
        return sorted(some, key=lambda one: (one.work != targets.WILLING_, one.need))

    def facts(self) -> str:
        """Return the counts of the header."""
        there = [one for one in self.pool.posts if not self.closed(one)]
        left, waiting = sum(one.left for one in there), sum(one.work == targets.WILLING_ for one in self.waiting())
        return say(f"{count(len(there))} 个有效岗位，还缺 {count(left)} 人；{count(waiting)} 人想找事做",
                   f"{count(len(there))} open posts, {count(left)} still wanted; {counted(waiting, 'person', 'people')} seek work")


def board(ledger: Ledger) -> Board:
    """Read everything that is here, as of today."""
    on = clock.today().isoformat()
    with past.reading(ledger):
        records, position = Records(ledger.db.conn), past.position(ledger)
        pool = seekers.pool(records, on)
        who = _who(ledger, seekers.to_help(pool).seekers)
        sites = {rec: name or "" for rec, _, name in records.rows("resettlement_site", "name")}
        return Board(pool, matching.terms_of(records, ledger.me.area, on), who, sites, ledger.me.area[:9], position)


def people_for(board: Board, post: Post) -> MatchList:
    """Return the people for a post, of those who are to be helped."""
    return matching.people_for(seekers.for_post(board.pool, post), post, board.terms)


def posts_for(board: Board, seeker: Seeker) -> MatchList:
    """Return the posts for a person."""
    return matching.posts_for(board.pool, seeker, board.terms)


def _who(ledger: Ledger, some: Iterable[Seeker]) -> dict[str, Who]:
    ages = {one.id: one.age for one in some}
    out: dict[str, Who] = {}
    for part in chunks(sorted(ages)):
        rows = ledger.db.conn.execute(f"SELECT p.id, p.full_name, h.dwelling_no FROM person p LEFT JOIN household h ON h.id = p.household_id"
                                      f" WHERE p.id IN ({marks(part)})", part)
        out.update({rec: Who(name or say("没有姓名", "No name"), ages[rec], dwelling or "") for rec, name, dwelling in rows})
    return out


# -- words ----------------------------------------------------------------------------------------------------------

def kind(post: Post, home: str) -> str:
    """Return what sort of post it is, in a word or two: workshop, public-welfare, or how far away."""
    if post.public or post.source == PUBLIC_WELFARE:
        return say("公益岗", "Public")
    if post.source == WORKSHOP:
        return say("车间", "Workshop")
    if post.source == RELIEF:
        return say("以工代赈", "Relief")
    short = {1: ("本乡镇", "Here"), 2: ("县内", "County"), 3: ("省内", "Province"), 4: ("省外", "Away"), 5: ("境外", "Abroad")}
    return say(*short.get(level(home, post.area), ("地点不明", "Where?")))


def days_left(post: Post, on: str) -> int | None:
    """Return the days until a post closes; None where that is open."""
    return (date.fromisoformat(post.valid_to) - date.fromisoformat(on)).days if post.valid_to else None


def standing(board: Board, post: Post) -> tuple[str, str]:
    """Return what stands at the right of a post's row, and its ink: how many of how many, days left, or why it is closed."""
    if why := board.closed(post):
        return posts.why_closed(why), "ink3"
    left = days_left(post, board.terms.on)
    if left is not None and left <= SOON:
        return (say(f"还剩 {left} 天", f"{counted(left, 'day')} left") if left else say("今天截止", "Closes today")), "warn"
    return say(f"{post.filled} / {post.seats} 人", f"{post.filled} of {post.seats}"), "ink2"


def checked(post: Post) -> tuple[str, str]:
    """Return whether anybody has checked that a post is true, how and when; and the kind of its tag."""
    if not post.verified:
        return say("还没有核验", "Not checked yet"), "warn"
    how = dictionary().codes["verify_method"].label(post.verified_how) if post.verified_how else ""
    return say(f"已核验 {how} {near(post.verified, time=False)}", f"Checked {near(post.verified, time=False)}, {how}").strip(" ,"), "ok"


def pay(post: Post) -> str:
    """Return the pay as people say it; where it is paid by day or hour, that it was not compared."""
    basis = dictionary().codes["pay_basis"].label(post.basis) if post.basis and post.basis != posts.MONTHLY else ""
    low, high = post.pay
    if low is None and high is None:
        return say(f"{basis or '工资不明'}，一个月多少要问", f"{basis or 'Pay not known'}: ask what a month brings")
    span = f"{low}–{high}" if low is not None and high is not None and low != high else str(low if low is not None else high)
    return say(f"{span} 元/月 {basis}".strip(), f"{span} yuan a month {basis.lower()}".strip())


def line(board: Board, post: Post) -> str:
    """Return the facts of a post in one line."""
    def labels(name: str, codes: Iterable[str] | None) -> str:
        return say("、", ", ").join(dictionary().codes[name].label(code) for code in sorted(codes or ()) if code != "0")

    ages = ""
    if post.age_min is not None or post.age_max is not None:
        ages = say(f"{post.age_min or WORKING_AGE}–{post.age_max or ''} 岁", f"aged {post.age_min or WORKING_AGE}–{post.age_max or ''}")
    until = say(f"有效到 {post.valid_to}", f"open until {post.valid_to}") if post.valid_to else ""
    to = say("、", ", ").join(board.sites.get(site) or site for site in post.targets)
    told = (say(f"招 {post.seats} 人，在岗 {post.filled}", f"{post.seats} wanted, {post.filled} there"), pay(post), labels("hours", post.shifts),
            labels("housing", post.lodging) or (say("不包食宿", "no board or lodging") if post.lodging else ""), reasons.place_words(post.area), ages,
            until, say(f"投给 {to}", f"for {to}") if to else "")
    return " · ".join(filter(None, told))


def seeks(seeker: Seeker) -> str:
    """Return what a person seeks, in one line."""
    def labels(name: str, codes: Iterable[str] | None) -> str:
        return say("、", ", ").join(dictionary().codes[name].label(code) for code in codes or () if code != "0")

    wage = say(f"{seeker.wage} 元起", f"from {seeker.wage} yuan") if seeker.wage else ""
    told = (labels("pref_area", seeker.areas), labels("occupation", seeker.occupations), wage, labels("work_limit", sorted(seeker.limits or ())),
            labels("care_duty", sorted(seeker.care or ())))
    return " · ".join(filter(None, told)) or say("还没有问过想做什么", "Nobody has asked what is wanted yet")


def situation(seeker: Seeker) -> tuple[str, str]:
    """Return the state of somebody who seeks, and the kind of its tag."""
    if seeker.zero:
        return say("零就业户", "Nobody at work"), "clock"
    if seeker.work == targets.UNKNOWN:
        return say("情况不明", "Not known"), "ask"
    return say("想工作", "Seeks work"), "accent"


def why(item: Match) -> list[str]:
    """Return up to three lines: the two strongest reasons, and what the rest adds."""
    parts = sorted((p for p in item.parts if p.share == 100), key=lambda p: -p.points)
    lines = [reasons.told(p, item.seeker, item.post) for p in parts[:2]]
    rest = [p for p in item.parts if p not in parts[:2]]
    total = reasons.points(sum(p.points for p in rest))
    return [*lines, say(f"其余 {len(rest)} 项 {total} 分", f"{len(rest)} more: {total} points")]
