"""Names are found by every reading of their surname, whatever pypinyin thinks."""
import subprocess
import sys

import pytest

from app.models.pinyin import MOST_KEYS, pinyin_keys, sort_key

SURNAMES = {  # those that a general dictionary reads wrong (domain.md 4.1)
    "单": "shan", "解": "xie", "仇": "qiu", "曾": "zeng", "查": "zha", "翟": "zhai", "区": "ou", "乐": "yue", "覃": "qin",
    "繁": "po", "折": "she", "种": "chong", "召": "shao", "句": "gou", "隗": "wei", "祭": "zhai", "阚": "kan", "乜": "nie",
    "重": "chong", "蕃": "bo", "佴": "nai", "粘": "nian", "适": "kuo", "秘": "bi", "藏": "zang", "厘": "xi", "黑": "he",
    "朴": "piao", "任": "ren", "华": "hua", "冼": "xian", "员": "yun", "盖": "ge",
}


@pytest.mark.parametrize(("surname", "reading"), SURNAMES.items())
def test_a_surname_is_found_and_sorted_by_its_own_reading(surname: str, reading: str) -> None:
    keys = pinyin_keys(surname + "小梅").split()
    assert f"{reading[0]}xm" in keys
    assert f"{reading}xiaomei" in keys
    assert sort_key(surname + "小梅") == f"{reading}xiaomei"


def test_all_readings_of_a_surname_give_initials() -> None:
    keys = pinyin_keys("单雄信").split()
    assert {key for key in keys if len(key) == 3} == {"dxx", "cxx", "sxx"}
    assert "shanxiongxin" in keys


def test_two_letter_surnames_are_read_whole() -> None:
    assert pinyin_keys("尉迟恭") == "ycg yuchigong"
    assert pinyin_keys("欧阳修") == "oyx ouyangxiu"


def test_u_umlaut_is_found_as_v_and_as_u() -> None:
    assert {"lvbu", "lubu", "lb"} <= set(pinyin_keys("吕布").split())
    assert pinyin_keys("呂布") == pinyin_keys("吕布")


def test_separators_do_not_count_and_latin_stays() -> None:
    assert "mmttex" in pinyin_keys("买买提·吐尔逊").split()
    assert pinyin_keys("Anna Li") == "annali"
    assert pinyin_keys("") == ""


def test_a_rare_letter_is_read_or_kept_and_never_stops_the_name() -> None:
    assert pinyin_keys("杨\U0002044a").startswith("y")
    assert pinyin_keys("杨䶮") == "yy yangyan"


def test_readings_do_not_explode() -> None:
    assert len(pinyin_keys("单乐行长朝乐行长").split()) <= 2 * MOST_KEYS * 2


def test_pypinyin_is_loaded_only_when_a_name_is_read() -> None:
    program = "import sys, app.models.pinyin; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_names_with_one_reading_take_a_short_way_that_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.models import pinyin

    names = [first + second + third for first in "王李单吕女曾解重欧" for second in "伟绿女长行阳" for third in ("", "芳", "吕", "重")]
    names += ["欧阳修", "Anna", "覃·娜", "A b", "阿依·古丽", "女", ""]
    short = [pinyin_keys(name) for name in names]
    monkeypatch.setattr(pinyin, "_one_reading", lambda letters: [])
    assert short == [pinyin_keys(name) for name in names]
