"""Touching little is the same as computing everything anew, for random forms and random acts."""
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.forms.contract import Form, Interview
from app.forms.convert import convert
from app.forms.flow import Flow
from app.forms.form import make
from app.forms.instance import Branch, Instance, every, path_of
from app.forms.xpath.compile import World
from app.forms.xpath.tree import Node
from app.models.ledger import Ledger

OPERATORS = ("+", "-", "*")


@st.composite
def forms(draw: st.DrawFn) -> str:
    """Questions before, inside and after a repeat; each expression reads earlier ones."""
    rows: list[tuple[str, ...]] = []
    outer: list[str] = []

    def question(name: str, known: list[str], after: bool) -> None:
        kind = draw(st.sampled_from(["integer", "integer", "calculate", "select_multiple l"]))
        def term() -> str:
            pick = draw(st.sampled_from(known)) if known else ""
            if not pick:
                return str(draw(st.integers(0, 9)))
            if after and pick.startswith("r"):
                return draw(st.sampled_from([f"sum(${{{pick}}})", f"count(${{{pick}}}[. > 2])", "count(${rep})"]))
            return draw(st.sampled_from([f"${{{pick}}}", f"coalesce(${{{pick}}}, 0)", f"count-selected(${{{pick}}})"]))
        calculation = f"{term()} {draw(st.sampled_from(OPERATORS))} {term()}" if kind == "calculate" else ""
        relevant = f"{term()} > {draw(st.integers(0, 5))}" if known and draw(st.booleans()) else ""
        constraint = f". != {term()}" if kind == "integer" and draw(st.booleans()) else ""
        required = f"{term()} = 1" if kind == "integer" and known and draw(st.booleans()) else ""
        rows.append((kind, name, "" if kind == "calculate" else name, calculation, relevant, constraint, required))
        known.append(name)

    for n in range(draw(st.integers(2, 5))):
        question(f"a{n}", outer, False)
    rows.append(("begin_repeat", "rep", "rep", "", "${a0} != 7" if draw(st.booleans()) else "", "", ""))
    inner = list(outer)
    for n in range(draw(st.integers(1, 4))):
        question(f"r{n}", inner, False)
    rows.append(("calculate", "place", "", "position(..)", "", "", ""))
    rows.append(("end_repeat", "", "", "", "", "", ""))
    known = outer + [n for n in inner if n.startswith("r")]
    for n in range(draw(st.integers(1, 4))):
        question(f"z{n}", known, True)
    table = "".join(f"| | {' | '.join(row)} |\n" for row in rows)
    return ("| survey |\n| | type | name | label | calculation | relevant | constraint | required |\n" + table
            + "| choices |\n| | list_name | name | label |\n" + "".join(f"| | l | {n} | {n} |\n" for n in range(4)))


ACTS = st.lists(st.tuples(st.sampled_from(["answer", "answer", "answer", "answer", "add", "remove"]), st.integers(0, 99), st.integers(-1, 9)),
                max_size=14)


def act(talk: Interview, kind: str, which: int, number: int) -> None:
    if kind == "answer":
        asked = [q for s in talk.sections() for q in talk.questions(s.path) if q.kind != "repeat"]
        if not asked:
            return
        question = asked[which % len(asked)]
        value = "" if number < 0 else f"{number % 4} {number % 3}" if question.kind == "select_multiple" else str(number)
        assert talk.answer(question.path, value).refused is None
    elif kind == "add":
        talk.add("/data/rep")
    else:
        count = sum(1 for p in talk._flow.instance.root.state.by_name["rep"])
        if count:
            talk.remove(f"/data/rep[{which % count + 1}]")


def state(flow: Flow) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in every(flow.instance.root):
        if "/meta" in node.ref.path or not node.ref.leaf:
            found[path_of(node)] = node.relevant
            continue
        leaf = node.state
        found[path_of(node)] = (node.relevant, node.text(), leaf.required, leaf.readonly, leaf.valid)
    return found


def anew(form: Form, old: Instance) -> Flow:
    """Return the same answers, computed at once on a fresh instance."""
    instance = Instance(form.definition)
    flow = Flow(instance, form.graph, World(root=instance.document, instances=form.definition.instances), lambda *_: None)

    def copy(source: Node, target: Node) -> None:
        if not isinstance(source.state, Branch):
            if source.ref.asked:
                target.state.stored = target.value = source.state.stored
            return
        for name, family in source.state.by_name.items():
            for at, node in enumerate(family):
                twins = target.state.by_name[name]
                copy(node, twins[at] if at < len(twins) else instance.add(target, node.ref, node.key))

    copy(old.root, instance.root)
    flow.all()
    flow.run()
    return flow


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=forms(), acts=ACTS)
def test_little_by_little_equals_all_at_once(ledger: Ledger, tables: str, acts: list[tuple[str, int, int]]) -> None:
    form = make(convert(tables))
    talk = Interview.start(form, ledger)
    for kind, which, number in acts:
        act(talk, kind, which, number)
        assert state(talk._flow) == state(anew(form, talk._flow.instance))
        counts = [(s.answered, s.total) for s in talk.sections()]
        assert talk.progress() == (sum(c[0] for c in counts), sum(c[1] for c in counts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.forms.interview.form_at", lambda _ledger, _source: form)
        assert state(Interview.reopen(ledger, talk.id)._flow) == state(talk._flow)
    talk.discard()


def test_an_answer_evaluates_only_what_reads_it(ledger: Ledger, form: Callable[[str], Form], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"| | integer | q{n} | Q | |\n| | calculate | c{n} | | ${{q{n}}} + 1 |\n" for n in range(60))
    talk = Interview.start(form("| survey |\n| | type | name | label | calculation |\n" + rows), ledger)
    count = 0
    plain = Flow._evaluate

    def counted(self: Flow, *args: Any) -> None:
        nonlocal count
        count += 1
        plain(self, *args)

    monkeypatch.setattr(Flow, "_evaluate", counted)
    talk.answer("/data/q7", "1")
    assert count == 1
