"""Options: an answer that a table offers is chosen only where it means what the ledger says."""
import pytest

from app.books.options import fitting, meant, said_yes, saying, wider, yes_and_no
from app.models.dictionary import dictionary


@pytest.mark.parametrize(("list", "code", "options", "chosen"), [
    ("sex", "1", "1-男,2-女", "1-男"), ("education", "X1", "小学及以下,初中,高中/中专/职高", "小学及以下"),
    ("education", "44", "初中,高中/中专/职高,大专", "高中/中专/职高"), ("education", "10", "大专,本科及以上", "本科及以上"),
    ("education", "31", "大专,本科及以上", "大专"), ("education", "41", "高中,大专", None),
    ("work_area", "1", "县内,省内县外,省外", "县内"), ("labour_status", "3", "已就业,未就业", "未就业"),
    ("labour_status", "2", "未就业,失业", None), ("labour_capacity", "3", "有劳动能力,弱劳动能力,无劳动能力", "弱劳动能力"),
    ("labour_capacity", "4", "有劳动能力,无劳动能力", "无劳动能力"), ("relation", "38", "配偶,子,女,其他亲属", None),
    ("relation", "32", "配偶,子,女", "女"), ("relation", "10", "配偶,子", "配偶"), ("health", "2", "健康,残疾", None)])
def test_the_option_that_means_a_code(list: str, code: str, options: str, chosen: str | None) -> None:
    assert fitting(dictionary().codes[list], code, options.split(",")) == chosen


def test_a_wider_code_takes_in_its_own_and_nobody_by_marriage() -> None:
    assert wider("education", "20", "28") and wider("relation", "30", "32") and not wider("relation", "30", "38") and not wider("sex", "0", "1")
    assert meant(dictionary().codes["education"], "没听说过") == frozenset()


@pytest.mark.parametrize(("options", "yes", "no"), [
    ("是,否", "是", "否"), ("1,0", "1", "0"), ("已就业,未就业", "已就业", "未就业"), ("甲,乙", None, None), ("是,否,不清楚", "是", "否"),
    ("愿意,不愿意", "愿意", "不愿意")])
def test_the_option_that_says_yes_or_no(options: str, yes: str | None, no: str | None) -> None:
    assert (saying(options.split(","), True), saying(options.split(","), False)) == (yes, no)


def test_words_of_yes_and_no() -> None:
    assert yes_and_no(["是", "否"]) and yes_and_no(["N", "Y"]) and not yes_and_no(["是"]) and not yes_and_no([]) and not yes_and_no(["男", "女"])
    assert (said_yes("参加过"), said_yes("未参加"), said_yes("其他")) == (True, False, None)
