"""Allocation of 10,000 people to 2,000 posts

Best in total, over every pair a rule allows. Beside it: everybody in the order of need takes the best seat that is left.
"""
import resource
import time

import numpy as np

from app.assistance.allocation import allocate
from app.assistance.factors import Terms
from app.assistance.ranking import Columns
from app.assistance.scoring import Scoring
from tests.assistance.conftest import DAY
from tests.bench.assistance.ranking import world

PEOPLE, POSTS = 10_000, 2_000


def run() -> list[str]:
    """Return the lines of the table."""
    lines = ["| seats | placed | sum of points | CPU s | wall s | rounds | pairs looked at | in turn: placed | sum | its CPU s |", "| --- " * 10
             + "|"]
    terms = Terms(Scoring(), DAY)
    for seats in (10, 2):  # for each post at most: many seats, and few
        pool = world(PEOPLE, POSTS, seats=seats)
        wall, cpu = time.perf_counter(), time.process_time()
        found = allocate(pool, terms)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        start = time.process_time()
        placed, total = _in_turn(Columns(pool, terms))
        all_seats = sum(p.left for p in pool.posts)
        lines.append(f"| {all_seats:,} | {found.placed:,} | {found.total / 100:,.0f} | {cpu:.1f} | {wall:.1f} | {found.rounds} |"
                     f" {found.pairs:,} | {placed:,} | {total / 100:,.0f} | {time.process_time() - start:.1f} |")
    return [*lines, "", f"Peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB."]


def _in_turn(columns: Columns) -> tuple[int, int]:
    """Return how many are placed, and the sum, where each in turn takes the best seat that is left."""
    left = np.array([post.left for post in columns.posts])
    scores = np.empty((len(columns.seekers), len(left)), np.int32)
    for block in columns.blocks():
        scores[block.rows] = block.scores
    placed = total = 0
    for mine in scores:
        best = int(np.where(left > 0, mine, -1).argmax())
        if left[best] > 0 and mine[best] >= 0:
            left[best] -= 1
            placed, total = placed + 1, total + int(mine[best])
    return placed, total
