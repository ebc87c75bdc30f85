"""Commands on records: add, set, remove, list, show, history; what rules forbid is refused, what they doubt is said."""
import re

import pytest

from app.models.dictionary import dictionary
from tests.command_line import CommandLine
from tests.commands.conftest import number

HEX = re.compile(r"[0-9a-f]{32}")

def test_add_prints_the_id_last_and_show_gives_every_field(leye_: CommandLine, ids: dict[str, str]) -> None:
    assert all(HEX.fullmatch(one) for one in ids.values())
    told = leye_("show", "person", ids["head"], "--json").json
    assert {"id", "type", "fields", "conflicts"} <= set(told)
    assert (told["id"], told["type"], told["conflicts"]) == (ids["head"], "person", {})
    assert told["fields"] | {"sex": "2", "household_id": ids["household"], "relation_to_head": "02",
                             "id_number": number("19920301", "002"), "birth_date": "1992-03-01"} == told["fields"]


def test_an_id_is_given_whole_as_its_beginning_or_as_a_code(leye_: CommandLine, ids: dict[str, str]) -> None:
    for word in (ids["head"], ids["head"][:8], ids["head"][:20], "P-01"):
        assert leye_("show", "person", word, "--json").json["id"] == ids["head"]
    assert leye_("show", "household", "H-01", "--json").json["id"] == ids["household"]
    assert leye_("show", "person", ids["head"][:4], status=2).err, "too short a beginning"
    leye_("history", "household", "H-01", "--json")
    leye_("set", "household", "H-01", "dwelling_no=1-1-101")
    leye_("remove", "person", "P-01", "--why", "重复登记")


def test_references_are_given_as_id_or_code(leye_: CommandLine, ids: dict[str, str]) -> None:
    for word in ("H-01", ids["household"], ids["household"][:12]):
        person = leye_("add", "person", f"household_id={word}", f"full_name=石{word[0]}丫").last
        assert leye_("show", "person", person, "--json").json["fields"]["household_id"] == ids["household"]
    assert "没有" in leye_("add", "person", "household_id=H-99", "full_name=石二", status=2).err


def test_a_reference_to_one_of_several_types_finds_either(leye_: CommandLine, ids: dict[str, str]) -> None:
    for word, target in (("H-01", ids["household"]), ("P-01", ids["head"]), (ids["head"], ids["head"])):
        visit = leye_("add", "visit", f"subject={word}", "on=2026-11-01").last
        assert leye_("show", "visit", visit, "--json").json["fields"]["subject"] == target
    told = leye_("add", "visit", "subject=X-99", "on=2026-11-01", status=2).err
    assert "X-99" in told
    both = leye_("add", "assignment", "subjects=H-01,P-01", "due=2026-12-01").last
    assert leye_("show", "assignment", both, "--json").json["fields"]["subjects"] == [ids["household"], ids["head"]]


def test_fields_and_codes_are_accepted_as_name_label_code_or_alias(leye_: CommandLine, ids: dict[str, str]) -> None:
    for word in ("姓名=石晓美", "full_name=石晓妹", "Full name=石晓眉"):
        leye_("set", "person", ids["head"], word)
        assert leye_("show", "person", ids["head"], "--json").json["fields"]["full_name"] == word.split("=")[1]
    for word in ("ethnic_group=09", "ethnic_group=布依族", "ethnic_group=布依"):
        leye_("set", "person", ids["head"], "ethnic_group=")
        assert "ethnic_group" not in leye_("show", "person", ids["head"], "--json").json["fields"]
        leye_("set", "person", ids["head"], word)
        assert leye_("show", "person", ids["head"], "--json").json["fields"]["ethnic_group"] == "09"
    leye_("set", "household", "H-01", "origin_area_id=529999001201", "moved_in_date=2017年3月")
    fields = leye_("show", "household", "H-01", "--json").json["fields"]
    assert (fields["origin_area_id"], fields["moved_in_date"]) == ("529999001201", "2017-03")


def test_a_value_that_is_none_of_its_kind_is_refused_and_names_field_and_value(leye_: CommandLine, ids: dict[str, str]) -> None:
    before = leye_.digest()
    for word, label in (("ethnic_group=火星", "民族"), ("birth_date=1992-13-40", "出生日期"), ("years_away=很久", "务工年数"),
                        ("wants_training=也许", "培训意愿"), ("origin=1", "origin"), ("age=34", "age")):
        assert label in leye_("set", "person", ids["head"], word, status=2).err
    assert "搬出地" in leye_("set", "household", "H-01", "origin_area_id=火星", status=2).err
    assert "搬出地" in leye_("set", "household", "H-01", "origin_area_id=990000", status=2).err
    assert leye_.digest() == before


REFUSED = {
    "the check character": ("person", f"id_number={number('19920301', '002')[:17]}?", "证件号码"),
    "sex against the number": ("person", "sex=男", "性别"),
    "birth against the number": ("person", "birth_date=1990-01-01", "出生日期"),
    "a phone that is none": ("person", "phone=123", "电话"),
    "a landline without digits": ("household", "household_phone=abc", "电话"),
    "together without a site": ("household", "settlement_mode=1", "安置点"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_rule_forbids_is_refused_and_nothing_changes(case: str, leye_: CommandLine, ids: dict[str, str]) -> None:
    kind, word, told = REFUSED[case]
    number_ = number("19920301", "002")
    word = word.replace("?", "1" if number_[-1] != "1" else "2")
    before = leye_.digest()
    assert told in leye_("set", kind, "P-01" if kind == "person" else "H-01", word, status=2).err
    assert leye_.digest() == before


def test_a_second_head_the_same_number_and_a_nameless_person_are_refused(leye_: CommandLine, ids: dict[str, str]) -> None:
    before = leye_.digest()
    assert "户主" in leye_("set", "person", ids["child"], "relation_to_head=户主", status=2).err
    assert "证件号码" in leye_("add", "person", "household_id=H-01", "full_name=石三", "id_type=01", "sex=女",
                          f"id_number={number('19920301', '002')}", "birth_date=1992-03-01", status=2).err
    assert "姓名" in leye_("add", "person", "household_id=H-01", status=2).err
    assert "户" in leye_("add", "person", "full_name=石三", status=2).err
    assert leye_("add", "household", "household_code=H-01", status=2).err
    assert "姓名" in leye_("set", "person", "P-01", "full_name=", status=2).err
    assert "户" in leye_("set", "person", "P-01", "household_id=", status=2).err
    assert "户编号" in leye_("set", "household", "H-01", "household_code=", status=2).err
    assert leye_.digest() == before


def test_what_a_rule_doubts_is_written_and_said_on_standard_error(leye_: CommandLine, ids: dict[str, str]) -> None:
    ran = leye_("set", "person", ids["head"], "health_status=残疾")
    assert "残疾人证" in ran.err
    assert "没有写原因" in ran.err
    assert ran.out == ""
    assert leye_("show", "person", ids["head"], "--json").json["fields"]["health_status"] == ["4"]


def test_set_on_one_field_of_a_group_writes_the_group_as_shown(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("set", "person", ids["head"], "move_reason=3")
    last = leye_("history", "person", ids["head"], "--json").json
    cid = last[-1]["cid"]
    group = set(dictionary().groups("person")["membership"])
    assert {row["field"] for row in last if row["cid"] == cid} <= group
    assert {"household_id", "move_reason"} <= {row["field"] for row in last if row["cid"] == cid}


def test_list_finds_by_value_and_by_what_people_type(leye_: CommandLine, ids: dict[str, str]) -> None:
    def found(*words: str) -> list[str]:
        return [one["id"] for one in leye_("list", "person", *words, "--json").json]
    assert set(found()) == {ids["head"], ids["child"]}
    assert found("--where", "sex=女") == found("--where", "性别=2") == [ids["head"]]
    assert found("--where", "household_id=H-01", "--where", "relation_to_head=20") == [ids["child"]]
    for text in ("石晓梅", "sxm", "5678", number("19920301", "002")[-6:]):
        assert found("--search", text) == [ids["head"]]
    assert found("--search", "不存在") == []
    assert len(found("--limit", "1")) == 1
    assert leye_("list", "person", "--limit", "0", status=2).err
    assert leye_("list", "post", "--search", "x", status=2).err
    one = leye_("list", "person", "--where", "full_name=石晓梅", "--json").json[0]
    assert set(one) == {"id", "fields"}
    assert one["fields"]["full_name"] == "石晓梅"


def test_mask_hides_names_numbers_and_phones_everywhere(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("set", "person", ids["head"], "health_status=4", "self_care=否")
    secrets = ("石晓梅", number("19920301", "002"), "13800005678")
    for words in (("list", "person", "--mask"), ("list", "person", "--mask", "--json"), ("list", "person"),
                  ("show", "person", "P-01", "--mask", "--json"), ("show", "person", "P-01"),
                  ("history", "person", "P-01", "--mask", "--json"), ("history", "person", "P-01")):
        told = leye_(*words).out
        assert not [secret for secret in secrets if secret in told], words
    shown = leye_("show", "person", "P-01", "--mask", "--json").json["fields"]
    assert (shown["health_status"], shown["self_care"]) == ("***", "***")


def test_remove_wants_a_reason_and_keeps_the_history(leye_: CommandLine, ids: dict[str, str]) -> None:
    assert leye_("remove", "person", ids["child"], status=2).err
    assert leye_("remove", "person", ids["child"], "--why", "  ", status=2).err
    assert "2 人" in leye_("remove", "household", "H-01", "--why", "搬走", status=2).err, "nobody is left without a household"
    leye_("remove", "person", ids["child"], "--why", "重复登记")
    assert ids["child"] not in [one["id"] for one in leye_("list", "person", "--json").json]
    assert leye_("show", "person", ids["child"], "--json").json["removed"] == "重复登记"
    assert leye_("history", "person", ids["child"], "--json").json[-1]["to"] == "重复登记"


def test_a_deleted_record_is_not_changed_in_passing_but_can_be_registered_again(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("remove", "person", "P-01", "--why", "重复登记")
    before = leye_.digest()
    assert "已删除" in leye_("set", "person", "P-01", "phone=13900001111", status=2).err
    assert leye_.digest() == before
    again = leye_("add", "person", "household_id=H-01", "full_name=石晓梅", "person_code=P-01").last
    assert again == ids["head"], "the id follows from the code"
    shown = leye_("show", "person", again, "--json").json
    assert "removed" not in shown and shown["conflicts"] == {}
    assert "phone" not in shown["fields"], "what was deleted does not come back unsaid"


def test_a_code_names_one_record(leye_: CommandLine, ids: dict[str, str]) -> None:
    """An issued code that another record has is refused, when it is registered and when it is changed to."""
    leye_("add", "household", "household_code=H-02")
    leye_("add", "resettlement_site", "site_code=S-1", "name=向阳")
    before = leye_.digest()
    for words in (("add", "household", "household_code=H-02", "dwelling_no=1"), ("set", "household", "H-01", "household_code=H-02"),
                  ("add", "person", "household_id=H-02", "full_name=石三", "person_code=P-01"),
                  ("add", "resettlement_site", "site_code=S-1", "name=别的")):
        assert "已经有了" in leye_(*words, status=2).err, words
    assert leye_.digest() == before
    leye_("set", "household", "H-01", "household_code=H-01", "dwelling_no=9-9-901")  # its own is no other's


def test_a_search_beside_a_condition_finds_all_that_fit(leye_: CommandLine, ids: dict[str, str]) -> None:
    found = leye_("list", "person", "--search", "石", "--where", "sex=男", "--limit", "1", "--json").json
    assert [one["id"] for one in found] == [ids["child"]], "the limit counts what fits, not what was looked at"


def test_a_field_is_given_once(leye_: CommandLine, ids: dict[str, str]) -> None:
    assert "两次" in leye_("set", "person", ids["head"], "phone=13900001111", "phone=13900002222", status=2).err


def test_history_speaks_as_people_do_and_masks(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("set", "person", ids["head"], "phone=13900001111", "education=初中")
    told = leye_("history", "person", ids["head"]).out
    assert "本人电话：138****5678 → 139****1111" in told and "学历：- → 初中" in told
    assert "None" not in told and "13900001111" not in told


def test_what_has_a_command_of_its_own_is_not_written_past_it(leye_: CommandLine) -> None:
    before = leye_.digest()
    assert "leye setting set" in leye_("add", "setting", "key=status_valid_days", "value=abc", status=2).err
    assert leye_.digest() == before


def test_history_says_who_where_when_field_from_to(leye_: CommandLine, ids: dict[str, str]) -> None:
    leye_("set", "person", ids["head"], "phone=13900001111")
    last = leye_("history", "person", ids["head"], "--json").json[-1]
    assert {"at", "author", "device", "field", "from", "to"} <= set(last)
    assert (last["author"], last["device"], last["field"], last["from"], last["to"]) == (
        "韦敏", "青禾 1 号", "phone", "13800005678", "13900001111")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", last["at"])


def test_a_deleted_record_is_not_deleted_again_nor_referred_to(leye_: CommandLine, ids: dict[str, str]) -> None:
    empty = leye_("add", "household", "household_code=H-02").last
    leye_("remove", "household", "H-02", "--why", "登记错了")
    before = leye_.digest()
    for words in (("remove", "household", empty, "--why", "再删"), ("add", "person", f"household_id={empty}", "full_name=石二"),
                  ("set", "person", ids["child"], "household_id=H-02"), ("add", "visit", "subject=H-02", "on=2026-11-01")):
        assert "已经删除" in leye_(*words, status=2).err
    assert leye_.digest() == before
    leye_("list", "person", "--where", f"household_id={empty}", "--json")
    leye_("undo")
    leye_("add", "person", f"household_id={empty}", "full_name=石二")


def test_the_examples_of_list_run(leye_: CommandLine) -> None:
    shown = leye_("list", "--help").out.split("Example: leye list", 1)[1].split("--json")[0]
    leye_("list", *shown.split(), "--json")
