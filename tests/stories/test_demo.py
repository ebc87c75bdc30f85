"""`leye demo`: the whole afternoon on real parts, and that it notices when something does not hold."""
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from app.demo import PHONE, Afternoon, play
from app.demo.village import FIRST_PHONE, OTHER_PHONE, ROSTER, YANG
from app.models import language
from app.models.problem import Problem
from app.sync.workspace import Workspace

NAMES = ("hub", "laptop1", "laptop2")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder, told = tmp_path_factory.mktemp("stories") / "demo", list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEYE_PASSPHRASE", "练习口令")
        assert play(folder, say=told.append) == 0, told
    return folder, told


@pytest.fixture
def workspaces(played: tuple[Path, list[str]]) -> Iterator[dict[str, Workspace]]:
    opened = {name: Workspace.open(played[0] / name, "练习口令") for name in NAMES}
    yield opened
    for one in opened.values():
        one.close()


def test_three_workspaces_hold_the_same_records(workspaces: dict[str, Workspace]) -> None:
    assert len({ws.ledger.digest() for ws in workspaces.values()}) == 1
    assert all(ws.ledger.verify().ok for ws in workspaces.values())
    assert [len(ws.ledger.rows("person")) for ws in workspaces.values()] == [len(ROSTER)] * 3


def test_one_disagreement_was_settled_and_one_is_open_with_both_values(
        workspaces: dict[str, Workspace], played: tuple[Path, list[str]]) -> None:
    for ws in workspaces.values():
        found = ws.ledger.conflicts()
        assert [(c.type, c.unit) for c in found] == [PHONE]
        assert {v.value for v in found[0].versions} == {FIRST_PHONE, OTHER_PHONE}
        assert len({v.device for v in found[0].versions}) == 2
    told = "\n".join(played[1])
    assert FIRST_PHONE in told and OTHER_PHONE in told


def test_nothing_is_left_only_on_a_laptop_after_network_or_stick(workspaces: dict[str, Workspace]) -> None:
    assert [workspaces[name].ledger.only_here() for name in ("laptop1", "laptop2")] == [0, 0]


def test_the_office_holds_the_interviews_as_they_were_answered(workspaces: dict[str, Workspace]) -> None:
    responses = workspaces["hub"].ledger.rows("survey_response")
    assert len(responses) == 4
    assert {r["form_id"] for _, r in responses} == {"person_interview"}


def test_the_book_is_there_and_a_wrong_cell_in_it_is_noticed(played: tuple[Path, list[str]], tmp_path: Path) -> None:
    path = next((played[0] / "books").glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    cell = next(c for row in book.worksheets[0].iter_rows() for c in row if c.value == YANG.id_number)
    row = book.worksheets[0][cell.row]
    wage = next(c for c in row if c.value == 4600)
    afternoon = Afternoon(tmp_path, "练习口令", lambda line: None)
    afternoon.open["hub"] = Workspace.open(played[0] / "hub", "练习口令")
    try:
        afternoon.check_book(path)
        assert afternoon.failed == []
        wage.value = 4601
        book.save(tmp_path / "other.xlsx")
        afternoon.check_book(tmp_path / "other.xlsx")
        assert afternoon.failed == ["the book's column “月收入” is what was surveyed"]
    finally:
        afternoon.close()


def test_no_name_or_number_lies_in_clear_in_a_workspace_or_on_the_stick(played: tuple[Path, list[str]]) -> None:
    secrets = [v.name.encode() for v in ROSTER] + [v.id_number.encode() for v in ROSTER] + [FIRST_PHONE.encode()]
    files = [p for name in (*NAMES, "stick") for p in (played[0] / name).rglob("*") if p.is_file()]
    assert len(files) > 6
    for path in files:
        data = path.read_bytes()
        assert not any(secret in data for secret in secrets), path.name


def test_each_step_is_told_in_the_language_in_use(played: tuple[Path, list[str]], tmp_path: Path) -> None:
    before, told = language.language(), list[str]()
    language.set_language("en" if before == "zh" else "zh")
    try:
        assert play(tmp_path / "other", say=told.append) == 0, told
    finally:
        language.set_language(before)
    assert len(told) == len(played[1])
    assert sum(a == b for a, b in zip(told, played[1], strict=True)) <= 1


def test_a_folder_in_use_is_refused_and_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(Problem) as refused:
        play(tmp_path, say=lambda line: None)
    assert refused.value.key == "demo.folder" and refused.value.status == 2
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
