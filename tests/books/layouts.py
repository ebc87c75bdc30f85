"""More tables of other departments, of kinds of their own, and what belongs into each cell, said without the words of the program.

A column's truth is a function of the facts of its row; TRAP is a column that nothing may be written into.
"""
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from app.models import places
from app.models.dictionary import dictionary


@dataclass(frozen=True)
class Facts:
    """What the ledger knows of a row: the person, their household, its head, their work, how many live there, where."""

    person: dict[str, Any]
    home: dict[str, Any]
    head: dict[str, Any]
    work: dict[str, Any]
    size: int
    places: Sequence[str]  # province, city, county, township, site or village
    site: str


Truth = Callable[[Facts], Any]
BLANK = object()  # known, and the cell stays blank (a box that is not ticked)


def TRAP(facts: Facts) -> Any:
    return None


def word(type: str, name: str) -> Truth:
    """The label of a code."""
    def told(facts: Facts) -> Any:
        codes = dictionary().codes[dictionary().field({"home": "household", "work": "placement"}.get(type, type), name).list]
        value = getattr(facts, type).get(name)
        if isinstance(value, list):
            return "、".join(codes.items[code].zh for code in value) or None
        return codes.items[value].zh if value is not None else None
    return told


def of(type: str, name: str) -> Truth:
    return lambda facts: getattr(facts, type).get(name)


def asks(type: str, name: str, yes: set[Any], no: set[Any] | None = None, words: tuple[Any, Any] = ("是", "否")) -> Truth:
    """Yes or no of a code; `no` None is all others."""
    def told(facts: Facts) -> Any:
        value = getattr(facts, type).get(name)
        if value is None or value == []:
            return None
        values = set(value) if isinstance(value, list) else {value}
        if values & yes:
            return words[0]
        return words[1] if no is None or values <= no else None
    return told


def ticks(type: str, name: str, *codes: str) -> Truth:
    return asks(type, name, set(codes), words=("√", BLANK))


def age(facts: Facts) -> Any:
    born = facts.person.get("birth_date")
    return None if not born else 2026 - int(born[:4]) - (born[5:10] > "11-23")


def born(form: str) -> Truth:
    return lambda facts: date.fromisoformat(facts.person["birth_date"]).strftime(form) if len(facts.person.get("birth_date") or "") == 10 else None


def away(facts: Facts) -> Any:
    work = facts.work
    if work.get("labour_status") is None:
        return None
    if work["labour_status"] != "1" or work.get("employment_type") not in (None, "1", "6"):
        return "否"
    if work.get("employment_type") is None or work.get("work_area_level") is None:
        return None
    return "是" if work["work_area_level"] in "345" else "否"


def money(unit: int) -> Truth:
    return lambda facts: None if facts.work.get("monthly_income") is None else float(facts.work["monthly_income"]) / unit


def place(level: int) -> Truth:
    return lambda facts: facts.places[level - 1]


def registered(level: int) -> Truth:
    def told(facts: Facts) -> Any:
        code = facts.person.get("registration_area_id") or facts.home.get("registration_area_id")
        return found.name if code and (found := places.get(code[:(2, 4, 6, 9)[level - 1]].ljust(12, "0"))) else None
    return told


NAME, NUMBER, PHONE = of("person", "full_name"), of("person", "id_number"), of("person", "phone")
HEAD, HEAD_NUMBER = of("head", "full_name"), of("head", "id_number")
EDU, SEX, RELATION = word("person", "education"), word("person", "sex"), word("person", "relation_to_head")


@dataclass
class Layout:
    """A table. Attributes: name, first (body row), truth (column to truth), key (column and truth by which a row is told), given (columns
    that are written already, for some rows), homes (a row is a household), sheet (its name)."""

    name: str
    draw: Callable[[Workbook], None]
    first: int
    truth: dict[int, Truth]
    key: tuple[int, Truth] = (0, NUMBER)
    given: dict[int, Truth] = field(default_factory=dict)
    homes: bool = False
    sheet: str = "Sheet"
    gaps: tuple[int, ...] = ()  # body rows that hold a subtotal


def heads(book: Workbook, row: int, *texts: str | None) -> Any:
    for column, text in enumerate(texts, 1):
        if text:
            book.active.cell(row, column, text)
    return book.active


def merge(book: Workbook, *ranges: str) -> None:
    for one in ranges:
        book.active.merge_cells(one)


def _groups(book: Workbook) -> None:
    sheet = heads(book, 1, "练习县乡村振兴局脱贫劳动力务工监测表")
    sheet["A2"], sheet["H2"] = "填报单位（盖章）：", "填报日期：2026年11月23日"
    heads(book, 3, "序号", "户主信息", None, "劳动力信息", None, None, None, None, "务工情况", None, None, "帮扶干部", None, "备注")
    heads(book, 4, None, "姓名", "身份证号码", "姓名", "性别", "身份证号码", "文化程度", "联系电话", "务工地点", "单位名称",
          "月收入（元）", "姓名", "手机号码")
    merge(book, "A1:N1", "A3:A4", "B3:C3", "D3:H3", "I3:K3", "L3:M3", "N3:N4")


def _asking(book: Workbook) -> None:
    heads(book, 1, "2026年搬迁群众就业情况核查表")
    heads(book, 2, "序号", "姓名", "身份证号", "是否就业", "是否脱贫户", "是否易地搬迁户", "是否监测对象", "是否残疾人",
          "是否在校生", "是否有培训意愿", "是否签订劳动合同", "是否外出务工", "是否户主", "是否低保户", "有无就业意愿", "是否党员", "是否有车")
    merge(book, "A1:Q1")
    sheet = book.active
    options = DataValidation(type="list", formula1='"Y,N"', allow_blank=True)
    options.add("D3:D400")
    sheet.add_data_validation(options)


def _ticks(book: Workbook) -> None:
    heads(book, 1, "劳动力素质调查登记表（符合的打“√”）")
    heads(book, 2, "序号", "姓名", "身份证号", "性别", None, "就业状态", None, "文化程度", None, None, None, "培训意愿", None, "健康状况")
    heads(book, 3, None, None, None, "男", "女", "已就业", "未就业", "小学", "初中", "高中", "其他情况", "愿意", "不愿意")
    merge(book, "A1:N1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2", "H2:K2", "L2:M2", "N2:N3")


def _english(book: Workbook) -> None:
    heads(book, 1, "Labour survey of resettled households")
    heads(book, 3, "No.", "Name", "Gender", "ID Number", "Date of birth", "Mobile phone", "Education", "Employed (Y/N)", "Employer",
          "Monthly income (yuan)", "Relation to head", "Ethnic group", "Bank account")
    merge(book, "A1:M1")


def _second_sheet(book: Workbook) -> None:
    book.active.title = "填表说明"
    for row, text in enumerate(("一、姓名：按身份证填写。", "二、身份证号：18位。", "三、联系电话：填本人电话。"), 1):
        book.active.cell(row, 1, text)
    sheet = book.create_sheet("花名册")
    book.create_sheet("代码").append(["性别", "文化程度"])
    for column, text in enumerate(("序号", "劳动力姓名", "公民身份号码", "出生年月", "民族", "政治面貌", "工种", "务工企业名称", "输出方式",
                                 "返乡时间"), 2):
        sheet.cell(3, column, text)
    sheet["B1"] = "劳务输出花名册"
    sheet["B9"] = "合   计"
    sheet["B10"] = "填表人："
    book.active = 0


def _numbers_only(book: Workbook) -> None:
    heads(book, 1, "公安局反馈人员信息核对表")
    heads(book, 2, "编号", "身份证号码", "姓名", "性别", "年龄", "手机号码", "与户主关系", "户主姓名", "房号", "现居住地", "核对人")
    merge(book, "A1:K1")


def _homes(book: Workbook) -> None:
    heads(book, 1, "练习县发展和改革局")
    heads(book, 2, "易地扶贫搬迁安置户基本情况统计表")
    heads(book, 3, "序号", "户主姓名", "身份证号", "联系电话", "家庭人口（人）", "安置点", "门牌号", "搬迁类型", "入住时间", "是否脱贫户",
          "户编号", "住房面积（㎡）")
    merge(book, "A1:L1", "A2:L2")
    book.active["A6"], book.active["E6"] = "合计", "=SUM(E4:E5)"


def _serials(book: Workbook) -> None:
    sheet = heads(book, 1, "附件2")
    heads(book, 2, "就业帮扶月报表")
    heads(book, 4, "序号", "姓名", "身份证号", "月收入（元）", "期望月薪（万元）", "务工时间（月）", "单位", "年收入（元）", "月补助（美元）")
    for column in range(1, 10):
        sheet.cell(5, column, column)
    for row in range(6, 16):
        sheet.cell(row, 1, row - 5)
    sheet["A16"], sheet["D16"] = "总  计", "=SUM(D6:D15)"
    sheet["A17"], sheet["F17"] = "单位负责人：", "填表人："
    merge(book, "A2:I2")


def _notes(book: Workbook) -> None:
    heads(book, 2, "*姓名\n（必填）", "*身份证号\n（18位）", "出生日期\n（格式：19900101）", "性 别", "民  族", "联系\n电话", "学历",
          "入住时间（如：2020.05）", "婚姻状况")
    heads(book, 3, "必填", "文本", "文本", "下拉选择", "（选填）", "（选填）", "下拉", "文本", "选填")
    sexes = DataValidation(type="list", formula1='"男性,女性"', allow_blank=True)
    sexes.add("D4:D400")
    book.active.add_data_validation(sexes)


def _places(book: Workbook) -> None:
    heads(book, 1, "外出务工人员返岗复工台账")
    heads(book, 2, "所在地", None, None, "姓名", "身份证号", "户籍地", None, "务工地", None, "就业单位")
    heads(book, 3, "县（区）", "乡镇", "村（社区）", None, None, "县", "乡镇", "省", "市")
    merge(book, "A1:J1", "A2:C2", "F2:G2", "H2:I2", "D2:D3", "E2:E3", "J2:J3")


def _wishes(book: Workbook) -> None:
    heads(book, 1, "求职者登记表")
    heads(book, 2, "序号", "姓名", "身份证号", "求职意向", None, None, "上一份工作", None, None, "培训意愿", None, "未就业原因")
    heads(book, 3, None, None, None, "意向岗位", "意向地区", "期望月薪（元）", "单位名称", "工种", "月收入", "是", "否")
    merge(book, "A1:L1", "A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:I2", "J2:K2", "L2:L3")


def _subtotals(book: Workbook) -> None:
    heads(book, 1, "妇联帮扶对象名单")
    heads(book, 2, "户编号", "姓名", "性别", "年龄", "电话", "健康状况", "劳动能力")
    merge(book, "A1:G1")


def _units_above(book: Workbook) -> None:
    heads(book, 1, "附件1", None, "结对帮扶干部走访搬迁群众培训就业情况一览")
    heads(book, 2, "填报单位：元宝镇", None, None, None, "单位：人、万元")
    heads(book, 3, "姓名", "身份证号", "就业单位", "月收入", "月工资（元）", "家庭人口")


def _units_below(book: Workbook) -> None:
    heads(book, 1, "姓名", "身份证号", "月收入", "期望月薪", "务工时间")
    heads(book, 2, None, None, "千元", "（元）", "月")
    heads(book, 3, "填写示例", "110101199001011234", 4.5, 5000, 10)


def _three_rows(book: Workbook) -> None:
    heads(book, 1, "全县农村劳动力转移就业实名制登记")
    heads(book, 2, "基本信息", None, None, None, "就业信息", None, None, None, None)
    heads(book, 3, "户主", "本人", None, None, "现就业情况", None, "原就业情况", None, "其他")
    heads(book, 4, "姓名", "姓名", "身份证号", "联系电话", "就业单位", "工种", "就业单位", "工种", "备注")
    merge(book, "A1:I1", "A2:D2", "E2:I2", "B3:D3", "E3:F3", "G3:H3")


BOTH = {2: NAME, 3: NUMBER}
LAYOUTS = (
    Layout("乡村振兴", _groups, 5, {2: HEAD, 3: HEAD_NUMBER, 4: NAME, 5: SEX, 6: NUMBER, 7: EDU, 8: PHONE, 9: of("work", "work_place"),
                                10: of("work", "employer_name"), 11: of("work", "monthly_income"), 12: TRAP, 13: TRAP}, (6, NUMBER)),
    Layout("核查", _asking, 3, {**BOTH, 4: asks("work", "labour_status", {"1"}, words=("Y", "N")), 5: asks("home", "poverty_status", {"1"}),
                              6: asks("home", "relocation_type", {"1", "2"}), 7: asks("home", "monitoring_type", {"1", "2", "3"}),
                              8: asks("person", "health_status", {"4"}), 9: asks("person", "student_status", set(map(str, range(1, 99))) | {
                                  f"{n:02}" for n in range(1, 99)}), 10: asks("person", "wants_training", {True}),
                              11: asks("work", "contract", {"1"}, {"3"}), 12: away, 13: asks("person", "relation_to_head", {"02"}),
                              14: asks("home", "welfare_status", {"1"}), 15: asks("person", "wants_work", {"1", "2"}, {"0"}, ("有", "无")),
                              16: asks("person", "political_status", {"01", "02"}), 17: TRAP}, (3, NUMBER)),
    Layout("打勾", _ticks, 4, {**BOTH, 4: ticks("person", "sex", "1"), 5: ticks("person", "sex", "2"), 6: ticks("work", "labour_status", "1"),
                             7: ticks("work", "labour_status", "2", "3"), 8: ticks("person", "education", "80", "81", "82", "83"),
                             9: ticks("person", "education", "70", "71", "72", "73"), 10: ticks("person", "education", "60", "61", "62", "63"),
                             11: TRAP,
                             12: ticks("person", "wants_training", True), 13: ticks("person", "wants_training", False),
                             14: word("person", "health_status")}, (3, NUMBER)),
    Layout("英文", _english, 4, {2: NAME, 3: SEX, 4: NUMBER, 5: of("person", "birth_date"), 6: PHONE, 7: EDU,
                               8: asks("work", "labour_status", {"1"}, words=("Y", "N")), 9: of("work", "employer_name"),
                               10: of("work", "monthly_income"), 11: RELATION, 12: word("person", "ethnic_group"), 13: TRAP}, (4, NUMBER)),
    Layout("第二张表", _second_sheet, 4, {3: NAME, 4: NUMBER, 5: born("%Y-%m"), 6: word("person", "ethnic_group"),
                                    7: word("person", "political_status"),
                                    8: word("work", "occupation"),
                                    9: of("work", "employer_name"), 10: word("work", "transfer_mode"), 11: of("work", "return_date")},
           (4, NUMBER), sheet="花名册"),
    Layout("公安", _numbers_only, 3, {3: NAME, 4: SEX, 5: age, 6: PHONE, 7: RELATION, 8: HEAD, 9: of("home", "dwelling_no"),
                                10: lambda f: f.site, 11: TRAP},
           (2, NUMBER), {2: NUMBER}),
    Layout("发改", _homes, 4, {2: HEAD, 3: HEAD_NUMBER, 4: of("home", "household_phone"), 5: lambda f: f.size, 6: lambda f: f.site,
                             7: of("home", "dwelling_no"), 8: word("home", "relocation_type"), 9: of("home", "moved_in_date"),
                             10: asks("home", "poverty_status", {"1"}), 11: of("home", "household_code"), 12: TRAP},
           (11, of("home", "household_code")), homes=True),
    Layout("月报", _serials, 6, {2: NAME, 3: NUMBER, 4: of("work", "monthly_income"),
                               5: lambda f: f.person["expected_wage_min"] / 10000 if f.person.get("expected_wage_min") is not None else None,
                               6: of("work", "months_this_year"), 7: of("work", "employer_name"), 8: TRAP, 9: TRAP}, (3, NUMBER)),
    Layout("注解", _notes, 4, {1: NAME, 2: NUMBER, 3: born("%Y%m%d"), 4: lambda f: {"1": "男性", "2": "女性"}[f.person["sex"]],
                             5: word("person", "ethnic_group"), 6: PHONE, 7: EDU,
                             8: lambda f: (f.home.get("moved_in_date") or "")[:7].replace("-", ".") or None,
                             9: word("person", "marital_status")}, (2, NUMBER)),
    Layout("地名", _places, 4, {1: place(3), 2: place(4), 3: lambda f: f.site, 4: NAME, 5: NUMBER, 6: registered(3), 7: registered(4),
                              8: TRAP, 9: TRAP, 10: of("work", "employer_name")}, (5, NUMBER)),
    Layout("意向", _wishes, 4, {**BOTH, 4: word("person", "preferred_occupations"), 5: word("person", "preferred_areas"),
                              6: of("person", "expected_wage_min"), 7: TRAP, 8: TRAP, 9: TRAP, 10: ticks("person", "wants_training", True),
                              11: ticks("person", "wants_training", False), 12: word("work", "unemployed_reason")}, (3, NUMBER)),
    Layout("妇联", _subtotals, 3, {3: SEX, 4: age, 5: PHONE, 6: word("person", "health_status"), 7: word("person", "labour_capacity")},
           (2, NAME), {1: of("home", "household_code"), 2: NAME}, gaps=(6, 10)),
    Layout("单位在上", _units_above, 4, {1: NAME, 2: NUMBER, 3: of("work", "employer_name"), 4: money(10_000), 5: money(1), 6: lambda f: f.size},
           (2, NUMBER)),
    Layout("单位在下", _units_below, 4, {1: NAME, 2: NUMBER, 3: money(1_000), 4: of("person", "expected_wage_min"),
                                5: of("work", "months_this_year")}, (2, NUMBER)),
    Layout("三行", _three_rows, 5, {1: HEAD, 2: NAME, 3: NUMBER, 4: PHONE, 5: of("work", "employer_name"), 6: word("work", "occupation"),
                              7: TRAP, 8: TRAP, 9: of("person", "remark")}, (3, NUMBER)),
)
