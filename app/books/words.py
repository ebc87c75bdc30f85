"""Words: what offices call things, from resources/dictionary/heads.csv. Promises them folded, list by list.

A row is a list, what the words mean there ("" where they mean several things), and the words. Lists are: fill, posts, training (heads of such
tables), option:education and the like (what stands for several codes of that list), before, who, doing, after (what a head may leave out).
"""
import csv
from collections.abc import Mapping
from functools import cache

from app.models.dictionary import fold
from app.models.resources import resource

EDGE = "*:?()[]#.、"


def words_of(list: str) -> Mapping[str, str]:
    """Return folded word -> what it means, of a list; {} where there is none of this name."""
    return _words().get(list, {})


@cache
def _words() -> dict[str, dict[str, str]]:
    out: dict[str, dict[str, str]] = {}
    with resource("dictionary", "heads.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            out.setdefault(row["list"], {}).update((fold(head).strip(EDGE), row["marker"]) for head in row["heads"].split("|"))
    return out
