"""Families: who lives in one household, how they are related, when they were born. Promises what V7 and V8 ask.

One head, at most one spouse of the other sex, parents at least sixteen years older than their children.
"""
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.models.identity import age_on
from app.models.practice import names

REFERENCE = date(2026, 11, 1)  # the day for which practice people are told, whatever the clock says
MAN, WOMAN = "1", "2"
HEAD, SPOUSE, SON, DAUGHTER, DAUGHTER_IN_LAW, SON_IN_LAW = "02", "10", "20", "30", "38", "28"
FATHER, MOTHER, FATHER_IN_LAW, MOTHER_IN_LAW = "51", "52", "53", "54"
SONS_SON, SONS_DAUGHTER, DAUGHTERS_SON, DAUGHTERS_DAUGHTER, SIBLING = "41", "42", "43", "44", "70"

_SHAPES = {"three_elder": 18, "three_middle": 22, "nuclear": 34, "skipped": 7, "old_couple": 6, "one_parent": 8, "alone": 5}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a household: relation code, sex, birth, people, name, whether married."""

    relation: str
    sex: str
    birth: date
    ethnic: str
    name: str
    marital: str

    @property
    def age(self) -> int:
        """Full years on the reference day."""
        return age_on(self.birth, REFERENCE)


class _Home:
    """A household being put together.

    Attributes: members, in the order in which they are listed.
    """

    def __init__(self, rng: Random) -> None:
        self.rng, self.members = rng, list[Member]()
        self.ethnic = names.ethnic_group(rng)
        self.family = names.surname(rng, self.ethnic)

    def add(self, relation: str, sex: str, age: int, *, marital: str, family: str | None = None,
            married_in: bool = False) -> Member:
        """Add one person; who married in has a family, and at times a people, of their own."""
        rng = self.rng
        ethnic = names.ethnic_group(rng) if married_in and rng.random() < 0.3 else self.ethnic
        own = names.surname(rng, ethnic) if married_in else self.family if family is None else family
        name = names.full_name(rng, ethnic, sex, own, age)
        while any(name == m.name for m in self.members):
            name = names.full_name(rng, ethnic, sex, own, age)
        member = Member(relation, sex, _born(rng, age), ethnic, name, marital)
        self.members.append(member)
        return member

    def couple(self, relations: tuple[str, str], age: int) -> tuple[int, int]:
        """Add a man and his wife; return their ages."""
        wife = max(20, age - self.rng.randint(-1, 5))
        self.add(relations[0], MAN, age, marital="20")
        self.add(relations[1], WOMAN, wife, marital="20", married_in=True)
        return age, wife

    def children(self, relations: tuple[str, str], mother_age: int, number: int) -> None:
        """Add children of a mother, the eldest first, at least sixteen years younger than she is."""
        eldest = mother_age - self.rng.randint(19, 27)
        for n in range(number):
            age = eldest - n * self.rng.randint(2, 4)
            if age < 0:
                return
            sex = self.rng.choice((MAN, WOMAN))
            marital = "10" if age < 24 or self.rng.random() < 0.5 else "20"
            self.add(relations[0] if sex == MAN else relations[1], sex, age, marital=marital)


def family(rng: Random) -> list[Member]:
    """Return the members of one household, the head first; about four on average."""
    home = _Home(rng)
    shape = rng.choices(list(_SHAPES), list(_SHAPES.values()))[0]
    _BUILD[shape](home, rng)
    return home.members


def _three_elder(home: _Home, rng: Random) -> None:
    """The grandparents' household: their son or daughter, who brought a wife or husband, and the grandchildren."""
    elder = rng.randint(56, 76)
    _, wife = home.couple((HEAD, SPOUSE), elder)
    age = wife - rng.randint(19, 26)
    if rng.random() < 0.8:
        home.add(SON, MAN, age, marital="20")
        mother = max(20, age - rng.randint(0, 4))
        home.add(DAUGHTER_IN_LAW, WOMAN, mother, marital="20", married_in=True)
        home.children((SONS_SON, SONS_DAUGHTER), mother, rng.randint(1, 2))
    else:
        home.add(DAUGHTER, WOMAN, age, marital="20")
        home.add(SON_IN_LAW, MAN, age + rng.randint(0, 4), marital="20", married_in=True)
        home.children((DAUGHTERS_SON, DAUGHTERS_DAUGHTER), age, rng.randint(1, 2))


def _three_middle(home: _Home, rng: Random) -> None:
    """The middle generation heads it; one or both parents, and now and then a brother or sister, live with them."""
    age, wife = home.couple((HEAD, SPOUSE), rng.randint(28, 50))
    home.children((SON, DAUGHTER), wife, rng.choice((1, 2, 2)))
    mother = age + rng.randint(20, 28)
    if rng.random() < 0.55:
        home.add(FATHER, MAN, mother + rng.randint(0, 4), marital="20")
        home.add(MOTHER, WOMAN, mother, marital="20", married_in=True)
    else:
        home.add(MOTHER, WOMAN, mother, marital="30", married_in=True)
    if rng.random() < 0.08:
        home.add(SIBLING, rng.choice((MAN, WOMAN)), max(18, age - rng.randint(2, 8)), marital="10")


def _nuclear(home: _Home, rng: Random) -> None:
    _, wife = home.couple((HEAD, SPOUSE), rng.randint(25, 56))
    home.children((SON, DAUGHTER), wife, rng.choice((1, 2, 2, 3)))


def _skipped(home: _Home, rng: Random) -> None:
    """Grandparents with grandchildren, whose parents are registered elsewhere."""
    _, wife = home.couple((HEAD, SPOUSE), rng.randint(55, 72))
    home.children((SONS_SON, SONS_DAUGHTER), wife - rng.randint(22, 27), rng.randint(1, 2))


def _old_couple(home: _Home, rng: Random) -> None:
    home.couple((HEAD, SPOUSE), rng.randint(62, 82))


def _one_parent(home: _Home, rng: Random) -> None:
    age, woman = rng.randint(30, 58), rng.random() < 0.6
    home.add(HEAD, WOMAN if woman else MAN, age, marital=rng.choice(("30", "40")))
    home.children((SON, DAUGHTER), age, rng.choice((1, 1, 2)))
    if rng.random() < 0.3:
        relation = MOTHER_IN_LAW if woman else MOTHER
        home.add(relation, WOMAN, age + rng.randint(20, 28), marital="30", married_in=True)


def _alone(home: _Home, rng: Random) -> None:
    home.add(HEAD, rng.choice((MAN, MAN, WOMAN)), rng.randint(35, 80), marital=rng.choice(("10", "30", "40")))


_BUILD = {"three_elder": _three_elder, "three_middle": _three_middle, "nuclear": _nuclear, "skipped": _skipped,
          "old_couple": _old_couple, "one_parent": _one_parent, "alone": _alone}


def _born(rng: Random, age: int) -> date:
    """Return a day of birth that makes this age on the reference day."""
    latest = date(REFERENCE.year - age, REFERENCE.month, REFERENCE.day)
    return latest - timedelta(days=rng.randint(1, 364)) if age else latest - timedelta(days=rng.randint(30, 360))
