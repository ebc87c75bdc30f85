"""Units: in which money a column is written. Promises that a unit that is not known is never taken for one that is."""
import re
from decimal import Decimal

from app.models.dictionary import Field, fold

MONEY = ("元", "元/月")  # units of the dictionary's fields of money
_IN_BRACKETS = re.compile(r"[（(\[【]\s*(?:单位[:：]\s*)?([^（()）\]】]{1,10})\s*[）)\]】]")
_BRACKETS = re.compile(r"[（(\[【][^（()）\[\]【】]*[）)\]】]")
_MONEY = re.compile(r"[元币美港欧$￥¥]|yuan|usd|cny|rmb|dollar|euro", re.IGNORECASE)
_YUAN: dict[str, Decimal] = {"元": Decimal(1), "元/月": Decimal(1), "元/人月": Decimal(1), "元每月": Decimal(1), "人民币": Decimal(1),
                             "yuan": Decimal(1), "cny": Decimal(1), "rmb": Decimal(1),
                             "人民币元": Decimal(1), "万元": Decimal(10_000), "千元": Decimal(1_000), "百元": Decimal(100),
                             "万元/月": Decimal(10_000), "千元/月": Decimal(1_000)}


def bare(head: str) -> str:
    """Return a head without what stands in brackets."""
    return _BRACKETS.sub("", head)


def yuan_of(field: Field | None, head: str, unit: str = "") -> Decimal | None:
    """Return how many 元 one unit of a column of money is; 1 where the head names none or the field is no money, None where it is not known.

    `unit` is what stands elsewhere: a head's own comes first."""
    if field is None or field.unit not in MONEY:
        return Decimal(1)
    money = [unit for unit in _IN_BRACKETS.findall(head) if _MONEY.search(unit)]
    told = money[0] if money else unit
    return _YUAN.get(fold(told)) if told else Decimal(1)
