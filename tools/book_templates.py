"""Makes the shipped book templates anew: python tools/book_templates.py [BOOK ...]. Promises workbooks that a county can go on from.

What a book looks like is the workbook in resources/books: it is changed there, in Excel or WPS. This only lays out the
first version of each from the table below, all in one style.
"""
import sys
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.books.figures import FIGURES
from app.books.template import HIDDEN
from app.models.dictionary import dictionary
from app.oversight.cells import RATES

FOLDER = Path(__file__).parents[1] / "resources" / "books"
A3, A4 = 8, 9
HEAD, GROUP, FOOT = "FFF3F7F9", "FFE7EFF3", "FFF7F5EC"
LINE = Side(style="thin", color="FF7F8C94")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
SIGN = ("填表人：", "审核人：", "单位负责人（签字）：", "联系电话：", "　　　　年　　月　　日")
TELL = ("有下拉的格子请从下拉中选；可多项的用“、”隔开。证件号码、电话、编号都是文本，不要改成数字。可以排序、筛选、增加列；"
        "最右侧的隐藏列用来认出每一行，请不要删除或改动。改好的台账可以收回到程序里，只收改动过的格子。")


@dataclass(frozen=True)
class Col:
    """A column: marker, head (the dictionary's label when ""), width."""

    marker: str
    head: str = ""
    width: float = 8.2


@dataclass(frozen=True)
class Book:
    """A book: id, names, title, source, groups of columns, totals (marker of the column to text), note, paper, conditions."""

    id: str
    zh: str
    en: str
    source: str
    groups: tuple[tuple[str, tuple[Col, ...]], ...]
    note: str
    totals: dict[str, str] = field(default_factory=dict)
    where: str = ""
    age_from: int = 0
    paper: int = A4


NO = ("", (Col("row.number", "序号", 4.7),))
HOME = (Col("household.household_code", "户编号", 9.7), Col("household.head_name", "户主", 7.7), Col("place.name", "安置点（村）", 11.2),
        Col("household.dwelling_no", "楼栋房号", 8.2))
WHO = (Col("person.full_name", "姓名", 7.7), Col("person.sex", "性别", 4.1), Col("person.id_number", "证件号码", 19.3),
       Col("person.age", "年龄", 4.6))
PHONE = Col("person.phone", "本人电话", 12.1)
REST = ("", (Col("person.remark", "备注", 10.7),))
JOB = (Col("placement.employment_type", "就业方式", 8.7), Col("placement.work_area_level", "就业地", 7.7),
       Col("placement.work_place", "就业地点", 12.7),
       Col("placement.employer_name", "单位名称", 13.2), Col("placement.industry", "行业", 8.7), Col("placement.occupation", "工种", 8.7),
       Col("placement.start_date", "开始日期", 10.7), Col("placement.monthly_income", "月收入", 7.2), Col("placement.contract", "合同", 7.2))



def N(code: str, head: str) -> Col:
    """Return a column of a dispatch figure."""
    return Col(f"dispatch.{code}", head, 5.9)


BOOKS = (
    Book("household", "户情与搬迁信息台账", "Households and relocation", "households", (
        NO, ("户的基本情况", (Col("household.household_code", "户编号", 11.7), Col("household.head_name", "户主姓名", 8.7),
             Col("household.head_id_number", "户主证件号码", 19.3), Col("household.persons", "家庭人口", 5.7),
             Col("household.labourers", "劳动力人数", 5.7), Col("household.employed_persons", "就业人数", 5.7),
             Col("household.household_phone", "户联系电话", 12.7), Col("household.poverty_status", width=8.7),
             Col("household.monitoring_type", width=10.7), Col("household.risk_cleared", "风险是否消除", 6.7),
             Col("household.welfare_status", width=7.2))),
        ("搬迁与安置", (Col("household.relocation_type", width=9.7), Col("household.settlement_mode", width=7.7),
                        Col("place.name", "安置点（村）", 12.2), Col("household.dwelling_no", "楼栋房号", 9.2),
                        Col("household.origin_area_id", "搬出地", 20.7), Col("household.moved_in_date", "入住时间", 10.7))),
        ("", (Col("household.remark", "备注", 12.7),))),
        "每户一行。户主姓名、证件号码和家庭人口由户内人员得出，请在人员里改。", {"household.persons": "{{count}}户"}, paper=A3),
    Book("zero_employment", "零就业家庭台账", "Zero-employment households", "zero_homes", (
        NO, ("家庭信息", (Col("household.household_code", "户编号", 11.7), Col("household.head_name", "户主姓名", 8.7),
             Col("place.name", "安置点（村）", 12.2), Col("household.dwelling_no", "楼栋房号", 9.2),
             Col("household.household_phone", "户联系电话", 12.7), Col("household.poverty_status", "户类型", 8.7),
             Col("household.monitoring_type", "监测类别", 9.7), Col("household.persons", "家庭人口", 5.7),
             Col("household.labourers", "劳动力人数", 5.7), Col("household.employed_persons", "就业人数", 5.7))),
        ("帮扶与清零", (Col("household.zero_since", "认定日期", 10.7), Col("case.help_due", "应开始帮扶", 10.7), Col("case.helped", "开始帮扶", 10.7),
                        Col("case.clear_due", "应清零", 10.7), Col("case.state", "状态", 12.7))),
        ("", (Col("household.remark", "备注", 12.7),))),
        "每户一行，登记有人想就业、没有一个人就业而没有清零的户。认定日期和期限由就业记录得出；有人上岗并经核实后自动销号。",
        {"household.household_code": "{{count}}户"}, paper=A3),
    Book("dispatch", "就业帮扶调度表", "Dispatch table", "places", (
        NO, ("", (Col("place.name", "安置点（村）", 13.2),)),
        ("搬迁（户、人）", (N("a1", "搬迁户数"), N("a2", "搬迁人口"), N("a3", "有劳动力户"))),
        ("劳动力（人）", (N("b1", "劳动力总数"), N("b1_over", "其中超龄"), N("b2", "其中脱贫含监测"), N("b3", "有就业意愿"))),
        ("已就业（人）", (N("c1", "合计"), N("c2", "省外"), N("c3", "省内县外"), N("c4", "县内"), N("c5", "境外"), N("c6", "公益岗"), N("c7", "车间"),
                          N("c8", "以工代赈"), N("c9", "创业"), N("c10", "灵活"))),
        ("未就业（人）", (N("d1", "有意愿"), N("d2", "无意愿"), N("d3", "情况不明"))),
        ("户", (N("e1", "有人就业户"), N("e2_new", "零就业新增"), N("e2_cleared", "清零"), N("e2_end", "期末"), N("z_unknown", "情况不明"))),
        ("率", (Col("dispatch.employment_rate", "就业率", 6.7), Col("dispatch.willing_employment_rate", "有意愿就业率", 6.7),
                Col("dispatch.household_employment_rate", "户就业率", 6.7))),
        ("帮扶", (N("f1", "岗位收集"),
                  N("f3", "推荐人次"), N("f5", "上岗"), N("g1", "输出批次"), N("g2", "点对点"),
                  N("h1_courses", "培训期数"), N("h1_attendances", "培训人次"), N("i1_fairs", "招聘会"),
                  N("j1", "新增公岗"), N("k1", "调查完成"), N("k2", "抽查"), N("k3", "不符")))),
        "每个安置点（村）一行，期间 {{period}}。人数、户数都不重复计算，单位为人、户；人次另注明。核对：{{checks}}。", paper=A3),
    Book("employment", "就业情况台账", "Employment", "people", (
        NO, ("家庭信息", HOME), ("个人信息", (*WHO, PHONE)), ("就业情况", (Col("placement.labour_status", "就业状态", 8.7), *JOB)),
        ("未就业", (Col("placement.unemployed_reason", "未就业原因", 11.7), Col("person.wants_work", "就业意愿", 8.7))), REST),
        "每人一行，登记 16 周岁及以上的人现在这一段工作；没有在做的，登记最近一段。",
        {"placement.labour_status": "已就业{{count placement.labour_status=1}}人", "placement.monthly_income": "{{mean placement.monthly_income}}",
         "person.full_name": "{{count}}人"}, age_from=16, paper=A3),
    Book("unemployed", "未就业人员台账", "People without work", "people", (
        NO, ("家庭信息", HOME), ("个人信息", (*WHO, PHONE, Col("person.labour_capacity", "劳动能力", 8.7))),
        ("未就业情况", (Col("placement.unemployed_reason", "未就业原因", 13.7), Col("placement.last_job", "上一份工作", 10.7),
                        Col("placement.return_date", "返乡日期", 10.7))),
        ("就业意愿", (Col("person.wants_work", "就业意愿", 8.7), Col("person.preferred_areas", "意向地区", 9.7),
                      Col("person.preferred_occupations", "意向工种", 10.7), Col("person.expected_wage_min", "期望月薪", 7.2))), REST),
        "每人一行，登记 16 周岁及以上、没有就业记录或现在没有工作的人。", {"person.full_name": "{{count}}人"},
        where="placement.labour_status!=1", age_from=16, paper=A3),
    Book("wishes", "就业意愿与培训意愿台账", "Wishes for work and training", "people", (
        NO, ("家庭信息", HOME), ("个人信息", (*WHO, PHONE, Col("person.education", "学历", 7.7))),
        ("就业意愿", (Col("person.wants_work", "就业意愿", 8.7), Col("person.unwilling_reason", "不愿就业原因", 10.7),
                      Col("person.preferred_types", "意向方式", 9.7), Col("person.preferred_areas", "意向地区", 9.7),
                      Col("person.preferred_occupations", "意向工种", 10.7), Col("person.expected_wage_min", "期望月薪", 7.2),
                      Col("person.available_from", "可到岗日期", 10.7))),
        ("技能与培训意愿", (Col("person.skills", "技能", 10.7), Col("person.certificates", "证书", 10.7), Col("person.wants_training", "想培训", 5.7),
                            Col("person.training_wish", "培训意向", 11.7))), REST),
        "每人一行，登记 16 周岁及以上的人最近一次调查的意愿。",
        {"person.full_name": "{{count}}人", "person.wants_work": "想就业{{count person.wants_work=1|2}}人",
         "person.wants_training": "{{count person.wants_training=1}}人"}, age_from=16, paper=A3),
    Book("measures", "“131”帮扶台账", "Assistance “131”", "people", (
        NO, ("家庭信息", HOME), ("个人信息", (*WHO, PHONE)), ("就业意愿", (Col("person.wants_work", "就业意愿", 8.7),
             Col("placement.unemployed_reason", "未就业原因", 12.7))),
        ("已做的帮扶（次）", (Col("measure.guidance", "职业指导（1）", 7.7), Col("measure.referral", "岗位推荐（3）", 7.7),
                            Col("measure.training", "技能培训（1）", 7.7))), REST),
        "每人一行，登记想就业而没有工作的人。“131”：至少 1 次职业指导、3 次岗位推荐、1 次技能培训。次数由帮扶记录得出，请在程序里登记帮扶。",
        {"person.full_name": "{{count}}人"}, where="person.wants_work=1|2 placement.labour_status!=1", age_from=16),
    Book("posts", "岗位台账", "Posts", "posts", (
        NO, ("岗位", (Col("post.post_code", "岗位编号", 9.7), Col("employer.name", "用人单位", 14.7),
             Col("employer.credit_code", "统一社会信用代码", 20.7), Col("post.title", "岗位名称", 11.7),
             Col("post.occupation", "工种", 9.7), Col("post.headcount", "招聘人数", 5.7),
             Col("post.filled", "已录用", 5.7), Col("post.area_id", "工作地点", 16.7))),
        ("待遇", (Col("post.wage_min", "月薪下限", 7.2), Col("post.wage_max", "月薪上限", 7.2), Col("post.pay_basis", "计薪", 6.2),
                  Col("post.board_lodging", "食宿", 8.2), Col("post.shifts", "班次", 8.2), Col("post.contract", "合同", 7.2))),
        ("要求", (Col("post.age_min", "年龄下限", 5.7), Col("post.age_max", "年龄上限", 5.7), Col("post.education_min", "学历下限", 7.7),
                  Col("post.skills", "技能", 9.7))),
        ("来源与核验", (Col("post.source", "来源", 9.7), Col("post.collected_on", "收集日期", 10.7), Col("post.valid_to", "有效期至", 10.7),
                        Col("post.verified_on", "核验日期", 10.7), Col("post.state", "状态", 6.7)))),
        "每个岗位一行。已录用人数由就业记录得出。", {"post.headcount": "{{sum post.headcount}}", "post.title": "{{count}}个"}, paper=A3),
    Book("services", "就业服务与培训台账", "Services and training", "services", (
        NO, ("服务", (Col("service.service_code", "编号", 9.7), Col("service.kind", "类型", 9.7), Col("service.topic", "主题", 16.7),
             Col("service.start_on", "开始", 10.7), Col("service.end_on", "结束", 10.7), Col("service.venue", "地点", 13.7),
             Col("service.host", "主办", 13.7), Col("service.provider", "机构", 13.7), Col("service.hours", "课时", 5.7),
             Col("service.participants", "参加人数", 6.2), Col("service.result", "结果", 11.7), Col("service.cost", "经费（元）", 8.7)))),
        "每次服务或培训一行。参加人数由签到得出。", {"service.topic": "{{count}}次"}),
    Book("fairs", "招聘会台账", "Job fairs", "fairs", (
        NO, ("招聘会", (Col("fair.name", "名称", 18.7), Col("fair.fair_kind", "形式", 8.7), Col("fair.on", "日期", 10.7),
             Col("fair.venue", "地点", 15.7), Col("fair.organiser", "主办", 15.7))),
        ("成效", (Col("fair.employers", "参会单位", 6.7), Col("fair.posts", "岗位数", 6.7), Col("fair.attended", "进场人次", 6.7),
                  Col("fair.intentions", "达成意向", 6.7), Col("fair.hired", "录用", 6.7), Col("fair.hired_relocated", "其中搬迁劳动力", 8.7)))),
        "每场一行。", {"fair.name": "{{count}}场", "fair.hired": "{{sum fair.hired}}"}),
    Book("batches", "劳务输出批次花名册", "Labour-export batches", "batch_members", (
        NO, ("批次", (Col("transfer_batch.batch_no", "批次号", 10.7), Col("transfer_batch.depart_at", "出发时间", 15.7),
             Col("transfer_batch.to_area_id", "输入地", 16.7), Col("transfer_batch.vehicle_no", "车牌车次", 9.7),
             Col("transfer_batch.leader_name", "领队", 7.7), Col("transfer_batch.leader_phone", "领队电话", 12.1))),
        ("人员", (Col("batch_member.seat", "座位", 5.2), Col("person.full_name", "姓名", 7.7), Col("person.sex", "性别", 4.1),
                  Col("person.id_number", "证件号码", 19.3), Col("person.phone", "本人电话", 12.1),
                  Col("batch_member.emergency_contact", "紧急联系人", 8.7), Col("batch_member.emergency_phone", "紧急电话", 12.1))),
        ("岗位与到岗", (Col("employer.name", "接收单位", 14.7), Col("post.title", "岗位", 9.7), Col("batch_member.agreed_wage", "约定月薪", 7.2),
                        Col("batch_member.contract_signed", "合同签订", 5.7), Col("batch_member.boarded", "上车", 5.2),
                        Col("batch_member.arrived", "到岗", 5.2), Col("batch_member.not_arrived_reason", "未到岗原因", 10.7)))),
        "每人一行，按批次。到岗打“是”才算就业；上车不算。", {"person.full_name": "{{count}}人",
                                                               "batch_member.arrived": "{{count batch_member.arrived=1}}"}, paper=A3),
    Book("public_posts", "公益性岗位人员台账", "Public-welfare posts", "people", (
        NO, ("家庭信息", HOME), ("个人信息", (*WHO, PHONE, Col("person.labour_capacity", "劳动能力", 8.7))),
        ("岗位", (Col("placement.public_post_kind", "公岗类别", 9.7), Col("placement.employer_name", "用人单位", 13.7),
                  Col("placement.start_date", "协议开始", 10.7), Col("placement.end_date", "协议结束", 10.7),
                  Col("placement.public_post_months", "累计月数", 6.2), Col("placement.monthly_income", "月补贴", 7.2))), REST),
        "每人一行。一户一岗；一般不超过三年。", {"person.full_name": "{{count}}人"}, where="placement.labour_status=1 placement.employment_type=2"),
    Book("poor_labour", "贫困劳动力清单", "Registered poor labourers", "people", (
        NO, ("家庭信息", (*HOME, Col("household.poverty_status", "户类型", 8.7), Col("household.monitoring_type", "监测类别", 10.7))),
        ("个人信息", (*WHO, PHONE, Col("person.education", "学历", 7.7), Col("person.labour_capacity", "劳动能力", 8.7),
                      Col("placement.labour_status", "就业状态", 8.7))), REST),
        "每人一行，登记脱贫户中 16 周岁及以上的人。", {"person.full_name": "{{count}}人"}, where="household.poverty_status=1", age_from=16),
    Book("training", "培训人员清单", "People trained", "attendances", (
        NO, ("培训", (Col("service.service_code", "编号", 9.7), Col("service.topic", "培训名称", 16.7), Col("service.start_on", "开班日期", 10.7),
             Col("service.end_on", "结业日期", 10.7), Col("service.provider", "培训机构", 14.7), Col("service.hours", "课时", 5.7))),
        ("参训人", (Col("person.full_name", "姓名", 7.7), Col("person.sex", "性别", 4.1), Col("person.id_number", "证件号码", 19.3),
                    Col("person.phone", "本人电话", 12.1))),
        ("结果", (Col("service_attendance.result", "结果", 9.7), Col("service_attendance.certificate_no", "证书编号", 14.7),
                  Col("service_attendance.satisfaction", "满意度", 8.7)))),
        "每人每次一行。", {"person.full_name": "{{count}}人次"}),
    Book("transfer", "转移就业人员清单", "People working away", "people", (
        NO, ("家庭信息", HOME), ("个人信息", (*WHO, PHONE)), ("转移就业", (*JOB, Col("placement.transfer_mode", "输出方式", 8.7))), REST),
        "每人一行，登记在县外单位务工或灵活就业的人。", {"person.full_name": "{{count}}人"},
        where="placement.labour_status=1 placement.employment_type=1|6 placement.work_area_level=3|4|5", paper=A3),
    Book("startup", "自主创业人员清单", "People with a business of their own", "people", (
        NO, ("家庭信息", HOME), ("个人信息", (*WHO, PHONE)), ("创业", (Col("placement.employer_name", "创业项目", 14.7),
             Col("placement.work_place", "地点", 13.7), Col("placement.industry", "行业", 8.7), Col("placement.start_date", "开始日期", 10.7),
             Col("placement.monthly_income", "月收入", 7.2))), REST),
        "每人一行。", {"person.full_name": "{{count}}人"}, where="placement.labour_status=1 placement.employment_type=5"),
)


ORDER = ("labour", "household", "employment", "unemployed", "wishes", "measures", "zero_employment", "posts", "services", "fairs", "batches",
         "public_posts", "poor_labour", "training", "transfer", "startup", "dispatch")


def make(book: Book) -> Workbook:
    """Return a book's template."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = book.zh.strip("“”")[:31]
    columns = [(group, col) for group, cols in book.groups for col in cols]
    wide = len(columns)
    _above(sheet, book, wide)
    _heads(sheet, book)
    for at, (_, col) in enumerate(columns, 1):
        _body(sheet, at, col)
    for at, name in enumerate(HIDDEN, wide + 1):
        sheet.cell(4, at, name)
        sheet.cell(5, at, f"{{{{{name}}}}}").number_format = "@"
        sheet.column_dimensions[get_column_letter(at)].width = 3.7
        sheet.column_dimensions[get_column_letter(at)].hidden = True
    _below(sheet, book, [col for _, col in columns])
    _print(sheet, book, wide)
    meta = workbook.create_sheet("_meta")
    told = {"book": book.id, "template": "1", "language": "zh", "name_zh": book.zh.strip("“”") if book.id != "measures" else book.zh,
            "name_en": book.en, "file_name": book.zh.replace("“", "").replace("”", ""), "source": book.source, "age_from": book.age_from,
            "where": book.where, "order": ORDER.index(book.id) + 1 if book.id in ORDER else ""}
    for row in told.items():
        meta.append(row)
    meta.sheet_state = "veryHidden"
    return workbook


def _above(sheet: Worksheet, book: Book, wide: int) -> None:
    sheet.cell(1, 1, f"{{{{area.path}}}}易地搬迁{book.zh}")
    sheet.cell(2, 1, "填报单位（盖章）：{{unit}}")
    half = max(2, wide // 2)
    sheet.cell(2, half + 1, "填报日期：{{date}}")
    for first, last in ((1, half), (half + 1, wide)):
        sheet.merge_cells(start_row=2, end_row=2, start_column=first, end_column=last)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=wide)
    sheet["A1"].font, sheet["A1"].alignment = Font(name="黑体", size=20), Alignment(horizontal="center", vertical="center")
    for cell in (sheet.cell(2, 1), sheet.cell(2, half + 1)):
        cell.font, cell.alignment = Font(name="宋体", size=11), Alignment(horizontal="left" if cell.column == 1 else "right", vertical="center")
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 36, 22


def _heads(sheet: Worksheet, book: Book) -> None:
    at = 1
    for group, cols in book.groups:
        last = at + len(cols) - 1
        for column, col in enumerate(cols, at):
            if group:
                _head(sheet.cell(4, column, _title(col)), HEAD)
                _head(sheet.cell(3, column), GROUP)
            else:
                _head(sheet.cell(3, column, _title(col)), GROUP)
                _head(sheet.cell(4, column), GROUP)
                sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
        if group:
            sheet.cell(3, at).value = group
            if last > at:
                sheet.merge_cells(start_row=3, end_row=3, start_column=at, end_column=last)
        at = last + 1
    sheet.row_dimensions[3].height, sheet.row_dimensions[4].height = 20, 36


def _head(cell: object, colour: str) -> None:
    cell.font, cell.fill, cell.border = Font(name="黑体", size=10), PatternFill("solid", fgColor=colour), BOX  # type: ignore[attr-defined]
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)  # type: ignore[attr-defined]


def _title(col: Col) -> str:
    type, _, name = col.marker.partition(".")
    return col.head or dictionary().field(type, name).zh


def _body(sheet: Worksheet, at: int, col: Col) -> None:
    type, _, name = col.marker.partition(".")
    found = dictionary().types[type].fields.get(name) if type in dictionary().types else None
    cell = sheet.cell(5, at, f"{{{{{col.marker}}}}}")
    kind = found.kind if found else "integer" if col.marker in FIGURES and col.marker != "place.name" else "text"
    cell.number_format = {"date": "yyyy-mm-dd", "integer": "0", "number": "General"}.get(kind, "@")
    long = kind in ("text", "codes", "ref", "refs") and name not in ("id_number", "phone", "credit_code", "head_id_number", "household_phone")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=long or kind == "code")
    cell.font, cell.border = Font(name="宋体", size=10), BOX
    sheet.column_dimensions[get_column_letter(at)].width = col.width
    sheet.row_dimensions[5].height = 27


def _below(sheet: Worksheet, book: Book, columns: list[Col]) -> None:
    wide = len(columns)
    for at, col in enumerate(columns, 1):
        cell = sheet.cell(6, at, "合计" if at == 1 else book.totals.get(col.marker) or _of_the_area(col.marker))
        cell.font, cell.fill, cell.border = Font(name="黑体", size=10), PatternFill("solid", fgColor=FOOT), BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[6].height = 27
    steps = [1 + wide * n // len(SIGN) for n in range(len(SIGN))] + [wide + 1]
    for n, text in enumerate(SIGN):
        cell = sheet.cell(7, steps[n], text)
        cell.font, cell.alignment = Font(name="宋体", size=11), Alignment(horizontal="left", vertical="center")
        if steps[n + 1] - 1 > steps[n]:
            sheet.merge_cells(start_row=7, end_row=7, start_column=steps[n], end_column=steps[n + 1] - 1)
    sheet.cell(8, 1, f"填表说明：{book.note}{TELL}")
    sheet.merge_cells(start_row=8, end_row=8, start_column=1, end_column=wide)
    sheet["A8"].font, sheet["A8"].alignment = Font(name="宋体", size=10), Alignment(horizontal="left", vertical="top", wrap_text=True)
    across = sum(col.width for col in columns)
    sheet.row_dimensions[7].height = 30
    sheet.row_dimensions[8].height = 16.0 * -(-2 * len(book.note + TELL) // int(across)) + 6


def _of_the_area(marker: str) -> str | None:
    """Return the total under a dispatch figure: the sum of its rows, or the whole area's rate."""
    if not marker.startswith("dispatch."):
        return None
    rate = marker.removeprefix("dispatch.")
    return f"{{{{rate {rate}}}}}" if rate in RATES else f"{{{{sum {marker}}}}}"


def _print(sheet: Worksheet, book: Book, wide: int) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", book.paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = "3:4"
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    for side, inches in (("left", .6), ("right", .6), ("top", .7), ("bottom", .7)):
        setattr(sheet.page_margins, side, inches)
    named = next((at for at, col in enumerate([c for _, cols in book.groups for c in cols], 1) if col.marker in (
        "person.full_name", "post.title", "service.topic", "fair.name", "household.head_name")), 1)
    sheet.freeze_panes = f"{get_column_letter(min(named, 6) + 1)}5"
    sheet.auto_filter.ref = f"A4:{get_column_letter(wide)}5"


def main() -> None:
    """Write the templates that were named, or all of them; the labour book was laid out by hand."""
    for book in BOOKS:
        if len(sys.argv) < 2 or book.id in sys.argv[1:]:
            make(book).save(FOLDER / f"{book.id}.xlsx")


if __name__ == "__main__":
    main()
