"""Ranking 100,000 people x 1,000 posts

Everybody is in the target group and wants to work, so that no row can be left out. Beside it: the product of the same weights in plain
NumPy, a person as ones in the columns of what they said, a post as what each of these is worth there; no rule excludes, nothing is explained.
"""
import resource
import time
from dataclasses import replace
from random import Random

import numpy as np

from app.assistance.factors import Terms
from app.assistance.ranking import rank
from app.assistance.scoring import Scoring
from app.assistance.seekers import Pool
from tests.assistance.conftest import DAY
from tests.assistance.offers import made_up_post, made_up_seeker

PEOPLE, POSTS, K, BLOCK = 100_000, 1_000, 10, 2048
TOWNS = [f"529999{n:03d}L{m:02d}" for n in range(1, 19) for m in range(1, 4)]
FEATURES = 50 + 5 + 6 + 16 + 7 + 6 + 5 + 5 + 4 + 3  # trades, areas, wage steps, skills, schooling, lodging, shifts, experience, language, spouse


def world(people: int, posts: int, seed: int = 1, seats: int = 40) -> Pool:
    """Return invented people who all seek work, and posts that are all open."""
    rng = Random(seed)
    jobs = [f"{n:02d}" for n in range(1, 51)]
    some = [replace(made_up_seeker(rng, n, posts), place=rng.choice(TOWNS), out="", work="willing", wants="1", hired=frozenset(),
                    age=rng.randint(17, 59), occupations=tuple(sorted(rng.sample(jobs, rng.randint(1, 3)))),
                    past=frozenset(rng.sample(jobs, rng.randint(0, 2))), available=f"2026-12-{rng.randint(1, 28):02d}",
                    need=(rng.choice("1234"), 0, "", f"s{n}")) for n in range(people)]
    offered = [replace(made_up_post(rng, n), occupation=rng.choice(jobs), valid_to=f"2027-{rng.randint(1, 3):02d}-15", state="1", stopped="",
                       filled=0, seats=rng.randint(1, seats), targets=(), pay=(rng.randrange(18, 60) * 100, None), basis="1") for n in range(posts)]
    return Pool(DAY, some, offered)


def run() -> list[str]:
    """Return the lines of the table."""
    pool, terms = world(PEOPLE, POSTS), Terms(Scoring(), DAY)
    before = _peak()
    wall, cpu = time.perf_counter(), time.process_time()
    found = rank(pool, terms, K)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    grown = _peak() - before
    plain_wall, plain_cpu = _product()
    listed = int((found.for_people[:, 0] >= 0).sum())
    return ["| | CPU s | wall s | peak memory grown |", "| --- | --- | --- | --- |",
            f"| rules, scores, best {K} of each both ways ({listed:,} people have a post) | {cpu:.1f} | {wall:.1f} | {grown:,.0f} MB |",
            f"| plain product of the same weights, best {K} of each both ways | {plain_cpu:.1f} | {plain_wall:.1f} | |", "",
            f"Ratio {cpu / plain_cpu:.2f} of CPU; {PEOPLE * POSTS / cpu / 1e6:,.0f} million pairs per CPU-second."]


def _product() -> tuple[float, float]:
    """Return wall and CPU seconds of the plain product, with the best of each kept."""
    rng = np.random.default_rng(1)
    people = (rng.random((PEOPLE, FEATURES)) < .1).astype(np.float32)
    posts = rng.random((FEATURES, POSTS)).astype(np.float32)
    wall, cpu = time.perf_counter(), time.process_time()
    best = np.full((POSTS, K), -1, np.float32)
    for start in range(0, PEOPLE, BLOCK):
        scores = people[start:start + BLOCK] @ posts
        np.argpartition(scores, POSTS - K, axis=1)[:, POSTS - K:]
        best = np.partition(np.concatenate((best, scores.T), axis=1), -K, axis=1)[:, -K:]
    return time.perf_counter() - wall, time.process_time() - cpu


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
