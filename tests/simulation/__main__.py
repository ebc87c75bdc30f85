"""python -m tests.simulation [--seed N | --seeds N --from N --steps N --seconds S | --mutants]"""
import argparse
import sys
import time
from collections import Counter

from tests.simulation.play import STEPS, play


def main() -> int:
    """Play seeds; returns 1 where one of them is bad."""
    ask = argparse.ArgumentParser(prog="python -m tests.simulation")
    ask.add_argument("--seed", type=int, help="play one seed and tell what happens")
    ask.add_argument("--seeds", type=int, default=30)
    ask.add_argument("--from", type=int, default=0, dest="first")
    ask.add_argument("--steps", type=int, default=STEPS)
    ask.add_argument("--laptops", type=int, default=3)
    ask.add_argument("--seconds", type=float, default=0.0, help="stop after this time")
    ask.add_argument("--mutants", action="store_true", help="run the checks against broken builds")
    told = ask.parse_args()
    if told.mutants:
        from tests.simulation.mutants import table
        return table(lambda row: print(row, end="", flush=True))
    if told.seed is not None:
        played = play(told.seed, steps=told.steps, laptops=told.laptops)
        print(*played.told, f"trace {played.trace}", *played.bad, sep="\n")
        return bool(played.bad)
    return _many(told)


def _many(told: argparse.Namespace) -> int:
    stat, bad, start, cpu, seeds = Counter[str](), 0, time.monotonic(), time.process_time(), 0
    for seed in range(told.first, told.first + told.seeds):
        if told.seconds and time.monotonic() - start > told.seconds:
            break
        played = play(seed, steps=told.steps, laptops=told.laptops)
        stat += played.stat
        seeds += 1
        if played.bad:
            bad += 1
            print(f"seed {seed}: {played.bad[0]}" + (f" (and {len(played.bad) - 1} more)" if len(played.bad) > 1 else ""))
    print(f"{seeds} seeds, {bad} bad, {time.process_time() - cpu:.1f} CPU s; " + ", ".join(f"{k} {n}" for k, n in sorted(stat.items())))
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
