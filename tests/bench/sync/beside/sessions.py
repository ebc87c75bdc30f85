"""SQLite's session extension, by apsw: each laptop's changeset is applied to the centre, the later one wins where they differ.

`python sessions.py FOLDER LAPTOPS` -> one line of JSON. It keeps no history and settles whole rows.
"""
import json
import sys
import time
from pathlib import Path

import apsw


def main(folder: Path, laptops: int) -> None:
    """Make every laptop's changeset, then apply them in turn."""
    told = json.loads((folder / "edits.json").read_text(encoding="utf-8"))
    centre = apsw.Connection(str(folder / "central.db"))
    centre.execute("PRAGMA journal_mode = WAL")
    centre.execute("PRAGMA synchronous = FULL")
    (made,) = next(iter(centre.execute("SELECT sql FROM sqlite_master WHERE name = 'person'")))
    update = f"UPDATE person SET {', '.join(f'{name} = ?' for name in told['fields'])} WHERE id = ?"
    changesets = []
    for laptop in told["laptops"][:laptops]:
        own = apsw.Connection(":memory:")
        own.execute(made)
        for rec, _ in laptop:
            row = next(iter(centre.execute("SELECT * FROM person WHERE id = ?", (rec,))))
            own.execute(f"INSERT INTO person VALUES ({','.join('?' * len(row))})", row)
        session = apsw.Session(own, "main")
        session.attach("person")
        with own:
            own.executemany(update, [(*values, rec) for rec, values in laptop])
        changesets.append(session.changeset())
    conflicts = 0

    def differ(reason: int, _: object) -> int:
        nonlocal conflicts
        conflicts += 1
        return int(apsw.SQLITE_CHANGESET_REPLACE if reason == apsw.SQLITE_CHANGESET_DATA else apsw.SQLITE_CHANGESET_OMIT)

    start = time.process_time()
    for changeset in changesets:
        with centre:
            apsw.Changeset.apply(changeset, centre, conflict=differ)
    sys.stdout.write(json.dumps({"cpu": time.process_time() - start, "edits": laptops * len(told["laptops"][0]), "conflicts": conflicts,
                                 "bytes": sum(map(len, changesets))}) + "\n")


main(Path(sys.argv[1]), int(sys.argv[2]))
