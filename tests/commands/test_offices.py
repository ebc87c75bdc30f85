"""Commands on what offices agree and send down, and on attachments: what they print, what they refuse."""
from tests.books.test_shelf import changed
from tests.command_line import CommandLine
from tests.forms.workbook import small


def test_an_office_sends_a_form_a_template_a_code_and_a_setting_down(leye_: CommandLine) -> None:
    files = leye_.folder.parent
    (files / "手艺.xlsx").write_bytes(small("1"))
    (files / "模板.xlsx").write_bytes(changed("2"))
    assert len(leye_("form", "add", files / "手艺.xlsx").last) == 32
    assert {"id": "village_skills", "version": "1", "title": "本村手艺调查"} in leye_("form", "list", "--json").json
    assert len(leye_("book", "add", files / "模板.xlsx").last) == 32
    assert "本县劳动力台账" in leye_("book", "list").out
    assert len(leye_("code", "add", "skill", "X95", "编竹器").last) == 32
    assert "编竹器" in leye_("code", "list", "skill").out
    assert leye_("code", "retire", "skill", "X95").status == 0 and "编竹器" not in leye_("code", "list", "skill").out
    leye_("setting", "set", "status_valid_days", 90, "--from", "2020-01-01")
    held = next(s for s in leye_("setting", "list", "--json").json if s["key"] == "status_valid_days")
    assert (held["value"], held["valid_from"], held["place"]) == (90, "2020-01-01", "529999001000")
    assert "status_valid_days 90 天" in leye_("setting", "list").out
    assert leye_("form", "retire", "village_skills").status == 0 and "village_skills" not in leye_("form", "list").out


def test_what_is_wrong_is_refused_in_words_and_changes_nothing(leye_: CommandLine) -> None:
    before = leye_.digest()
    (leye_.folder.parent / "x.xlsx").write_bytes(b"no workbook")
    for words in (("form", "add", leye_.folder.parent / "x.xlsx"), ("book", "add", leye_.folder.parent / "x.xlsx"), ("form", "add", "none.xlsx"),
                  ("book", "add", "none.xlsx"), ("form", "retire", "household"), ("code", "add", "skill", "a b", "甲"), ("code", "list", "nothing"),
                  ("code", "retire", "skill", "nothing"), ("setting", "set", "nothing", 1), ("setting", "set", "site_large", "many"),
                  ("attachments", "--quota", -1)):
        leye_(*words, status=2)
    assert leye_.digest() == before


def test_attachments_are_counted_and_the_quota_is_kept(leye_: CommandLine) -> None:
    assert leye_("attachments", "--quota", 200, "--json").json == {"here": 0, "bytes": 0, "missing": 0, "coming": 0, "quota_mb": 200}
    assert "0 个附件" in leye_("attachments").out
