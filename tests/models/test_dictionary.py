"""The dictionary as data: complete in both languages, consistent, and readable back from what it shows."""
import datetime
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.dictionary import Dictionary, Field, dictionary, fold, format, parse
from app.models.language import language, set_language
from app.models.problem import Problem
from app.models.resources import resource

D = dictionary()
FIELDS = [field for kind in D.types.values() for field in kind.fields.values()]
LISTS = list(D.codes.values())
HAN = re.compile(r"[\u3400-\u9fff]")

# Every header of the books that offices already keep (domain.md 1.1).
REGISTER = """
户编号 人口编号 姓名 性别 出生日期 证件类型 证件号码 民族 户联系电话 成员联系电话 与户主关系 文化程度 在校生状况
劳动技能 务工时间（月） 健康状况 政治面貌 务工企业名称 务工所在地 就业渠道（易地搬迁后扶使用） 公益性岗位类型
公益性岗位(月数) 残疾类别 残疾证办证年度 户主姓名 户主证件号码 户类型 监测对象类别 风险是否消除 务工月收入
所属行业 就业渠道 是否点对点输送 计划外出务工 务工需求 人口编号(人编号)
"""
LEDGER = """
所属区域 劳动力姓名 身份证号 性别 劳动力电话 文化程度 就业创业状态 就创业意愿 劳动能力 培训教育状态 培训教育意愿
是否残疾人 上学状态 易地扶贫搬迁 安置点名称 备注 户主姓名* 户主身份证
"""
CADRE = """
姓名 民族 身份证号 手机号 户籍省市县乡村 文化程度 政治面貌 类别 是否户主 与户主关系 脱贫状态 健康状况
是否就(创)业 途径 就业地(省市县) 单位名称 就业日期 从事行业 从业类型 是否签合同 输出渠道 劳动技能 月收入
未就业原因 是否参加过培训 培训类型 取得证书 份数 培训意愿 培训意向 返乡日期 拟外出日期 下一步就业意愿 年龄
技能水平 联系电话 就业创业和培训意愿 地点 行业 薪酬 创业项目 服务需求 输出意愿
"""


@pytest.fixture(params=["zh", "en"])
def each_language(request):
    before = language()
    set_language(request.param)
    yield request.param
    set_language(before)


def field(type: str, name: str) -> Field:
    return D.field(type, name)


def test_every_name_has_both_languages():
    named = [*D.types.values(), *FIELDS, *(item for codes in LISTS for item in codes.items.values())]
    assert not [it for it in named if not HAN.search(it.zh) or not it.en.strip() or HAN.search(it.en)]


def test_kinds_lists_and_targets_exist():
    kinds = {"text", "code", "codes", "date", "integer", "number", "yes", "ref", "refs", "json"}
    assert {f.kind for f in FIELDS} <= kinds
    assert not [f for f in FIELDS if f.kind in ("code", "codes") and f.list not in D.codes]
    assert not [f for f in FIELDS if f.kind in ("ref", "refs") and not set(f.targets) <= set(D.types)]
    assert not [f for f in FIELDS if f.list and f.kind not in ("code", "codes", "ref", "refs")]


def test_types_say_where_they_belong():
    for kind in D.types.values():
        assert kind.scope in ("dossier", "below", "all")
        assert kind.place == ("own" if kind.root == "self" else "none")
        assert kind.label_field in kind.fields
        if kind.root != "self":
            root = kind.fields[kind.root_field]
            assert kind.root in ("person", "household") and root.kind == "ref" and kind.root in root.targets
            assert root.need and kind.scope == "dossier"
    assert not D.types["staff_user"].digest and not D.types["audit_event"].digest and D.types["person"].digest


def test_every_stored_field_says_what_it_is_for():
    assert not [f for f in FIELDS if bool(f.purpose) == f.derived]


def test_derived_fields_are_never_needed_nor_merged():
    assert not [f for f in FIELDS if f.derived and (f.need or f.group)]


def test_the_persons_name_is_full_name():
    assert "name" not in D.types["person"].fields
    assert field("person", "full_name").need and field("person", "full_name").sensitive


def test_merge_groups_are_those_of_the_design():
    groups = D.groups("person")
    assert set(groups) == {"identity", "health", "membership", "wish", "training"}
    assert set(groups["identity"]) == {"id_type", "id_number", "sex", "birth_date"}
    assert set(groups["health"]) == {
        "health_status", "disability_no", "disability_category", "disability_level", "labour_capacity"}
    assert set(groups["membership"]) == {"household_id", "member_since", "move_reason"}
    assert set(groups["training"]) == {"training_done", "wants_training", "training_wish"}
    assert len(groups["wish"]) == 14
    assert D.groups("placement") == {"work": tuple(D.types["placement"].fields)}
    assert set(D.groups("post")["post_terms"]) == {"wage_min", "wage_max", "pay_basis", "headcount", "valid_to"}
    assert {f.type for f in FIELDS if f.group} == {"person", "placement", "post"}


def test_units_name_the_group_or_the_field():
    assert D.unit_of("person", "sex") == "identity" and D.unit_of("person", "phone") == "phone"
    assert D.unit_of("person", "_place") == "_place"
    assert D.fields_of_unit("person", "phone") == ("phone",)
    assert set(D.fields_of_unit("person", "identity")) == {"id_type", "id_number", "sex", "birth_date"}


def test_no_word_of_a_list_means_two_codes():
    for codes in LISTS:
        words = Counter((word, item.code) for item in codes.items.values()
                        for word in {fold(w) for w in (item.code, item.zh, item.en, *item.aliases)})
        twice = Counter(word for word, _ in words)
        assert not [word for word, n in twice.items() if n > 1], codes.name


def test_every_code_label_and_alias_is_found():
    for codes in LISTS:
        for item in codes.items.values():
            for word in (item.code, item.zh, item.en, *item.aliases, f" {item.zh}　"):
                assert codes.find(word) == item.code, (codes.name, word)


def test_words_that_staff_use():
    find = {name: codes.find for name, codes in D.codes.items()}
    assert find["occupation"]("打螺丝") == "03" and find["occupation"]("踩缝纫机") == "02"
    assert find["ethnic"]("苗") == find["ethnic"]("苗族") == "06" and len(D.codes["ethnic"].items) == 58
    assert find["poverty_status"]("贫困户") == "1" and find["employment_type"]("扶贫车间") == "3"
    assert find["education"]("本科及以上") == "21" and find["education"]("文盲或半文盲") == "X1"
    assert find["relation"]("之兄弟媳妇") == "74" and find["relation"]("长子") == "22"
    assert find["student"]("七年级") == "30" and find["labour_capacity"]("弱劳动力或半劳动力") == "3"
    assert find["sex"]("１") == "1" and find["occupation"]("3") == "03"    # a workbook has eaten the zero
    assert find["sex"]("未填") is None


def test_the_register_has_28_relations_and_six_schoolings():
    offered = D.codes["relation"].offered()
    assert len(offered) == 28
    assert len({item.maps["register"] for item in offered}) == 28
    maps = {item.maps.get("register") for item in D.codes["education"].items.values()} - {None}
    assert maps == {"文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上"}


@pytest.mark.parametrize("header", f"{REGISTER} {LEDGER} {CADRE}".split())
def test_headers_of_foreign_books_are_known(header):
    assert D.headers(header)


def test_headers_are_told_apart_by_type():
    assert [f.name for f in D.headers("证件号码", "person")] == ["id_number"]
    assert {f.type for f in D.headers("单位名称")} >= {"employer", "placement"}
    assert [f.name for f in D.headers("就业创业状态")] == ["labour_status", "employment_type"]
    assert D.headers("姓名（与证件一致）", "person")[0].name == "full_name"
    assert D.codes["area_level"].find("县") == "3" and D.codes["unused_header"].find("识别标准") == "02"
    assert D.headers("星座") == ()


def test_only_one_header_of_a_type_means_two_fields():
    words = Counter((f.type, word) for f in FIELDS
                    for word in {fold(w) for w in (f.name, f.zh, f.en, *f.aliases)})
    assert [key for key, n in words.items() if n > 1] == [("placement", "就业创业状态")]


@pytest.mark.parametrize("one", [f for f in FIELDS if f.kind == "code"], ids=lambda f: f"{f.type}.{f.name}")
def test_codes_read_back_from_their_labels(one, each_language):
    for code in D.codes[one.list].items:
        assert parse(one, format(one, code)) == code


@given(st.data())
def test_several_codes_read_back_from_their_labels(data):
    one = data.draw(st.sampled_from([f for f in FIELDS if f.kind == "codes"]))
    value = data.draw(st.lists(st.sampled_from(list(D.codes[one.list].items)), min_size=1, unique=True))
    before = language()
    set_language(data.draw(st.sampled_from(["zh", "en"])))
    try:
        assert parse(one, format(one, value)) == value
    finally:
        set_language(before)


@pytest.mark.parametrize("text", [
    "残疾,长期慢性病", "残疾，长期慢性病", "残疾、 长期慢性病", "4;2", "残疾；2", "4 2", ["4", "2"]])
def test_codes_come_apart_at_any_separator(text):
    assert parse(field("person", "health_status"), text) == ["4", "2"]


def test_a_label_with_commas_stays_whole():
    reason = field("placement", "unemployed_reason")
    assert parse(reason, "照顾老人、小孩或病人、企业停工、合同到期、返乡") == ["1", "8", "9"]


@pytest.mark.parametrize("text", [
    "20261123", "2026.11.23", "2026/11/23", "2026年11月23日", "２０２６-11-23", "2026-11-23 00:00:00", 20261123,
    datetime.date(2026, 11, 23), datetime.datetime(2026, 11, 23, 8)])
def test_dates(text):
    assert parse(field("household", "moved_in_date"), text) == "2026-11-23"


@pytest.mark.parametrize("text", ["2026年3月", "2026.03", "202603", "2026/3"])
def test_months(text):
    assert parse(field("household", "moved_in_date"), text) == "2026-03"


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13", "去年", "45000", 2026.1, "2026"])
def test_what_is_no_date(text):
    with pytest.raises(Problem) as refused:
        parse(field("household", "moved_in_date"), text)
    assert refused.value.key == "value.date" and "搬迁入住时间" in refused.value.zh


def test_numbers():
    income, months = field("placement", "monthly_income"), field("placement", "months_this_year")
    assert parse(income, "３,200.00元") == 3200 and parse(income, "3200.50") == "3200.5"
    assert parse(income, 0.1) == "0.1" and parse(income, "-1") == -1
    assert parse(months, "9月") == 9 and parse(months, 9.0) == 9
    for wrong in ("9.5", "九", "1e3", True, "nan"):
        with pytest.raises(Problem):
            parse(months, wrong)


@given(st.integers(-(2**53), 2**53))
def test_integers_read_back(number):
    one = field("fair", "attended")
    assert parse(one, format(one, number)) == number


@given(st.dates(min_value=datetime.date(1900, 1, 1)))
def test_dates_read_back(day):
    one = field("person", "birth_date")
    assert parse(one, format(one, day.isoformat())) == day.isoformat()


@given(st.text())
def test_text_reads_back_and_is_settled(text):
    one = field("person", "remark")
    value = parse(one, text)
    assert value is None if not text.strip() else parse(one, format(one, value)) == (value or None)


def test_yes_and_no(each_language):
    one = field("person", "registration_moved")
    assert all(parse(one, text) is True for text in ("是", "√", 1, "TRUE", "Ｙ"))
    assert all(parse(one, text) is False for text in ("否", "×", 0, False, "no"))
    assert [parse(one, format(one, v)) for v in (True, False)] == [True, False]
    with pytest.raises(Problem):
        parse(one, "也许")


def test_a_number_typed_id_is_refused():
    with pytest.raises(Problem) as refused:
        parse(field("person", "id_number"), 5.29999199001010e17)
    assert refused.value.key == "value.digits" and "529999" not in refused.value.zh + refused.value.en


def test_a_refusal_names_the_field_and_only_harmless_values():
    with pytest.raises(Problem) as refused:
        parse(field("person", "sex"), "甲")
    assert "性别" in refused.value.zh and "甲" in refused.value.zh and "Sex" in refused.value.en
    with pytest.raises(Problem) as refused:
        parse(field("person", "disability_level"), "很重")
    assert "残疾等级" in refused.value.zh and "很重" not in refused.value.zh + refused.value.en


def test_references():
    assert parse(field("household", "origin_area_id"), "练习县青禾镇") == "529999001000"
    assert parse(field("household", "origin_area_id"), "529999001") == "529999001000"
    assert format(field("household", "origin_area_id"), "529999001201") == "练习县 青禾镇 石板村"
    one = "0190b5c0-8a2e-7c3d-9e4f-112233445566"
    assert parse(field("person", "household_id"), one) == one.replace("-", "")
    assert parse(field("post", "target_site_ids"), f"{one}、{one}") == [one.replace("-", "")]
    with pytest.raises(Problem):
        parse(field("person", "household_id"), "第三户")


def test_json_stays_what_it_is():
    one = field("placement", "evidence")
    assert parse(one, '["合同"]') == ["合同"] and parse(one, {"a": 1}) == {"a": 1} and parse(one, "工资条") == "工资条"
    assert parse(one, format(one, {"b": [1], "a": None})) == {"a": None, "b": [1]}


def test_nothing_is_none():
    assert all(parse(f, empty) is None for f in FIELDS for empty in (None, "", " 　"))
    assert {format(f, None) for f in FIELDS} == {""}



def test_the_dictionary_is_read_once():
    assert isinstance(dictionary(), Dictionary) and dictionary() is D


@pytest.mark.parametrize("form", sorted(resource("forms").glob("*.xlsx")), ids=lambda path: path.stem)
def test_the_shipped_questionnaires_use_the_codes_and_their_words(form):
    from openpyxl import load_workbook

    with form.open("rb") as file:
        title, *rows = load_workbook(file, read_only=True)["choices"].iter_rows(values_only=True)
    column = {str(name).split("::")[-1][:2] if "label::" in str(name) else name: at for at, name in enumerate(title)}
    zh, en = (next(at for name, at in column.items() if str(name).startswith(start)) for start in ("中文", "En"))
    asked = [(row[column["list_name"]], str(row[column["name"]]), row[zh], row[en]) for row in rows if row[0]]
    known = {(codes.name, item.code, item.zh, item.en) for codes in LISTS for item in codes.items.values()}
    assert asked and not [choice for choice in asked if choice[0] in D.codes and choice not in known]
