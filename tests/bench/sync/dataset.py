"""The data of the sync measurements: a roster of people, and laptops that each edited a thousand of them, as sealed segments.

Shaped as the peers' merge benchmark: N people, L laptops with 1,000 edits of ten fields, the last 50 of each laptop's people
are edited by the next one too. Promises real changes: written by real ledgers, packed and sealed as an exchange does it.
"""
import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.models.change import Value
from app.models.dictionary import dictionary
from app.models.identity import new_id
from app.models.ledger import Ledger
from app.models.projection import stored_fields
from app.models.writing import Write
from app.sync import outgoing, peers, segment
from app.sync.peers import GRANTED, HUB, LAPTOP, Peer, moment
from app.sync.workspace import Workspace

CACHE = Path(__file__).parents[3] / "build" / "bench" / "sync"
KEY = bytes(range(32))
TOWN, PREFIX = "529999001000", "529999001"
PER, SHARED = 1000, 50  # edits of a laptop, and how many of them touch people whom the next laptop edits too
TEXT = "希望在县内就业方便照顾老人孩子近期因身体原因无法外出务工愿意参加技能培训学习电焊家中有学生需要接送公司拖欠工资已协调解决"
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰玉华"
EDITED = ("phone", "phone_owner", "education", "skills", "skill_level", "living_place", "remark",
          "training_done", "wants_training", "training_wish")  # the last three are one merge group
FILLED = 0.8  # of the fields of a person


@dataclass(frozen=True, slots=True)
class Dataset:
    """Where the segments lie, and who the hub and the laptops are.

    Attributes: folder, people, laptops, peers (the hub's grants: the roster's computer first).
    """

    folder: Path
    people: int
    laptops: int

    @property
    def roster(self) -> list[bytes]:
        """Return the segments that bring the people in."""
        return [path.read_bytes() for path in sorted((self.folder / "roster").iterdir())]

    @property
    def edits(self) -> list[bytes]:
        """Return one segment for each laptop, with its 1,000 edits."""
        return [path.read_bytes() for path in sorted((self.folder / "edits").iterdir())]

    def told(self) -> dict[str, Value]:
        """Return who the hub is (me, keys) and whom it has granted."""
        found: dict[str, Value] = json.loads((self.folder / "who.json").read_text(encoding="utf-8"))
        return found

    def peers(self) -> list[Peer]:
        """Return the hub's grants: the roster's computer first, then the laptops."""
        return [Peer(**{**row, "users": tuple(row["users"])}) for row in self.told()["peers"]]


def dataset(people: int, laptops: int) -> Dataset:
    """Return the data of this size; made once and kept under build/."""
    folder = CACHE / f"{people}-{laptops}-{_version()}"
    if not folder.exists():
        draft = folder.with_name(folder.name + ".part")
        shutil.rmtree(draft, ignore_errors=True)
        (draft / "roster").mkdir(parents=True)
        (draft / "edits").mkdir()
        _make(draft, people, laptops)
        draft.rename(folder)
    return Dataset(folder, people, laptops)


def edited(index: int, laptops: int) -> list[int]:
    """Return the numbers of the people whom a laptop edits."""
    after = (index + 1) % laptops * PER
    return [*range(index * PER, (index + 1) * PER - SHARED), *range(after, after + SHARED)]


def edit(rng: random.Random, old: dict[str, Value]) -> dict[str, Value]:
    """Return new values of the ten edited fields, none of them the old one: what is already so is not written again."""
    choices = {"phone_owner": "123", "education": ("60", "70", "80", "40"), "skill_level": "12345", "living_place": "123",
               "training_done": "123", "wants_training": (True, False)}
    out: dict[str, Value] = {name: rng.choice([value for value in some if value != old.get(name)]) for name, some in choices.items()}
    return out | {"phone": _phone(rng), "skills": _other(rng, ("01", "02", "03", "04", "05"), old.get("skills")),
                  "training_wish": _other(rng, ("1", "2", "3", "4"), old.get("training_wish")), "remark": _text(rng, 10, 60)}


def person(rng: random.Random, number: int) -> dict[str, Value]:
    """Return most fields of an invented person."""
    out: dict[str, Value] = {}
    for field in stored_fields(dictionary().types["person"]):
        if field.kind == "ref" or (not field.need and field.name not in EDITED and rng.random() > FILLED):
            continue
        known = dictionary().codes.get(field.list)
        codes = [item.code for item in known.offered()][:12] if known else ["1"]
        match field.kind:
            case "code":
                out[field.name] = rng.choice(codes)
            case "codes":
                out[field.name] = [rng.choice(codes)]
            case "yes":
                out[field.name] = rng.random() < .5
            case "integer":
                out[field.name] = rng.randrange(1, 40)
            case "number":
                out[field.name] = str(rng.randrange(2000, 8000))
            case "date":
                out[field.name] = f"{rng.randrange(1950, 2026)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
            case _:
                out[field.name] = _text(rng, 4, 12)
    out |= {"full_name": rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2)))),
            "id_number": f"529999{rng.randrange(1950, 2020)}{number:08d}", "phone": _phone(rng)}
    out.pop("name_py", None)
    return out


def _make(folder: Path, people: int, laptops: int) -> None:
    hub, roster = _computer(folder / "hub", "hub", "township"), _computer(folder / "roster-computer", "roster")
    above, rng = _as_peer(hub, HUB), random.Random(11)
    ids, old = _write_roster(roster.ledger, people, rng), {}
    for number in sorted({i for index in range(laptops) for i in edited(index, laptops)}):
        found = roster.ledger.get(ids[number])
        assert found is not None
        old[ids[number]] = {name: found.values.get(name) for name in EDITED}
    for number, (_, data) in enumerate(_steps(roster, above)):
        (folder / "roster" / f"{number:05d}.seg").write_bytes(data)
    granted = [_as_peer(roster, LAPTOP)]
    for index in range(laptops):
        ws = _computer(folder / "laptop", f"laptop {index}")
        recs = [ids[i] for i in edited(index, laptops)]
        ws.ledger.merge([c for rec in recs for c in roster.ledger.changes_of_root(rec)], came_from=hub.ledger.me.instance)
        for start in range(0, PER, 100):
            ws.ledger.write([Write("person", edit(rng, old[rec]), rec=rec) for rec in recs[start:start + 100]], source="screen")
        steps = list(_steps(ws, above))
        if len(steps) != 1:
            raise RuntimeError("a laptop's edits are meant to be one segment")
        (folder / "edits" / f"{index:05d}.seg").write_bytes(steps[0][1])
        granted.append(_as_peer(ws, LAPTOP))
        ws.close()
        shutil.rmtree(folder / "laptop")
    who = {"me": hub.ledger.me.as_dict(), "keys": list(hub.keys), "peers": [
        {name: getattr(one, name) for name in ("device", "kind", "state", "name", "area", "instance", "sign_key", "age_key",
                                                "prefix", "users", "made_at")} for one in granted], "ids": ids}
    (folder / "who.json").write_text(json.dumps(who, ensure_ascii=False), encoding="utf-8")
    for one in (hub, roster):
        one.close()
        shutil.rmtree(one.folder)


def _write_roster(ledger: Ledger, people: int, rng: random.Random) -> list[str]:
    ids = [new_id() for _ in range(people)]
    for start in range(0, people, PER):
        village = f"{PREFIX}{200 + start // PER % 700:03d}"
        ledger.write([Write("person", person(rng, number), rec=ids[number], place=village)
                      for number in range(start, min(people, start + PER))], source="import:roster")
    return ids


def _computer(folder: Path, name: str, role: str = "surveyor") -> Workspace:
    folder.mkdir(parents=True)
    return Workspace(folder, KEY, Ledger.create(folder / "ledger.db", KEY, area=TOWN, device_name=name, user_name=f"练习员{name}",
                                                role=role, practice=True))


def _as_peer(ws: Workspace, kind: str) -> Peer:
    me = ws.ledger.me
    return Peer(me.device, kind, GRANTED, me.device_name, me.area, me.instance, ws.keys.sign_public, ws.keys.age_public,
                prefix=PREFIX, users=(me.user,), made_at=moment())


def _steps(ws: Workspace, above: Peer) -> Iterator[tuple[int, bytes]]:
    n = 0
    while True:
        about, data = outgoing.step(ws, above, "", n, skip=above.instance)
        if about.n1 == n:
            return
        n = about.n1
        yield n, data


def hub_of(data: Dataset, folder: Path, ledger: Ledger) -> Workspace:
    """Return the workspace of a fresh ledger made into the data's hub: its identity, its keys, its grants."""
    told = data.told()
    ledger.settings.set("me", told["me"])
    ledger.settings.set("device_keys", told["keys"])
    ws = Workspace(folder, KEY, ledger)
    for one in data.peers():
        peers.save(ledger, one)
    return ws


def _version() -> str:
    return hashlib.sha256(Path(__file__).read_bytes() + Path(segment.__file__).read_bytes()).hexdigest()[:8]


def _phone(rng: random.Random) -> str:
    return f"1{rng.choice('3578')}{rng.randrange(10 ** 9):09d}"


def _other(rng: random.Random, codes: tuple[str, ...], old: Value) -> list[str]:
    """Return two codes that are not the old ones."""
    while True:
        found = sorted(rng.sample(codes, 2))
        if found != old:
            return found


def _text(rng: random.Random, low: int, high: int) -> str:
    at, size = rng.randrange(len(TEXT)), rng.randrange(low, high)
    return (TEXT[at:] + TEXT + TEXT)[:size]
