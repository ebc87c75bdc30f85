"""Killing: for each phase, a whole run is counted, then runs are killed at moments of it and what is left is judged.

Half of the moments are those where things become so (a COMMIT, a rename), before it, inside it, or just after; the others
lie anywhere. A process that was done before its moment does not count, another is started.

    python -m tests.kills.killing ROOM SEED TIMES PHASE ...     prints one JSON line a phase
"""
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Protocol

from tests.kills import files, records
from tests.kills.acts import Act, cheap_keys
from tests.kills.copies import SecondCopy
from tests.kills.dropping import Dropping
from tests.kills.exchanges import HUB, LAPTOP, Exchange
from tests.kills.moments import SHARP, Aim
from tests.kills.processes import Process

STARTS = 6  # runs started for one kill that lands, at most


class Trial(Protocol):
    """What is killed: `run` starts it on something prepared, `look` judges what was left and says what was found."""

    phase: str

    def run(self, aim: Aim) -> Process: ...
    def look(self, died: Process) -> str: ...


ACTS: tuple[type[Act], ...] = (Act, records.Answers, records.Finish, records.Import, records.Decision, records.Rule, records.Undo, files.Book,
                               files.Backup, files.Restore, files.Succession, files.Passphrase, files.StickWrite, files.StickReadBack,
                               files.StickImport, files.ReceiptStick, SecondCopy)
PHASES: dict[str, Callable[[Path, Random], Trial]] = {
    **{act.phase: act for act in ACTS},
    **{phase: (lambda room, dice, phase=phase: Exchange(phase, room, dice)) for phase in (*LAPTOP, *HUB)},
    Dropping.phase: Dropping,
}


def kills(trial: Trial, times: int, dice: Random) -> Iterator[tuple[str, str]]:
    """Yield (what it was doing, what was found) for this many kills that landed in the trial's phase."""
    events = _whole(trial)
    landed = 0
    for _ in range(times * STARTS):
        aim = _aim(trial.phase, events, dice)
        died = trial.run(aim)
        found = trial.look(died)
        if not died.killed:
            continue
        landed += 1
        yield events[aim.at - 1], found
        if landed == times:
            return
    raise AssertionError(f"{trial.phase}: only {landed} of {times} kills landed among {len(events)} moments")


def _whole(trial: Trial) -> Sequence[str]:
    """Return the kinds of the events of a run that is not killed in its phase."""
    done = trial.run(Aim(trial.phase, 0))
    trial.look(done)
    events = done.heard("done")[-1] if done.heard("done") else done.heard("events")[-1]
    assert events, f"{trial.phase} was never reached"
    return events


def _aim(phase: str, events: Sequence[str], dice: Random) -> Aim:
    sharp = [at for at, kind in enumerate(events, 1) if kind in SHARP]
    if sharp and dice.random() < 0.5:
        at, how = dice.choice(sharp), dice.random()
        return Aim(phase, min(at + 1, len(events)) if how < 0.25 else at, soon=how > 0.5)
    return Aim(phase, dice.randint(1, len(events)), soon=dice.random() < 0.3)


def main(room: Path, seed: int, times: int, phases: Sequence[str]) -> None:
    """Kill each phase this many times; a line of JSON for each."""
    with cheap_keys():
        for phase in phases:
            dice, begun = Random(f"{seed} {phase}"), time.monotonic()
            place = room / str(list(PHASES).index(phase))
            place.mkdir(parents=True)
            at, found = Counter[str](), Counter[str]()
            for moment, word in kills(PHASES[phase](place, dice), times, dice):
                at[moment] += 1
                found[word] += 1
            told = {"phase": phase, "kills": sum(found.values()), "at": at.most_common(), "found": found.most_common(),
                    "seconds": round(time.monotonic() - begun, 1)}
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:] or list(PHASES))
