"""Commands on disagreements: conflicts, resolve (one, or many by a rule), reopen, ask-again, and what undo brings back."""
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.models import clock
from app.models.ledger import Ledger, Write
from app.sync.workspace import Workspace
from tests import clocks
from tests.command_line import CommandLine


@contextmanager
def both(one: CommandLine, folder: Path) -> Iterator[tuple[Ledger, Ledger]]:
    """Yield the ledger of a workspace, and that of another laptop which has heard all of it."""
    other = CommandLine(folder)
    other("init", "--area", "529999001", "--name", "青禾 2 号", "--user", "杨练")
    with Workspace.open(one.folder, one.passphrase) as here, Workspace.open(other.folder, other.passphrase) as there:
        there.ledger.merge(here.ledger.changes([row[2] for row in here.ledger.feed(0, 10_000)]))
        yield here.ledger, there.ledger


@pytest.fixture
def disputed(leye_: CommandLine, ids: dict[str, str], tmp_path: Path) -> CommandLine:
    """The workspace, into which another laptop's different phone and another man's identity were merged."""
    with both(leye_, tmp_path / "other") as (mine, theirs):
        before = theirs.seen(ids["head"])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock.source, "read", clocks.ticking(clock.now()))  # this laptop spoke last
            theirs.write([Write("person", {"phone": "13900002222"}, rec=ids["head"], seen=before)], source="screen")
            theirs.write([Write("person", {"birth_date": "1992-03-02", "id_number": None}, rec=ids["head"], seen=before)], source="screen")
            mine.write([Write("person", {"phone": "13900003333"}, rec=ids["head"])], source="screen")
            mine.write([Write("person", {"sex": "1", "id_number": None}, rec=ids["head"])], source="screen")
        merged = mine.merge(theirs.changes([row[2] for row in theirs.feed(0, 1000)]))
        assert merged.conflicts == 2
    return leye_


def test_an_undo_of_what_another_s_later_word_stands_before_does_not_say_it_was_done(leye_: CommandLine, ids: dict[str, str], tmp_path: Path) -> None:
    with both(leye_, tmp_path / "other") as (mine, theirs):
        before = theirs.seen(ids["head"])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock.source, "read", clocks.ticking(clock.now()))
            mine.write([Write("person", {"phone": "13900003333"}, rec=ids["head"])], source="screen")
            theirs.write([Write("person", {"phone": "13900002222"}, rec=ids["head"], seen=before)], source="screen")
        mine.merge(theirs.changes([row[2] for row in theirs.feed(0, 1000)]))
    assert leye_("show", "person", ids["head"], "--json").json["fields"]["phone"] == "13900002222"
    digest = leye_.digest()
    assert "没有改动" in leye_("undo").out and leye_.digest() == digest


def test_masked_shows_no_version_in_full(disputed: CommandLine, ids: dict[str, str]) -> None:
    for words in (("show", "person", ids["head"]), ("conflicts",), ("history", "person", ids["head"])):
        full, hidden = disputed(*words, "--json").out, disputed(*words, "--json", "--mask").out
        for secret in ("13900002222", "13900003333", "石晓梅"):
            assert secret not in hidden, words
        assert "13900002222" in full and "139****2222" in hidden, words


def test_a_value_nobody_said_is_judged_as_any_that_is_typed(disputed: CommandLine, ids: dict[str, str]) -> None:
    before = disputed.digest()
    assert "11 位" in disputed("resolve", "person", ids["head"], "phone", "--take", "13", status=2).err
    assert disputed.digest() == before
    disputed("resolve", "person", ids["head"], "phone", "--take", "13900002222")


def test_conflicts_names_both_values_who_where_and_when(disputed: CommandLine, ids: dict[str, str]) -> None:
    listed = {one["unit"]: one for one in disputed("conflicts", "--json").json}
    assert set(listed) == {"phone", "identity"}
    phone = listed["phone"]
    assert (phone["type"], phone["id"]) == ("person", ids["head"])
    assert {(v["value"], v["author"], v["device"]) for v in phone["values"]} == {
        ("13900002222", "杨练", "青禾 2 号"), ("13900003333", "韦敏", "青禾 1 号")}
    assert all(re.match(r"\d{4}-\d\d-\d\dT", v["at"]) for v in phone["values"])
    assert {v["value"]["sex"] for v in listed["identity"]["values"]} == {"1", "2"}
    shown = disputed("show", "person", ids["head"], "--json").json["conflicts"]
    assert shown["phone"] == phone["values"]
    assert "13900002222" not in disputed("conflicts", "--mask", "--json").out
    assert "13900002222" not in disputed("conflicts").out


def test_what_disagrees_is_told_in_labels_and_words(disputed: CommandLine, ids: dict[str, str]) -> None:
    told = disputed("conflicts").out
    assert {"性别 男", "性别 女"} <= {part.strip() for row in told.splitlines() for part in re.split(r" · |#\d", row)}
    assert "139****2222 · 杨练 · 青禾 2 号" in told and "{" not in told and "id_type" not in told
    ruled = disputed("resolve", "--rule", "identity=newest", "--dry-run").out
    assert "性别" in ruled and "{" not in ruled


def test_resolve_takes_a_number_or_a_value_and_nothing_else(disputed: CommandLine, ids: dict[str, str]) -> None:
    before = disputed.digest()
    for unit, take in (("phone", "#3"), ("phone", "#0"), ("phone", "#x"), ("full_name", "#1"), ("nonsense", "#1"),
                       ("identity", "text"), ("identity", '{"nonsense": 1}')):
        assert disputed("resolve", "person", ids["head"], unit, "--take", take, status=2).err
    assert disputed.digest() == before
    versions = disputed("show", "person", ids["head"], "--json").json["conflicts"]
    disputed("resolve", "person", "P-01", "phone", "--take", "#2")
    shown = disputed("show", "person", ids["head"], "--json").json
    assert shown["fields"]["phone"] == versions["phone"][1]["value"]
    assert set(shown["conflicts"]) == {"identity"}
    disputed("resolve", "person", "P-01", "identity", "--take", "#1")
    shown = disputed("show", "person", ids["head"], "--json").json
    assert shown["conflicts"] == {}
    assert {name: shown["fields"].get(name) for name in versions["identity"][0]["value"]} == versions["identity"][0]["value"]
    assert disputed("conflicts", "--json").json == []
    assert disputed("verify", "--json").json["ok"]


def test_resolve_takes_a_third_value_and_undo_brings_the_question_back(disputed: CommandLine, ids: dict[str, str]) -> None:
    disputed("resolve", "person", ids["head"], "phone", "--take", "13900004444")
    assert disputed("show", "person", ids["head"], "--json").json["fields"]["phone"] == "13900004444"
    disputed("undo")
    assert {one["unit"] for one in disputed("conflicts", "--json").json} == {"phone", "identity"}


def test_resolve_refuses_a_value_that_is_none(disputed: CommandLine, ids: dict[str, str]) -> None:
    before = disputed.digest()
    assert disputed("resolve", "person", ids["head"], "identity", "--take", '{"birth_date": "gestern"}', status=2).err
    assert disputed.digest() == before


def test_a_rule_is_shown_first_then_settles_and_one_undo_takes_it_back(disputed: CommandLine, ids: dict[str, str]) -> None:
    before = disputed("digest").last
    dry = disputed("resolve", "--rule", "phone=newest", "--dry-run", "--json").json
    assert (dry["decided"], dry["dry_run"], dry["left"], [c["of"] for c in dry["chosen"]]) == (1, True, [], [2]) and disputed("digest").last == before
    assert "13900003333" not in disputed("resolve", "--rule", "phone=newest", "--dry-run").out
    assert disputed("resolve", "--rule", "phone=roster", "--json").json["left"][0]["why"] == "none" and disputed("digest").last == before
    assert disputed("resolve", "--rule", "person.phone=newest", "--area", "529999001", "--why", "入户的准", "--json").json["chosen"] == dry["chosen"]
    shown = disputed("show", "person", ids["head"], "--json").json
    assert shown["fields"]["phone"] == dry["chosen"][0]["value"] and set(shown["conflicts"]) == {"identity"}
    last = [e for e in disputed("history", "person", ids["head"], "--json").json if e["field"] == "phone"][-1]
    assert last["source"] == "review:newest" and "入户的准" in last["why"][0]
    disputed("undo")
    assert disputed("digest").last == before


def test_a_rule_is_refused_in_words(disputed: CommandLine, ids: dict[str, str]) -> None:
    before = disputed.digest()
    for words in (("--rule", "phone"), ("--rule", "phone=x"), ("--rule", "x=newest"), ("--rule", "_void=newest"), ("person", ids["head"]),
                  ("--rule", "phone=newest", "--take", "#1"), ("person", ids["head"], "phone", "--take", "#1", "--dry-run"), ()):
        assert disputed("resolve", *words, status=2).err
    assert disputed.digest() == before


def test_what_was_settled_is_opened_again_and_asked_again(disputed: CommandLine, ids: dict[str, str]) -> None:
    before = disputed("digest").last
    values = {v["value"] for v in disputed("show", "person", ids["head"], "--json").json["conflicts"]["phone"]}
    assert disputed("reopen", "person", ids["head"], "phone", status=2).err
    disputed("resolve", "person", ids["head"], "phone", "--take", "#2")
    disputed("reopen", "person", ids["head"], "phone")
    assert disputed("digest").last == before
    assert {v["value"] for v in disputed("show", "person", ids["head"], "--json").json["conflicts"]["phone"]} == values
    assert disputed("to-ask", "--json").json == []
    made = disputed("ask-again", "person", ids["head"], "phone", "--note", "打给他儿子").last
    (entry,) = disputed("to-ask", "--json").json
    assert (entry["id"], entry["subject"], entry["unit"], entry["note"]) == (made, ids["head"], "phone", "打给他儿子")
    assert "石晓梅" not in disputed("to-ask").out
    disputed("ask-again", "person", ids["head"], "full_name", status=2)
    disputed("resolve", "person", ids["head"], "phone", "--take", "#1")
    assert disputed("to-ask", "--json").json == [] and disputed("verify", "--json").json["ok"]
