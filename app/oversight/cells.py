"""Cells: the dispatch figures by their codes, as a table: what each is called, what it counts, which rates are made of them (domain.md 2.4)."""
from dataclasses import dataclass

from app.models.language import say


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. Attributes: code, zh, en, type (of the records it opens), part (made only for a rate or as a note: not in the table)."""

    code: str
    zh: str
    en: str
    type: str
    part: bool = False

    def label(self) -> str:
        """Return what the figure is called, in the language in use."""
        return say(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate. Attributes: key, zh, en, over and under (codes whose figures are summed)."""

    key: str
    zh: str
    en: str
    over: tuple[str, ...]
    under: tuple[str, ...]

    def label(self) -> str:
        """Return what the rate is called, in the language in use."""
        return say(self.zh, self.en)


def _cells(type: str, *rows: tuple[str, str, str], part: bool = False) -> list[Cell]:
    return [Cell(code, zh, en, type, part) for code, zh, en in rows]


_ALL = [
    *_cells("household", ("A1", "搬迁户数", "Relocated households")),
    *_cells("person", ("A2", "搬迁人口", "Relocated people")),
    *_cells("household", ("A3", "有劳动力户", "Households with labour")),
    *_cells("person", ("B1", "劳动力总数", "Labour force"), ("B1_over", "其中超过劳动年龄", "of these beyond working age"),
            ("B2", "其中脱贫（含监测）", "of these registered or monitored"),
            ("B3", "有就业意愿", "Who work or want to"),
            ("C1", "已就业", "Employed"), ("C2", "省外", "outside the province"), ("C3", "省内县外", "in the province, outside the county"),
            ("C4", "县内", "in the county"), ("C5", "境外", "abroad"), ("C6", "其中公益性岗位", "of these in public-welfare posts"),
            ("C7", "其中帮扶车间", "of these in workshops"), ("C8", "其中以工代赈", "of these in work-for-relief"),
            ("C9", "其中创业", "of these self-employed"), ("C10", "其中灵活就业", "of these in casual work"),
            ("D1", "未就业有意愿", "Without work, want it"), ("D2", "未就业无意愿", "Without work, do not want it"),
            ("D3", "情况不明", "Situation unknown")),
    *_cells("household", ("E1", "有人就业户", "Households with somebody at work"), ("E2_new", "本期新增零就业户", "Zero-employment, new"),
            ("E2_cleared", "本期清零", "Zero-employment, cleared"), ("E2_end", "期末零就业户", "Zero-employment, at the end"),
            ("E2_awaiting", "其中已上岗待核实", "of these at work, not yet checked"), ("E2_overdue", "其中超期未清零", "of these overdue"),
            ("E2_unknown", "未销号而情况不明", "Open cases whose situation is unknown now"),
            ("Z1", "零就业户", "Zero-employment households"), ("Z2", "有就业意愿的零就业户", "Zero-employment households that want work"),
            ("Z_unknown", "就业情况不明户", "Households whose situation is unknown")),
    *_cells("post", ("F1", "岗位收集", "Posts collected"), ("F2", "定向投放", "Posts directed to sites")),
    *_cells("referral", ("F3", "推荐人次", "Referrals")),
    *_cells("person", ("F4", "达成意向", "People with an intention"), ("F5", "上岗", "People who began work")),
    *_cells("transfer_batch", ("G1", "输出批次", "Transfer batches")),
    *_cells("person", ("G2", "点对点人数", "People sent point to point")),
    *_cells("service", ("H1_courses", "培训期数", "Trainings")),
    *_cells("service_attendance", ("H1_attendances", "培训人次", "Attendances of trainings")),
    *_cells("person", ("H2", "取证", "People certified"), ("H3", "训后就业", "People at work after training")),
    *_cells("fair", ("I1_fairs", "招聘会场次", "Job fairs"), ("I1_employers", "参会单位", "Employers at fairs"),
            ("I1_posts", "招聘岗位", "Posts at fairs"), ("I1_attended", "进场人次", "Visits to fairs"),
            ("I1_intentions", "意向人数", "Intentions at fairs"), ("I1_hired", "录用人数", "Hired at fairs")),
    *_cells("person", ("J1", "新增公益性岗位", "New in public-welfare posts"), ("K1", "调查完成", "Surveyed")),
    *_cells("person", ("K2", "抽查", "Spot-checked"), ("K3", "抽查不符", "Spot checks that differ")),
    *_cells("person", ("organised", "有组织外出", "Gone out organised"), ("verified", "已核实就业", "Employed and checked"), part=True),
    *_cells("placement", ("placed_3m", "三个月前上岗", "Begun three months ago"),
            ("kept_3m", "满三个月仍在岗", "Still there after three months"), part=True),
]
CELLS = {cell.code: cell for cell in _ALL}
RATES = {rate.key: rate for rate in (
    Rate("employment_rate", "就业率", "Employment rate", ("C1",), ("B1",)),
    Rate("willing_employment_rate", "有意愿就业率", "Employment rate of those who want work", ("C1",), ("B3",)),
    Rate("household_employment_rate", "户就业率", "Households with somebody at work", ("E1",), ("A3",)),
    Rate("organised_rate", "组织化程度", "Organised share of those who went out", ("organised",), ("C2", "C3", "C5")),
    Rate("retention_3m_rate", "稳岗率（3个月）", "Still in post after three months", ("kept_3m",), ("placed_3m",)),
    Rate("referral_success_rate", "推荐成功率", "Referrals that led to work", ("F5",), ("F3",)),
    Rate("training_employment_rate", "训后就业率", "At work after training", ("H3",), ("H1_attendances",)),
    Rate("verification_rate", "核实率", "Employed and checked", ("verified",), ("C1",)),
    Rate("survey_rate", "摸排率", "Surveyed", ("K1",), ("B1",)),
    Rate("mismatch_rate", "不符率", "Spot checks that differ", ("K3",), ("K2",)),
)}


@dataclass(frozen=True, slots=True)
class Identity:
    """What must hold between figures. Attributes: key, left and right (codes that are summed), least (left may be more than right)."""

    key: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    least: bool = False


IDENTITIES = (
    Identity("B1 = C1+D1+D2+D3", ("B1",), ("C1", "D1", "D2", "D3")),
    Identity("C1 = C2+C3+C4+C5", ("C1",), ("C2", "C3", "C4", "C5")),
    Identity("A3 >= E1+E2", ("A3",), ("E1", "E2_end"), least=True),
)
