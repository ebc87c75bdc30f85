"""What offices have agreed, as lines to show: settings, codes, questionnaires, book templates. Promises to only read."""
from dataclasses import dataclass

from app.models import office, places, workbooks
from app.models.dictionary import dictionary
from app.models.language import count, say
from app.models.ledger import Ledger

SETTING, CODE, FORM, BOOK = "setting", "code", "form", "book_template"
KINDS = (SETTING, CODE, FORM, BOOK)


@dataclass(frozen=True)
class Line:
    """One thing that holds here. Attributes: kind, key (of the setting, form or book; "list:code"), title, told (a word under it),
    value (what holds, or which version), since (ISO day, "" always), who (the office, "" the program), mine (this office said so),
    ends (this office can offer it no more)."""

    kind: str
    key: str
    title: str
    told: str = ""
    value: str = ""
    since: str = ""
    who: str = ""
    mine: bool = False
    ends: bool = False


def lines_of(ledger: Ledger, kind: str) -> list[Line]:
    """Return what holds here of one kind, in the order people look for it."""
    return {SETTING: _settings, CODE: _codes}.get(kind, lambda at: _workbooks(at, kind))(ledger)


def list_title(name: str) -> str:
    """Return what people call a code list: the label of the first field that is answered from it."""
    fields = (field for kind in dictionary().types.values() for field in kind.fields.values())
    return next((field.label() for field in fields if field.list == name), name)


def value_words(term: office.Term, value: object) -> str:
    """Return a setting's value as it is shown."""
    if value is None:
        return say("没有定", "not set")
    if term.kind == "yes":
        return say("是", "yes") if value else say("否", "no")
    value = count(value) if isinstance(value, int) else value
    return f"{value} {term.unit_label()}".strip()


def _settings(ledger: Ledger) -> list[Line]:
    agreed = office.settings_of(ledger)
    found = []
    for key, term in office.terms().items():
        now = agreed.agreed(key)
        found.append(Line(SETTING, key, term.label(), say(term.purpose, ""), value_words(term, now.value), now.valid_from,
                          places.path(now.place, ledger) if now.place else "", now.place == ledger.me.area))
    return found


def _codes(ledger: Ledger) -> list[Line]:
    rows = ledger.db.conn.execute("SELECT list, code, valid_from, _place FROM code_item WHERE _void IS NULL AND list IS NOT NULL"
                                  " AND code IS NOT NULL ORDER BY list, code").fetchall()
    found = []
    for name, code, since, place in rows:
        if not place or name not in dictionary().codes or not places.within(ledger.me.area, places.prefix(place)):
            continue
        known = dictionary().codes[name]
        offered = any(item.code == code for item in known.offered())
        mine = place == ledger.me.area
        found.append(Line(CODE, f"{name}:{code}", known.label(code), f"{list_title(name)} · {code}",
                          say("在用", "offered") if offered else say("不再给选", "offered no more"), since or "",
                          places.path(place, ledger), mine, mine and offered))
    return found


def _workbooks(ledger: Ledger, kind: str) -> list[Line]:
    used, in_use = _used(ledger, kind), say("在用", "in use")
    found = []
    for one in workbooks.all_of(ledger, kind):
        mine = one.place == ledger.me.area
        state = in_use if used.get(one.key, ("", ""))[1] == one.version else say("用的是另一版", "another is used")
        state = state if one.active else say("停用了", "ended")
        found.append(Line(kind, one.key, one.title(), say(f"版本 {one.version}", f"Version {one.version}"), state, "",
                          places.path(one.place, ledger), mine, mine and one.active))
    return found + [Line(kind, key, title, "", in_use) for key, (title, version) in used.items() if not version]


def _used(ledger: Ledger, kind: str) -> dict[str, tuple[str, str]]:
    """Return what is used here by key: its title, and which version of an office's it is ("" the program's own)."""
    if kind == FORM:
        from app.forms.library import offered

        return {one.id: (one.title(), one.version if one.serial else "") for one in offered(ledger)}
    from app.books.shelf import books_here, template_for

    ours = {one.key for one in workbooks.all_of(ledger, kind) if one.active}
    return {info.id: (say(info.zh, info.en), str(template_for(ledger, info.id).meta["template"]) if info.id in ours else "")
            for info in books_here(ledger)}
