"""Names for invented people: what each people of the practice county is called. Promises nobody's real name is meant.

Han-style names have a surname and one or two letters; a Uygur name stands before the father's with `·` between; Tibetan
names, and those of some old people, have one part and no surname at all.
"""
from random import Random

ETHNIC_WEIGHTS = {"01": 36, "06": 25, "12": 17, "09": 8, "15": 5, "25": 3, "07": 3, "04": 2, "05": 1}
HAN, YI, TIBETAN, UYGUR, MIAO, DONG = "01", "07", "04", "05", "06", "12"

_SURNAMES = {
    "01": "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕单解仇",
    "06": "杨吴龙石麻潘张李王罗熊陶侯古项顾马白田陆",
    "12": "杨吴石陆龙欧罗粟姚潘黄蒙林银补梁",
    "09": "罗韦岑黄王陆卢班覃莫伍杨",
    "15": "田向彭冉覃张黄杨李秦",
    "25": "韦潘蒙石吴陆杨王莫",
}
_MEN = (
    "国强", "建华", "志明", "文军", "永福", "光荣", "正兴", "老岩", "昌明", "胜祥", "秀林", "通贤", "再兴", "明贵", "德昌", "世忠", "小龙", "海波",
    "俊杰", "浩然", "子轩", "宇航", "天佑", "家豪", "金保", "水生", "石保", "岩保", "成", "勇", "伟", "涛", "鹏", "磊", "斌", "军", "平",
    "贵", "松", "林",
)
_WOMEN = (
    "秀英", "桂花", "玉兰", "美香", "春梅", "银花", "阿妹", "兰芳", "凤仙", "金凤", "腊梅", "花妹", "奶香", "老妹", "彩云", "小燕", "雨欣", "梓涵",
    "诗琪", "思颖", "佳怡", "婷婷", "晓芳", "丽", "芳", "敏", "娟", "燕", "梅", "香", "菊", "英", "莲", "云",
)
_YI_FAMILIES = ("吉克", "阿苦", "沙马", "曲比", "阿余", "俄木", "马海", "吉木")
_YI_MEN, _YI_WOMEN = ("拉惹", "木呷", "尔古", "史布", "伍合"), ("阿呷", "伍呷", "阿牛", "木果", "尔作")
_TIBETAN_MEN, _TIBETAN_WOMEN = ("扎西", "多吉", "次仁", "尼玛", "扎西顿珠", "索朗"), ("卓玛", "拉姆", "央金", "德吉", "白玛拉姆")
_UYGUR_MEN, _UYGUR_WOMEN = ("买买提", "艾山", "玉素甫", "吐尔逊", "艾尼瓦尔"), ("阿依古丽", "热娜", "古丽努尔", "帕提古丽", "玛依拉")
_OLD_ONE_PART = ("够妹", "阿彩", "奶秀", "老引", "补发", "翁香")
_OLD = 65


def ethnic_group(rng: Random) -> str:
    """Return the code of a household's people, by how common it is in the practice county."""
    return rng.choices(list(ETHNIC_WEIGHTS), list(ETHNIC_WEIGHTS.values()))[0]


def surname(rng: Random, ethnic: str) -> str:
    """Return a family name; where a people has none, the name by which the father is called."""
    if ethnic == YI:
        return rng.choice(_YI_FAMILIES)
    if ethnic == UYGUR:
        return rng.choice(_UYGUR_MEN)
    if ethnic == TIBETAN:
        return ""
    return rng.choice(_SURNAMES[ethnic])


def full_name(rng: Random, ethnic: str, sex: str, family: str, age: int) -> str:
    """Return a full name in the style of this people, sex and age."""
    man = sex == "1"
    if ethnic == UYGUR:
        return f"{rng.choice(_UYGUR_MEN if man else _UYGUR_WOMEN)}·{family or rng.choice(_UYGUR_MEN)}"
    if ethnic == TIBETAN:
        return rng.choice(_TIBETAN_MEN if man else _TIBETAN_WOMEN)
    if ethnic == YI:
        return (family or rng.choice(_YI_FAMILIES)) + rng.choice(_YI_MEN if man else _YI_WOMEN)
    if ethnic in (MIAO, DONG) and not man and age >= _OLD and rng.random() < 0.25:
        return rng.choice(_OLD_ONE_PART)
    return (family or surname(rng, ethnic)) + rng.choice(_MEN if man else _WOMEN)
