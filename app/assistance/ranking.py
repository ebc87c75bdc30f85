"""Ranking: everybody against every post at once, by columns. Promises what `matching` says of each pair, in bounded memory.

A factor sees only its two keys and how far the work is (`factors`), so it is worked out once for each pair of *different* keys, by the very
functions that judge one person and one post; blocks of people of one township then look their numbers up. A test keeps both ways equal.
"""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.assistance.factors import ORDER, REFUSED, RULES, STRUCK, TERMS, TURNED_DOWN, Rule, Term, Terms, level
from app.assistance.posts import Post, order
from app.assistance.seekers import PINNED, Pool, Seeker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.signedinteger[Any]]

BLOCK = 2048  # people at a time
LEVELS = 6  # 0 not known, 1 township ... 5 abroad
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Block:
    """The scores of some people. Attributes: rows (their places in `Columns.seekers`), scores (people x posts: hundredths, -1 excluded)."""

    rows: "Ints"
    scores: "Ints"


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best of everybody. Attributes: people, posts (ids in the order of the rows and columns of what follows), for_people (people x k:
    columns of the best posts, -1 where there are no more), for_posts (posts x k: rows of the best people), and their scores."""

    people: tuple[str, ...]
    posts: tuple[str, ...]
    for_people: "Ints"
    people_scores: "Ints"
    for_posts: "Ints"
    posts_scores: "Ints"


class Columns:
    """People and posts as columns. Attributes: seekers (those in need first), posts (by `posts.order`), excluded (rule -> pairs, if counted)."""

    def __init__(self, pool: Pool, terms: Terms, counting: bool = False) -> None:
        import numpy as np

        self.seekers = sorted(pool.seekers, key=lambda one: (one.need, one.id))
        self.posts = sorted(pool.posts, key=order)
        self.excluded: dict[str, int] | None = dict.fromkeys(ORDER, 0) if counting else None
        weights = terms.scoring.weights
        self.width = np.int16 if sum(weights.values()) * 100 < 2**15 else np.int32
        self._rules = {rule.key: self._rule(rule, terms) for rule in RULES}
        self._terms = [self._term(term, weights[term.key]) for term in TERMS]
        self._pairs = self._said(pool)

    def blocks(self) -> Iterator[Block]:
        """Yield the scores of all people, a block at a time; those of one township together."""
        import numpy as np

        towns: dict[str, list[int]] = {}
        for row, seeker in enumerate(self.seekers):
            towns.setdefault(seeker.place[:9], []).append(row)
        areas = sorted({post.area for post in self.posts})
        which = np.array([areas.index(post.area) for post in self.posts], dtype=np.intp)
        for town, members in towns.items():
            far = np.array([level(town, area) for area in areas], dtype=np.intp)[which] if areas else which
            rules = {key: factor.at(far) for key, factor in self._rules.items()}
            terms = [factor.at(far) for factor in self._terms]
            for start in range(0, len(members), BLOCK):
                rows = np.array(members[start:start + BLOCK], dtype=np.int32)
                yield Block(rows, self._scores(rows, rules, terms))

    def _scores(self, rows: "Ints", rules: "dict[str, _At]", terms: "list[_At]") -> "Ints":
        import numpy as np

        out = np.zeros((len(rows), len(self.posts)), dtype=bool)
        pairs = self._pairs_of(rows)
        for key in ORDER:
            there = pairs.get(key) if key not in rules else rules[key].of(rows)
            if there is None:
                continue
            if self.excluded is not None:
                self.excluded[key] += int(np.count_nonzero(there & ~out))
            out |= there
        scores = np.zeros(out.shape, dtype=self.width)
        for term in terms:
            scores += term.of(rows)
        scores[out] = NOBODY
        return scores

    def _rule(self, rule: Rule, terms: Terms) -> "_Factor":
        return _Factor(self, rule.person, lambda post: rule.post(post, terms), lambda a, b, far: rule.excludes(a, b, far, terms), rule.far, bool)

    def _term(self, term: Term, weight: int) -> "_Factor":
        return _Factor(self, term.person, term.post, lambda a, b, far: term.step(a, b, far)[1] * weight, term.far, self.width)

    def _said(self, pool: Pool) -> dict[str, dict[int, list[int]]]:
        """Return rule -> row -> columns of what was said of single pairs."""
        column, row = {p.id: n for n, p in enumerate(self.posts)}, {s.id: n for n, s in enumerate(self.seekers)}
        said: dict[str, dict[int, list[int]]] = {
            REFUSED: {n: [column[p] for p in s.refused if p in column] for n, s in enumerate(self.seekers) if s.refused},
            TURNED_DOWN: {n: [column[p] for p in s.declined if p in column] for n, s in enumerate(self.seekers) if s.declined}, STRUCK: {}}
        for (person, post), pick in pool.picks.items():
            if pick.action != PINNED and person in row and post in column:
                said[STRUCK].setdefault(row[person], []).append(column[post])
        return said

    def _pairs_of(self, rows: "Ints") -> dict[str, Any]:
        """Return rule -> people x posts of these rows, where anything was said."""
        import numpy as np

        out: dict[str, Any] = {}
        for key, said in self._pairs.items():
            if not said:
                continue
            out[key] = np.zeros((len(rows), len(self.posts)), dtype=bool)
            for at, row in enumerate(rows.tolist()):
                out[key][at, said.get(row, ())] = True
        return out


class _Factor:
    """One factor as a table: person's key x (level, post's key). Attributes: rows (the key of each person), columns (of each post)."""

    def __init__(self, of: Columns, person: Callable[[Seeker], Any], post: Callable[[Post], Any], value: Callable[[Any, Any, int], Any],
                 far: bool, type: Any) -> None:
        import numpy as np

        mine, self.rows = _keys([person(one) for one in of.seekers])
        theirs, self.columns = _keys([post(one) for one in of.posts])
        self.far, self.wide = far, len(theirs)
        levels = range(LEVELS) if far else (0,)
        told = [[value(a, b, n) for n in levels for b in theirs] for a in mine]
        self.table = np.array(told, dtype=type).reshape(len(mine), len(levels) * len(theirs))

    def at(self, far: "Ints") -> "_At":
        """Return the factor where the posts are so far away."""
        import numpy as np

        columns = self.columns + far * self.wide if self.far else self.columns
        if self.table.shape[0] * len(columns) > _EXPANDED:
            return _At(self.table, self.rows, columns)
        return _At(np.ascontiguousarray(self.table[:, columns]), self.rows, None)


_EXPANDED = 1 << 24  # cells of a table that are kept with a column for each post


@dataclass(frozen=True, slots=True)
class _At:
    table: Any
    rows: Any
    columns: Any

    def of(self, rows: "Ints") -> Any:
        """Return people x posts of these rows."""
        if self.table.shape[0] == 1 and self.columns is None:
            return self.table  # the same for everybody
        found = self.table.take(self.rows[rows], axis=0)
        return found if self.columns is None else found.take(self.columns, axis=1)


def _keys(values: Sequence[Any]) -> tuple[list[Any], Any]:
    """Return the different values, and which of them each one is."""
    import numpy as np

    known: dict[Any, int] = {}
    which = np.fromiter((known.setdefault(value, len(known)) for value in values), dtype=np.intp, count=len(values))
    return list(known), which


def rank(pool: Pool, terms: Terms, k: int = 10) -> Ranking:
    """Return the k best posts for everybody and the k best people for every post; equal ones in the order of `Columns`."""
    import numpy as np

    columns = Columns(pool, terms)
    n, m = len(columns.seekers), len(columns.posts)
    for_people, people_scores = np.full((n, k), NOBODY, np.int32), np.full((n, k), NOBODY, np.int32)
    best = _Best(n, m, k)
    for block in columns.blocks():
        if m:
            keys = block.scores.astype(np.int32) * m + np.arange(m - 1, -1, -1, dtype=np.int32)
            keep = min(k, m)
            top = -np.sort(-np.partition(keys, m - keep, axis=1)[:, m - keep:], axis=1)
            there = top >= 0
            for_people[block.rows, :keep] = np.where(there, m - 1 - top % m, NOBODY)
            people_scores[block.rows, :keep] = np.where(there, top // m, NOBODY)
        best.add(block)
    return Ranking(tuple(s.id for s in columns.seekers), tuple(p.id for p in columns.posts), for_people, people_scores, *best.found())


class _Best:
    """The best people of each post so far. A key holds score and place in line, the greatest first."""

    def __init__(self, n: int, m: int, k: int) -> None:
        import numpy as np

        self.n, self.k = max(n, 1), k
        self.keys = np.full((m, k), NOBODY, np.int64)

    def add(self, block: Block) -> None:
        """Take in the people of a block who are better than the last of a post's best."""
        import numpy as np

        least = np.maximum(self.keys[:, -1] // self.n, 0).astype(block.scores.dtype)
        rows, columns = np.nonzero(block.scores >= least)
        keys = block.scores[rows, columns].astype(np.int64) * self.n + (self.n - 1 - block.rows[rows])
        better = keys > self.keys[columns, -1]
        keys, columns = keys[better], columns[better]
        line = np.lexsort((-keys, columns))
        keys, columns = keys[line], columns[line]
        starts = np.searchsorted(columns, np.arange(len(self.keys)))
        place = np.arange(len(columns)) - starts[columns]
        fresh = np.full_like(self.keys, NOBODY)
        first = place < self.k
        fresh[columns[first], place[first]] = keys[first]
        self.keys = -np.sort(-np.concatenate((self.keys, fresh), axis=1), axis=1)[:, :self.k]

    def found(self) -> "tuple[Ints, Ints]":
        """Return posts x k: rows of the people, and their scores."""
        import numpy as np

        there = self.keys >= 0
        return (np.where(there, self.n - 1 - self.keys % self.n, NOBODY).astype(np.int32),
                np.where(there, self.keys // self.n, NOBODY).astype(np.int32))
