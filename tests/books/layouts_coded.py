"""Tables that say how they want to be answered: numbers for words (男1女2), answers in the head (有/无), two languages in one head, parts of an
address, whom the rows are about. What belongs into each cell is said without the words of the program."""
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook

from tests.books.layouts import (
    EDU,
    HEAD,
    HEAD_NUMBER,
    NAME,
    NUMBER,
    PHONE,
    RELATION,
    SEX,
    TRAP,
    Facts,
    Layout,
    Truth,
    age,
    asks,
    born,
    heads,
    merge,
    of,
    word,
)


def numbered(type: str, name: str, numbers: Mapping[Any, Any]) -> Truth:
    """The number that stands for a code; None where the table has none for it."""
    return lambda facts: numbers.get(getattr(facts, type).get(name))


def in_work(name: str) -> Truth:
    return lambda facts: facts.work.get(name) if facts.work.get("labour_status") == "1" else None


def part(at: int) -> Truth:
    return lambda facts: facts.home["dwelling_no"].split("-")[at]


def yes_no(type: str, name: str, words: tuple[Any, Any] = ("是", "否")) -> Truth:
    return asks(type, name, {True}, {False}, words)


def started(form: str) -> Truth:
    def told(facts: Facts) -> Any:
        day = in_work("start_date")(facts)
        return None if day is None else form.format(y=day[:4], m=day[5:7], d=day[8:10])
    return told


def _monthly(book: Workbook) -> None:
    heads(book, 2, "农村劳动力外出务工情况月报表（2026年11月）")
    heads(book, 3, "填报单位（盖章）：", None, None, "联系人及电话：", None, None, "单位：人、元/月")
    heads(book, 4, "序号", "基 本 信 息", *([None] * 4), "务 工 信 息", *([None] * 5), "备注")
    heads(book, 5, None, "姓名", "身份证号码", "年龄（周岁）", "文化\n程度", "技能等级", "就业去向", "务工地点（详细到市县）", "用工单位全称",
          "工资收入", "外出时间", "现就业\n状　况")
    heads(book, 6, *([None] * 9), "（元/月）", "（年/月/日）")
    merge(book, "A2:M2", "A4:A6", "B4:F4", "G4:L4", "M4:M6", *(f"{c}5:{c}6" for c in "BCDEFGHIL"))
    for row in range(7, 57):
        book.active.cell(row, 1, row - 6)
    heads(book, 57, "合计")
    heads(book, 58, "填表说明：1.姓名、身份证号码须与身份证一致；2.就业去向填省外、省内县外、县内。")


def _codes(book: Workbook) -> None:
    heads(book, 1, "户主姓名", "户主\n身份证号", "姓名", "身份证号", "性别（男1女2）", "是否脱贫户（1是0否）",
          "是否就业\n1.是\n2.否", "受教育程度\n1.未上过学\n2.小学\n3.初中\n4.高中（含中职）\n5.大学专科\n6.大学本科及以上",
          "劳动合同（有/无）", "年务工总收入（元）", "帮扶责任人电话", "是否有残疾", "人员类别（1常住2流动）")


def _students(book: Workbook) -> None:
    heads(book, 1, "雨露计划在校生信息核对表（2026年秋季学期）")
    heads(book, 2, "学生姓名", "学生身份证号", "性别", "就读学校", "就读学段", "户主姓名", "家长姓名", "家长联系电话", "是否属于脱贫户", "银行账号")
    merge(book, "A1:J1")


def _two_languages(book: Workbook) -> None:
    heads(book, 2, "农民工入会信息采集表  Trade Union Membership Form")
    heads(book, 3, "No.\n序号", "姓名\nName", "性别 Gender", "身份证号 ID No.", "出生日期\nDate of Birth\n(YYYY/MM/DD)",
          "学历 Education", "手机 Mobile",
          "入职时间（XXXX年XX月XX日）", "月薪 Monthly wage (CNY)", "入会时间 Date joined", "填表日期 Date")
    merge(book, "A2:K2")


def _grid(book: Workbook) -> None:
    heads(book, 1, "网格化管理走访记录台账（　　年　　月）")
    heads(book, 2, "网格名称：", None, None, "网格员：")
    heads(book, 3, "序　号", "楼　栋", "单　元", "房　号", "住户姓名\n（户主）", "姓　　名", "身　份\n证　号", "联 系\n电 话", "与户主\n关　系",
          "走访时间", "网格员姓名", "网格员电话")
    merge(book, "A1:L1")


def _example(book: Workbook) -> None:
    heads(book, 3, None, "求职意愿登记表")
    heads(book, 4, None, "姓名*", "证件号码*", "性别*", "毕业院校", "是否接受公益性岗位", "求职工种（限填3个）", "期望月薪下限", "可到岗时间")
    heads(book, 5, None, "张三", "110101199001010011", "男", "××中学", "是", "电焊工", "4000", "2026/12/1")


SCHOOL = {"X1": 1, "81": 2, "71": 3, "61": 4, "41": 4, "44": 4, "47": 4, "31": 5, "21": 6, "10": 6}
CODED = (
    Layout("人社月报", _monthly, 7, {2: NAME, 3: NUMBER, 4: age, 5: EDU, 6: word("person", "skill_level"), 7: word("work", "work_area_level"),
                                     8: of("work", "work_place"), 9: of("work", "employer_name"), 10: of("work", "monthly_income"),
                                     11: started("{y}/{m}/{d}"), 12: word("work", "labour_status"), 13: TRAP}, (3, NUMBER)),
    Layout("代码", _codes, 2, {1: HEAD, 2: HEAD_NUMBER, 5: numbered("person", "sex", {"1": 1, "2": 2}),
                               6: numbered("home", "poverty_status", {"1": 1, "2": 0}),
                               7: numbered("work", "labour_status", {"1": 1, "2": 2, "3": 2}), 8: numbered("person", "education", SCHOOL),
                               9: asks("work", "contract", {"1"}, {"3"}, ("有", "无")), 10: TRAP, 11: TRAP,
                               12: asks("person", "health_status", {"4"}), 13: TRAP}, (4, NUMBER), {3: NAME, 4: NUMBER}),
    Layout("学生", _students, 3, {3: SEX, 4: TRAP, 5: word("person", "student_status"), 6: HEAD, 7: TRAP, 8: TRAP,
                                  9: asks("home", "poverty_status", {"1"}), 10: TRAP}, (2, NUMBER), {1: NAME, 2: NUMBER}),
    Layout("中英", _two_languages, 4, {2: NAME, 3: SEX, 4: NUMBER, 5: born("%Y/%m/%d"), 6: EDU, 7: PHONE, 8: started("{y}年{m}月{d}日"),
                                       9: of("work", "monthly_income"), 10: TRAP, 11: TRAP}, (4, NUMBER)),
    Layout("网格", _grid, 4, {2: part(0), 3: part(1), 4: part(2), 5: HEAD, 6: NAME, 7: NUMBER, 8: PHONE, 9: RELATION, 10: TRAP, 11: TRAP,
                              12: TRAP}, (7, NUMBER)),
    Layout("示例行", _example, 6, {2: NAME, 3: NUMBER, 4: SEX, 5: TRAP, 6: yes_no("person", "accept_public_post"),
                                   7: word("person", "preferred_occupations"), 8: of("person", "expected_wage_min"),
                                   9: of("person", "available_from")}, (3, NUMBER)),
)
