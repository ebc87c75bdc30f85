"""python -m tests.simulation [--seed N | --seeds N --from N --jobs N --steps N --seconds S | --mutants]"""
import argparse
import sys

from tests.simulation.play import STEPS, play
from tests.simulation.run import run


def main() -> int:
    """Play seeds; returns 1 where one of them is bad."""
    ask = argparse.ArgumentParser(prog="python -m tests.simulation")
    ask.add_argument("--seed", type=int, help="play one seed and tell what happens")
    ask.add_argument("--seeds", type=int, default=30)
    ask.add_argument("--from", type=int, default=0, dest="first")
    ask.add_argument("--jobs", type=int, default=1, help="processes that share the seeds")
    ask.add_argument("--steps", type=int, default=STEPS)
    ask.add_argument("--seconds", type=float, default=0.0, help="stop after this time")
    ask.add_argument("--mutants", action="store_true", help="run the checks against broken builds")
    told = ask.parse_args()
    if told.mutants:
        from tests.simulation.mutants import table

        return table(lambda row: print(row, end="", flush=True))
    if told.seed is not None:
        played = play(told.seed, steps=told.steps)
        print(*played.told, f"trace {played.trace}", *played.bad, sep="\n")
        return bool(played.bad)
    total = run(told.seeds, first=told.first, jobs=told.jobs, steps=told.steps, seconds=told.seconds, say=lambda line: print(line, flush=True))
    print(total)
    return bool(total.bad)


if __name__ == "__main__":
    sys.exit(main())
