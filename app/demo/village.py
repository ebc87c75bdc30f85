"""The village of the demo: who lives there, what they answer, and what the books must therefore show. All invented."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.models import clock, identity, places
from app.models.dictionary import dictionary

Answers = Mapping[str, str]
TOWNSHIP, SITE = "529999001000", "529999001L01"


@dataclass(frozen=True, slots=True)
class Villager:
    """One invented person of the roster: household code, name, sex, birth, order code, relation, people, phone."""

    household: str
    dwelling: str
    name: str
    sex: str
    birth: str
    order: int
    relation: str
    people: str = "汉族"
    phone: str = ""
    student: str = "非在校"
    education: str = ""
    capacity: str = "普通劳动力"

    @property
    def code(self) -> str:
        """The person's code as the register would have issued it."""
        return f"{self.household}-{self.order:03d}"

    @property
    def id_number(self) -> str:
        """The number that follows from birth, order code and sex, in the practice area."""
        first = f"{identity.PRACTICE_AREA}{self.birth}{self.order:03d}"
        return first + identity.check_character(first)


YANG = Villager("529999-D-001", "3-2-501", "杨国强", "男", "19840512", 21, "户主", "苗族", "13900001101", education="初中")
SHI = Villager("529999-D-002", "3-1-202", "石秀英", "女", "19720830", 42, "户主", "侗族", "13900002201", education="小学")
MAI = Villager("529999-D-003", "5-1-301", "买买提·吐尔逊", "男", "19790117", 63, "户主", "维吾尔族", "13900003301", education="普通高中")
ROSTER = (
    YANG,
    Villager("529999-D-001", "3-2-501", "李桂花", "女", "19860923", 22, "配偶", "汉族", "13900001102", education="初中"),
    Villager("529999-D-001", "3-2-501", "杨小雨", "女", "20150304", 44, "之女", "苗族", student="小学", capacity="无劳动力"),
    Villager("529999-D-001", "3-2-501", "杨老岩", "男", "19481102", 35, "之父", "苗族", education="文盲或半文盲", capacity="无劳动力"),
    SHI,
    Villager("529999-D-002", "3-1-202", "石磊", "男", "19980612", 51, "之子", "侗族", "13900002202", education="大学专科"),
    MAI,
    Villager("529999-D-003", "5-1-301", "阿依古丽·艾山", "女", "19820705", 82, "配偶", "维吾尔族", education="初中"),
)
HEADS = ("户编号", "安置点名称", "楼栋房号", "搬迁类型", "安置方式", "户类型", "人口编号", "姓名", "性别", "证件类型",
         "证件号码", "民族", "与户主关系", "文化程度", "在校生状况", "健康状况", "劳动技能", "本人电话")


def _days(n: int) -> str:
    """Return the date n days from today, ISO."""
    return (clock.today() + timedelta(days=n)).isoformat()


def everyday() -> dict[str, str]:
    """Return the answers that do not differ between the interviews."""
    return {"visit_mode": "1", "respondent": "1", "consent": "1", "marital_status": "20", "phone_owner": "1",
            "registration_moved": "1", "living_place": "1", "student_status": "00", "health_status": "1",
            "labour_capacity": "1", "mandarin": "1", "literacy": "1", "smartphone": "1", "certificates": "0",
            "years_away": "6", "work_limits": "0", "care_duties": "0", "training_done": "0", "wants_training": "0",
            "service_needs": "0", "services_received": "1", "satisfaction": "1"}


def job(**differs: str) -> dict[str, str]:
    """Return the answers about a job; what is not said is usual."""
    return {"labour_status": "1", "employment_type": "1", "industry": "C", "months_this_year": "1", "contract": "1",
            "insurance": "2 4", "transfer_mode": "5", "wants_work": "3", "start_date": _days(-200)} | differs


AWAY = {"work_area_level": "4", "work_place": "佛山", "employer_name": "佛山某电子厂", "occupation": "03",
        "monthly_income": "4600", "point_to_point": "0"}
AT_HOME = {"employment_type": "3", "work_area_level": "1", "work_place": "青禾镇", "employer_name": "青禾镇某服装车间",
           "occupation": "02", "monthly_income": "2600"}
BUSINESS = {"employment_type": "5", "work_area_level": "2", "work_place": "练习县城", "employer_name": "县城某馕饼店",
            "industry": "H", "occupation": "31", "monthly_income": "3800", "transfer_mode": "2"}
FIRST_PHONE, OTHER_PHONE = "13900001188", "13900001199"


def looking() -> dict[str, str]:
    """Return the answers of somebody without work who wants it."""
    return {"labour_status": "2", "unemployed_reason": "1 4", "unemployed_since": _days(-90), "last_job": "东莞某制衣厂 缝纫工",
            "wants_work": "1", "preferred_types": "1 3", "preferred_areas": "1 2", "preferred_occupations": "02 22",
            "expected_wage_min": "2300", "available_from": _days(14), "accept_organised_transfer": "0",
            "accept_public_post": "1", "startup_wish": "0"}


def write_roster(path: Path) -> None:
    """Write the roster as an office would have it: a title, heads, a row for each person, one ID spoiled by Excel."""
    import openpyxl

    from app.books import package

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "名册"
    sheet.append(["练习县青禾镇向阳新居安置点易地搬迁人口名册"])
    sheet.append(list(HEADS))
    site = places.get(SITE)
    for v in ROSTER:
        sheet.append([v.household, site.name if site else SITE, v.dwelling, "建档立卡搬迁", "集中安置", "脱贫户", v.code, v.name, v.sex,
                      "居民身份证", v.id_number, v.people, v.relation, v.education, v.student, "健康", v.capacity, v.phone])
    spoiled = [*(cell.value for cell in sheet[sheet.max_row])]
    spoiled[HEADS.index("人口编号")] = "529999-D-003-091"
    spoiled[HEADS.index("姓名")], spoiled[HEADS.index("与户主关系")] = "艾力·买买提", "之子"
    spoiled[HEADS.index("证件号码")] = 5.2999920050101e17
    sheet.append(spoiled)
    package.save(book, path)


def surveyed() -> dict[str, dict[str, tuple[Any, ...]]]:
    """Return what the book must show: ID number -> head -> the values that are right (two where the question is open)."""
    label = {name: codes.items for name, codes in dictionary().codes.items()}

    def work(said: Answers) -> dict[str, tuple[Any, ...]]:
        return {"就业状态": (label["labour_status"]["1"].zh,), "单位名称": (said["employer_name"],),
                "月收入": (int(said["monthly_income"]),), "工种": (label["occupation"][said["occupation"]].zh,),
                "就业地": (label["work_area"][said["work_area_level"]].zh,)}

    return {YANG.id_number: {"姓名": (YANG.name,), "本人电话": (FIRST_PHONE, OTHER_PHONE), **work(AWAY)},
            MAI.id_number: {"姓名": (MAI.name,), "本人电话": (MAI.phone,), **work(BUSINESS)},
            SHI.id_number: {"姓名": (SHI.name,), "本人电话": (SHI.phone,), "期望月薪": (2300,),
                            "就业状态": (label["labour_status"]["2"].zh,), "意向工种": (
                                "、".join(label["occupation"][code].zh for code in ("02", "22")),)}}
