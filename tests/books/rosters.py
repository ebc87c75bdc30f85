"""Rosters as other offices send them, made for the tests: titles, merged heads, the register's columns."""
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.books.conftest import number

REGISTER = ("省", "市", "县", "乡", "村", "户编号", "人口编号", "姓名", "性别", "出生日期", "证件类型", "证件号码", "民族", "户联系电话",
            "成员联系电话", "年度", "与户主关系", "文化程度", "在校生状况", "劳动技能", "务工时间（月）", "健康状况", "政治面貌", "务工企业名称",
            "务工所在地", "就业渠道（易地搬迁后扶使用）", "户主姓名", "户主证件号码", "识别标准", "户类型", "监测对象类别", "风险是否消除")
PLACE = {"省": "贵州省", "市": "练习市", "县": "练习县", "乡": "青禾镇", "村": "石板村"}


def person(code: str, home: str, name: str, born: str = "19900101", order: str = "001", relation: str = "户主",
           **more: Any) -> dict[str, Any]:
    """Return one row of the register: heads to cells."""
    return {**PLACE, "户编号": home, "人口编号": code, "姓名": name, "证件类型": "居民身份证", "证件号码": number(born, order),
            "与户主关系": relation, "户类型": "脱贫户", **more}


def register(path: Path, rows: Sequence[Mapping[str, Any]], heads: Sequence[str] = REGISTER, title: str | None = "脱贫人口信息表",
             foot: bool = False) -> Path:
    """Write a workbook in the layout of the national register; return its path."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "人口"
    if title:
        sheet.append([title])
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(heads))
    sheet.append(list(heads))
    for row in rows:
        sheet.append([row.get(head) for head in heads])
    if foot:
        sheet.append(["合计", len(rows)])
        sheet.append(["填表人：", None, None, None, "审核人："])
    workbook.save(path)
    return path
