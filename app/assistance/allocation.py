"""Allocation: many people to posts of which there are few, all at once, best in total. Promises that no post has more people than seats, that
nobody has two, that nobody goes where a rule keeps them out, and that no other allocation has a greater sum of scores.

The sum is found by scipy's HiGHS over the pairs that matter; its prices prove it over all of them: as long as a pair that was left out would
pay at these prices, it is put in and the sum is sought again. Each person is told which of their choices it is, and where a better one went.
"""
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.assistance.factors import Terms
from app.assistance.posts import Post
from app.assistance.ranking import BLOCK, NOBODY, Columns
from app.assistance.reasons import points
from app.assistance.seekers import PINNED, Pool, Seeker
from app.models.language import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.signedinteger[Any]]

FIRST_LOOK, MORE = 16, 8  # how many of each person's best posts are looked at first, and each time after
NEED = {"1": 0.3, "2": 0.2, "3": 0.1}  # hundredths of points: of equal sums the one that helps those most in need
TOLERANCE = 1e-6
Progress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Place:
    """What one person gets. Attributes: post (None: nothing), score (hundredths), choice (1: the best of what they may do), choices (how many
    posts they may do), missed (the best one they did not get), missed_score, loss (hundredths: the sum would be less by at least this much if they
    had got it), fuller (whether everybody who got it scores at least as high there)."""

    seeker: Seeker
    post: Post | None
    score: int
    choice: int
    choices: int
    missed: Post | None = None
    missed_score: int = 0
    loss: int = 0
    fuller: bool = False

    def why(self) -> str:
        """Return in a sentence which choice it is, and what became of the better one."""
        if not self.choices:
            return say("没有能去的岗位", "No post that could be taken")
        if self.post is None:
            head = say(f"没有安排上：能去的 {self.choices} 个岗位都满了", f"Nothing: the {self.choices} posts that could be taken are full")
        elif self.choice == 1:
            return say(f"第一选择，{points(self.score)} 分", f"First choice, {points(self.score)} points")
        else:
            head = say(f"第{_ordinal(self.choice)}选择，{points(self.score)} 分", f"Choice {self.choice}, {points(self.score)} points")
        if self.missed is None:
            return head
        seats, name = self.missed.left, self.missed.name()
        if self.fuller:
            there = say(f"第一选择“{name}”他 {points(self.missed_score)} 分，{seats} 个名额都给了分数不低于他的人",
                        f"the {seats} seats of the first, {name} ({points(self.missed_score)} points), went to people with no fewer points")
        elif self.loss:
            there = say(f"第一选择“{name}”他 {points(self.missed_score)} 分，可是 {seats} 个名额换他去，合起来至少少 {points(self.loss)} 分",
                        f"one of the {seats} seats of the first, {name} ({points(self.missed_score)} points), would cost at least"
                        f" {points(self.loss)} in the sum")
        else:
            there = say(f"第一选择“{name}”他 {points(self.missed_score)} 分，{seats} 个名额换他去，合起来也不会更多",
                        f"one of the {seats} seats of the first, {name} ({points(self.missed_score)} points), would not raise the sum")
        return say(f"{head}，因为{there}", f"{head}, because {there}")


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who goes where.

    Attributes: places (everybody who was asked for, in the order of need), total (hundredths), version (of the weights), rounds (how often
    the sum was sought), pairs (over how many in the end).
    """

    places: tuple[Place, ...]
    total: int
    version: str
    rounds: int
    pairs: int

    @property
    def placed(self) -> int:
        """Return how many got a post."""
        return sum(place.post is not None for place in self.places)


def allocate(pool: Pool, terms: Terms, step: Progress = lambda done, total: None) -> Allocation:
    """Return the allocation of everybody in the pool to its posts that is best in total.

    Who is pinned to a post that is open to them has a seat there as long as there is one, those most in need first.
    """
    import numpy as np

    columns = Columns(pool, terms)
    scores = np.full((len(columns.seekers), len(columns.posts)), NOBODY, np.int32)
    for block in columns.blocks():
        scores[block.rows] = block.scores
    step(1, 4)
    seats = np.array([post.left for post in columns.posts], dtype=np.int64)
    given = _pinned(pool, columns, scores, seats)
    need = np.array([NEED.get(str(seeker.need[0]) if seeker.need else "", 0.0) for seeker in columns.seekers]) / max(1, len(columns.seekers))
    left = seats - np.bincount(given[given >= 0], minlength=len(seats))
    chosen, prices, rounds, pairs = _solve(_Worth(scores, need, left), np.flatnonzero(given < 0), given, step)
    return _told(columns, scores, seats, chosen, prices, terms.scoring.version, rounds, pairs)


def _pinned(pool: Pool, columns: Columns, scores: "Ints", seats: "Ints") -> "Ints":
    """Return the column to which each row is pinned, -1 for none."""
    import numpy as np

    at = {post.id: n for n, post in enumerate(columns.posts)}
    left, given = seats.copy(), np.full(len(columns.seekers), NOBODY, np.int64)
    wanted = {person: post for (person, post), pick in sorted(pool.picks.items(), reverse=True) if pick.action == PINNED}
    for row, seeker in enumerate(columns.seekers):
        column = at.get(wanted.get(seeker.id, ""), NOBODY)
        if column != NOBODY and scores[row, column] >= 0 and left[column] > 0:
            left[column] -= 1
            given[row] = column
    return given


@dataclass(frozen=True, slots=True)
class _Worth:
    """What pairs are worth: their scores, and a little by need. Attributes: scores (-1 excluded), need (of each row), seats (left in each column)."""

    scores: "Ints"
    need: "Floats"
    seats: "Ints"

    def of(self, rows: "Ints") -> "Floats":
        """Return rows x columns; minus infinity where a rule or a full post forbids it."""
        import numpy as np

        found = self.scores[rows] + self.need[rows, None]
        found[(self.scores[rows] < 0) | (self.seats <= 0)] = -np.inf
        return np.asarray(found)

    def of_pairs(self, rows: "Ints", columns: "Ints") -> "Floats":
        """Return what these pairs are worth."""
        found: Floats = self.scores[rows, columns] + self.need[rows]
        return found


def _solve(worth: _Worth, free: "Ints", given: "Ints", step: Progress) -> "tuple[Ints, Floats, int, int]":
    """Return the column of each row (-1 none), the price of a seat in each column, how often the sum was sought, over how many pairs."""
    import numpy as np

    m = len(worth.seats)
    chosen, prices = given.copy(), np.zeros(m)
    if not m or not len(free):
        return chosen, prices, 0, 0
    pairs = _Pairs(worth, free)
    pairs.look(prices, np.full(len(free), -np.inf), FIRST_LOOK)
    while True:
        pairs.rounds += 1
        step(1 + 3 * pairs.rounds / (pairs.rounds + 2), 4)
        gains = worth.of_pairs(free[pairs.rows], pairs.columns)
        taken, prices = _linear(gains, pairs.rows, pairs.columns, len(free), worth.seats)
        best = np.zeros(len(free))
        np.maximum.at(best, pairs.rows, gains - prices[pairs.columns])
        if not pairs.look(prices, best + TOLERANCE, MORE):
            break
    chosen[free[pairs.rows[taken]]] = pairs.columns[taken]
    return chosen, prices, pairs.rounds, len(pairs.rows)


class _Pairs:
    """The pairs that matter. Attributes: rows (places among the free), columns, rounds (how often the sum was sought over them)."""

    def __init__(self, worth: _Worth, free: "Ints") -> None:
        import numpy as np

        self.worth, self.free, self.rounds = worth, free, 0
        self.rows, self.columns = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.held = np.zeros((len(free), len(worth.seats)), dtype=bool)

    def look(self, prices: "Floats", above: "Floats", most: int) -> bool:
        """Take in the best pairs of each row that would bring more at these prices than the row has; tell whether there was any."""
        import numpy as np

        before, most = len(self.rows), min(most, len(prices))
        for start in range(0, len(self.free), BLOCK):
            part = slice(start, start + BLOCK)
            net = self.worth.of(self.free[part]) - prices
            net[self.held[part]] = -np.inf
            best = np.argpartition(-net, most - 1, axis=1)[:, :most]
            rows, at = np.nonzero(np.take_along_axis(net, best, axis=1) > above[part, None])
            columns = best[rows, at]
            self.held[rows + start, columns] = True
            self.rows, self.columns = np.concatenate((self.rows, rows + start)), np.concatenate((self.columns, columns))
        return len(self.rows) > before


def _linear(worth: "Floats", rows: "Ints", columns: "Ints", n: int, seats: "Ints") -> "tuple[Ints, Floats]":
    """Return which pairs make the greatest sum, and the price of a seat in each column. A bug rises where the solver does not end."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    pairs, m = len(worth), len(seats)
    if not pairs:
        return np.zeros(0, dtype=np.int64), np.zeros(m)
    at = np.arange(pairs)
    limits = csr_array((np.ones(2 * pairs), (np.concatenate((rows, n + columns)), np.concatenate((at, at)))), shape=(n + m, pairs))
    found = linprog(-worth, A_ub=limits, b_ub=np.concatenate((np.ones(n), np.maximum(seats, 0))), bounds=(0, 1), method="highs-ds")
    if found.status != 0:
        raise RuntimeError(found.message)
    whole = np.round(found.x)
    if np.abs(found.x - whole).max() > TOLERANCE:
        raise RuntimeError("the solver split a person")  # its simplex ends at corners, and every corner is whole
    return np.flatnonzero(whole), np.maximum(0.0, -found.ineqlin.marginals[n:])


def _told(columns: Columns, scores: "Ints", seats: "Ints", chosen: "Ints", prices: "Floats", version: str, rounds: int, pairs: int) -> Allocation:
    """Return the allocation in words' reach: which choice each one is, and what the best missed one would have cost the others."""
    import numpy as np

    lowest = np.full(len(columns.posts), np.iinfo(np.int32).max)
    placed = np.flatnonzero(chosen >= 0)
    np.minimum.at(lowest, chosen[placed], scores[placed, chosen[placed]])
    places, total = [], 0
    for row, seeker in enumerate(columns.seekers):
        mine, column = scores[row], int(chosen[row])
        score = int(mine[column]) if column >= 0 else 0
        total += score
        better = np.flatnonzero(mine > score) if column >= 0 else np.flatnonzero((mine >= 0) & (seats > 0))
        missed = int(better[np.argmax(mine[better])]) if len(better) else NOBODY
        choices = int((mine >= 0).sum())
        if missed < 0:
            places.append(Place(seeker, columns.posts[column] if column >= 0 else None, score, 1 if column >= 0 else 0, choices))
            continue
        stay = score - prices[column] if column >= 0 else 0.0
        loss = max(0, round(stay - (int(mine[missed]) - prices[missed])))
        places.append(Place(seeker, columns.posts[column] if column >= 0 else None, score, len(better) + 1 if column >= 0 else 0, choices,
                            columns.posts[missed], int(mine[missed]), loss, bool(lowest[missed] >= mine[missed])))
    return Allocation(tuple(places), total, version, rounds, pairs)


def _ordinal(n: int) -> str:
    return "一二三四五六七八九十"[n - 1] if n <= 10 else f" {n} "
