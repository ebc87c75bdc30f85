"""The table of all rules, and the questions asked of it. Promises the order E, W, Q, then the rules' numbers."""
from collections.abc import Collection, Iterable

from app.models.rules import both, household, person, post, work
from app.models.rules.finding import Context, Finding, Rule, Values, blank, unnamed

BOOKS = (person.rule, work.rule, household.rule, both.of_person, both.of_placement, post.rule, post.employer)
RULES: tuple[Rule, ...] = tuple(sorted((r for book in BOOKS for r in book.rules), key=lambda r: int(r.number[1:])))


def looking_at(type: str, fields: Collection[str]) -> tuple[Rule, ...]:
    """Return the rules that may look at any of these fields of a record; all others say of it what they said before an edit of them."""
    return tuple(one for one in RULES if one.type == type and not one.reads.isdisjoint(fields))


def check(type: str, values: Values, context: Context | None = None, among: Iterable[Rule] = RULES) -> list[Finding]:
    """Return what the rules (or those among them) say of a record's values, worst first; an empty list when all is well."""
    around = context or Context()
    if around.masked:
        values, around = unnamed(values), around.unnamed()
    found = [finding for one in among if one.type == type and (finding := one.judge(values, around))]
    return sorted(found, key=lambda finding: ("EWQ".index(finding.level), int(finding.rule[1:])))


def missing(type: str, values: Values) -> tuple[str, ...]:
    """Return the fields marked `*` that still have to be asked, in the dictionary's order."""
    from app.models.dictionary import dictionary
    fields = dictionary().types[type].fields.values()
    return tuple(f.name for f in fields if f.need and not f.derived and not f.off and blank(values.get(f.name)))
