"""Ten tables as other departments send them, each laid out in its own way; and what each column asks for, in our words."""
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.datavalidation import DataValidation

LINE = Side(style="thin")
Truth = dict[int, str]  # column -> marker


@dataclass(frozen=True)
class Department:
    """A table. Attributes: name, build (draws it on a sheet; returns first body row and what the columns ask for), named (names
    that stand in it already), options (what a head's cells may hold)."""

    name: str
    build: Callable[[Any], tuple[int, Truth]]
    named: tuple[str, ...] = ()
    formulas: tuple[str, ...] = field(default=())


def workbook(department: Department, path: Path) -> tuple[int, Truth]:
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    first, truth = department.build(sheet)
    book.save(path)
    return first, truth


def _heads(sheet: Any, row: int, heads: list[str]) -> None:
    for column, head in enumerate(heads, 1):
        cell = sheet.cell(row, column, head)
        cell.border = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)


def social_security(sheet: Any) -> tuple[int, Truth]:
    """人社：一行表头，下面是空行和签字。"""
    sheet["A1"] = "农村劳动力转移就业情况统计表"
    sheet.merge_cells("A1:H1")
    sheet["A2"] = "填报单位："
    _heads(sheet, 3, ["序号", "姓名", "性别", "身份证号码", "联系电话", "文化程度", "就业状态", "务工企业名称"])
    for row in range(4, 7):
        for column in range(1, 9):
            sheet.cell(row, column).border = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
    sheet["A7"] = "填表人："
    sheet["E7"] = "审核人："
    return 4, {2: "person.full_name", 3: "person.sex", 4: "person.id_number", 5: "person.phone", 6: "person.education", 7: "placement.labour_status",
               8: "placement.employer_name"}


def two_rows(sheet: Any) -> tuple[int, Truth]:
    """农业农村：两行表头，合并的组。"""
    sheet["A1"] = "脱贫人口务工情况台账"
    sheet.merge_cells("A1:J1")
    _heads(sheet, 2, ["序号", "户主姓名", "人员信息", None, None, None, "务工情况", None, None, "备注"])
    _heads(sheet, 3, [None, None, "姓名", "证件号码", "出生日期", "民族", "单位名称", "月收入（元）", "开始日期", None])
    for merged in ("A2:A3", "B2:B3", "C2:F2", "G2:I2", "J2:J3"):
        sheet.merge_cells(merged)
    return 4, {2: "household.head_name", 3: "person.full_name", 4: "person.id_number", 5: "person.birth_date", 6: "person.ethnic_group",
               7: "placement.employer_name", 8: "placement.monthly_income", 9: "placement.start_date", 10: "person.remark"}


def named_rows(sheet: Any) -> tuple[int, Truth]:
    """残联：名单已经写好，只缺几列。"""
    _heads(sheet, 1, ["姓名", "身份证号", "手机号", "户编号", "年龄", "劳动能力"])
    for row, (name, number) in enumerate((("石老三", "529999197401100057"), ("杨大山", "529999199203010017"), ("没有这人", "529999198001010011")), 2):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, number)
    return 2, {1: "person.full_name", 2: "person.id_number", 3: "person.phone", 4: "household.household_code", 5: "person.age",
               6: "person.labour_capacity"}


def by_name(sheet: Any) -> tuple[int, Truth]:
    """妇联：只有姓名，没有证件号码。"""
    sheet["A1"] = "困难妇女就业意愿摸底表"
    _heads(sheet, 2, ["姓名", "民族", "就业意愿", "期望月薪（元）", "培训意愿", "备注"])
    sheet["A3"], sheet["A4"], sheet["F3"] = "吴小云", "买买提·吐尔逊", "妇联自己写的"
    return 3, {1: "person.full_name", 2: "person.ethnic_group", 3: "person.wants_work", 4: "person.expected_wage_min", 5: "person.wants_training",
               6: "person.remark"}


def with_options(sheet: Any) -> tuple[int, Truth]:
    """教育：性别、文化程度有自己的下拉。"""
    _heads(sheet, 2, ["序号", "姓名", "性别", "文化程度", "是否愿意培训", "联系电话"])
    for formula, cells in (('"男,女"', "C3:C30"), ('"小学,初中,高中,大专及以上"', "D3:D30"), ('"是,否"', "E3:E30")):
        validation = DataValidation(type="list", formula1=formula, allow_blank=True)
        validation.add(cells)
        sheet.add_data_validation(validation)
    return 3, {2: "person.full_name", 3: "person.sex", 4: "person.education", 5: "person.wants_training", 6: "person.phone"}


def in_thousands(sheet: Any) -> tuple[int, Truth]:
    """统计：收入以万元计，还有一列不认识的单位。"""
    sheet["A1"] = "搬迁群众收入调查（单位：万元）"
    _heads(sheet, 3, ["姓名", "证件号码", "月收入（万元）", "期望月薪（美元）", "今年务工月数"])
    return 4, {1: "person.full_name", 2: "person.id_number", 3: "placement.monthly_income", 5: "placement.months_this_year"}


def with_formulas(sheet: Any) -> tuple[int, Truth]:
    """财政：后面两列是公式。"""
    _heads(sheet, 1, ["编号", "姓名", "证件号码", "月收入", "年收入", "银行账号"])
    for row in range(2, 7):
        sheet.cell(row, 5, f"=D{row}*12")
    sheet["A7"] = "合计"
    sheet["D7"] = "=SUM(D2:D6)"
    return 2, {2: "person.full_name", 3: "person.id_number", 4: "placement.monthly_income"}


def numbered(sheet: Any) -> tuple[int, Truth]:
    """民政：表头下有一行列号，再一行示例。"""
    sheet["A1"] = "附件3"
    sheet["A2"] = "低收入人口就业帮扶名册"
    sheet.merge_cells("A2:G2")
    _heads(sheet, 4, ["序号", "姓名*", "性别", "身份证号*", "与户主关系", "健康状况", "联系方式"])
    for column in range(1, 8):
        sheet.cell(5, column, column)
    for column, text in enumerate(["例", "张三", "男", "110101199001011234", "户主", "健康", "13800000000"], 1):
        sheet.cell(6, column, text)
    return 7, {2: "person.full_name", 3: "person.sex", 4: "person.id_number", 5: "person.relation_to_head", 6: "person.health_status",
               7: "person.phone"}


def households(sheet: Any) -> tuple[int, Truth]:
    """发改：以户为单位。"""
    sheet["B1"] = "易地搬迁户基本情况表"
    _heads(sheet, 3, ["序号", "户编号", "户主姓名", "户主身份证号", "家庭人口数", "安置点名称", "房号", "搬迁类型"])
    sheet["A7"] = "说明：以户为单位填报。"
    return 4, {2: "household.household_code", 3: "household.head_name", 4: "household.head_id_number", 5: "household.persons", 6: "place.name",
               7: "household.dwelling_no", 8: "household.relocation_type"}


def far_right(sheet: Any) -> tuple[int, Truth]:
    """乡镇自制：表不从 A 列开始，表头有空格和换行。"""
    sheet["C2"] = "务 工 人 员 登 记 册"
    for column, head in enumerate(["姓  名", "性\n别", "身 份 证\n号    码", "工  种", "务工地点", "合同", "回访\n情况"], 3):
        sheet.cell(4, column, head)
    return 5, {3: "person.full_name", 4: "person.sex", 5: "person.id_number", 6: "placement.occupation", 7: "placement.work_place",
               8: "placement.contract"}


DEPARTMENTS = (
    Department("人社", social_security), Department("农业农村", two_rows), Department("残联", named_rows, ("石老三", "杨大山")),
    Department("妇联", by_name, ("吴小云", "买买提·吐尔逊")), Department("教育", with_options), Department("统计", in_thousands),
    Department("财政", with_formulas, formulas=("E", "D7")), Department("民政", numbered), Department("发改", households),
    Department("乡镇", far_right))
