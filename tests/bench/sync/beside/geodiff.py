"""Geodiff, which Mergin syncs with: each laptop's difference is rebased on what came before it, applied, and added to that.

`python geodiff.py FOLDER LAPTOPS` -> one line of JSON.
"""
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pygeodiff


def main(folder: Path, laptops: int) -> None:
    """Bring every laptop's file in, in turn."""
    told = json.loads((folder / "edits.json").read_text(encoding="utf-8"))
    update = f"UPDATE person SET {', '.join(f'{name} = ?' for name in told['fields'])} WHERE id = ?"
    diff, conflicts = pygeodiff.GeoDiff(), 0
    with tempfile.TemporaryDirectory(dir=folder) as room:
        at = Path(room)
        for number, laptop in enumerate(told["laptops"][:laptops]):
            _part_of(folder / "central.db", at / f"base{number}.db", [rec for rec, _ in laptop])
            shutil.copyfile(at / f"base{number}.db", at / f"mine{number}.db")
            with closing(sqlite3.connect(at / f"mine{number}.db")) as conn, conn:
                conn.executemany(update, [(*values, rec) for rec, values in laptop])
        start = time.process_time()
        for number in range(laptops):
            base, mine, out = (str(at / f"{name}{number}{end}") for name, end in (("base", ".db"), ("mine", ".db"), ("out", ".diff")))
            if number == 0:
                diff.create_changeset(base, mine, out)
                shutil.copyfile(out, at / "before.diff")
            else:
                diff.create_rebased_changeset(base, mine, str(at / "before.diff"), out, str(at / "conflict.json"))
                if (at / "conflict.json").exists():
                    conflicts += len(json.loads((at / "conflict.json").read_text(encoding="utf-8")).get("geodiff", []))
                    (at / "conflict.json").unlink()
            diff.apply_changeset(str(folder / "central.db"), out)
            if number:
                diff.concat_changes([str(at / "before.diff"), out], str(at / "joined.diff"))
                (at / "joined.diff").replace(at / "before.diff")
        cpu = time.process_time() - start
    sys.stdout.write(json.dumps({"cpu": cpu, "edits": laptops * len(told["laptops"][0]), "conflicts": conflicts}) + "\n")


def _part_of(centre: Path, path: Path, recs: list[str]) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("ATTACH DATABASE ? AS centre", (str(centre),))
        conn.execute(conn.execute("SELECT sql FROM centre.sqlite_master WHERE name = 'person'").fetchone()[0])
        conn.executemany("INSERT INTO main.person SELECT * FROM centre.person WHERE id = ?", [(rec,) for rec in recs])
        conn.commit()


main(Path(sys.argv[1]), int(sys.argv[2]))
