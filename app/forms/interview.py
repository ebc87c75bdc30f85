"""Interview: one run through a form. Promises that an accepted answer is on disk before `answer` returns.

What happened is journalled act by act (journal.py); reopening replays it, so a killed program loses at most the answer
in hand. What was shown of the ledger when the interview began is kept with it, and is what its writes have seen.
"""
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from app.forms import entities
from app.forms.definition import Part
from app.forms.flow import Flow, Marks
from app.forms.form import Form
from app.forms.instance import Branch, Instance, ancestor, every, instances, key_path, leaves, path_of
from app.forms.journal import Event, Journal, heads
from app.forms.kinds import TICKED, kind_of, normal, refusal
from app.forms.library import form_at
from app.forms.shown import Changed, Draft, Error, Finished, Question, Section
from app.forms.view import Tally, View
from app.forms.xpath.compile import World
from app.forms.xpath.tree import Node
from app.models import attachments, clock
from app.models.dictionary import dictionary
from app.models.identity import new_id
from app.models.language import language, say
from app.models.problem import Problem
from app.models.store import transaction

if TYPE_CHECKING:
    from app.models.ledger import Ledger

Subject = tuple[str, str]


class Interview:
    """One run through a form with somebody.

    Attributes: id (also that of the response), form, subject ((type, id) or None), household (of a new person, or
    None), language ("zh" or "en", may be set while running), position (path of the current question; kept by `go`),
    changed (what the last act changed), masked (the rules' sentences mask names: they go where logs are kept).
    """

    def __init__(self, form: Form, ledger: "Ledger", id: str, head: dict[str, Any]) -> None:
        self.form, self.ledger, self.id, self.head = form, ledger, id, head
        self.subject: Subject | None = head["subject"]
        self.household: str | None = head["household"]
        self.position: str = head["position"]
        self.changed, self.masked = Changed(), False
        self._events: list[Event] = []
        self._journal = Journal(ledger, id)
        definition = form.definition
        instance = Instance(definition)
        world = World(root=instance.document, instances=dict(definition.instances), prefixes=definition.prefixes)
        self._flow = Flow(instance, form.graph, world, self._keep)
        self._view = View(self._flow)
        self._tally = Tally(self._flow)
        world.itext = lambda name, node: self._view.text(definition.itext.get(name), node)
        world.choice_name = self._choice_name
        self.language = language()

    # -- beginning

    @classmethod
    def start(cls, form: Form, ledger: "Ledger", subject: Subject | None = None, household: str | None = None) -> "Interview":
        """Begin a form, prefilled with what is known of the subject; a draft exists from now on."""
        _needs(form, ledger, subject)
        shown = entities.look(form.definition, ledger, subject)
        head = {"form": form.id, "source": form.source, "version": form.version, "title": form.title(), "subject": subject,
                "household": household, "position": "", "shown": shown.as_dict(), "started": _now(), "total": 0}
        talk = cls(form, ledger, new_id(), head)
        talk._fill(shown)
        talk._tally = Tally(talk._flow)
        head["total"] = talk._tally.total
        talk._journal.begin(head, [*talk._events, Event("begun", "", "")])
        talk._events.clear()
        talk._flow.take()
        return talk

    def _fill(self, shown: entities.Shown) -> None:
        """Set defaults, metadata, what is known, and compute everything once."""
        flow = self._flow
        self._seed(flow.instance.root, shown)
        values = {**self._metadata(), **shown.values}
        for node in leaves(flow.instance.root):
            part: Part = node.ref
            path = key_path(node)
            if path not in values or (path in shown.values and not self._fits(node, values[path])):
                continue
            known = path in shown.values
            node.state.known = node.state.prefilled = known
            flow.store(node, values[path])
            self._keep("known" if known else "set", path, values[path])
        for action in self.form.definition.actions:
            if "odk-instance-first-load" in action.event.split():
                flow.act(action, flow.instance.root)
        for node in every(flow.instance.root):
            part = node.ref
            self._first_load(node, part, "odk-instance-first-load")
        flow.all()
        flow.run()

    def _fits(self, node: Node, text: str) -> bool:
        """Return whether what is known is one of the question's choices."""
        choices = node.ref.choices
        return choices is None or choices.moving or set(text.split()) <= set(self._flow.offered(node))

    def _first_load(self, node: Node, part: Part, event: str) -> None:
        for action in part.actions:
            if event in action.event.split():
                self._flow.act(action, node)

    def _seed(self, node: Node, shown: entities.Shown) -> None:
        """Give each repeat without a count the instances of known records, else one."""
        if not isinstance(node.state, Branch):
            return
        for part in node.ref.children:
            if part.repeat and "count" not in part.expressions:
                for key in shown.instances.get(part.path) or [new_id()]:
                    added = self._flow.instance.add(node, part, key)
                    self._keep("add", key_path(added), "")
        for child in node.children:
            self._seed(child, shown)

    def _metadata(self) -> dict[str, str]:
        me = self.ledger.me
        known = {"start": _now(), "today": clock.today().isoformat(), "deviceid": me.device, "username": me.user_name,
                 "uid": f"uuid:{self.id}"}
        found = {}
        for part in self.form.definition.parts.values():
            kind, parameter = part.preload
            text = known.get(kind) if kind == "uid" else known.get(parameter)
            if kind and text:
                found[part.path] = text
        return found

    @classmethod
    def reopen(cls, ledger: "Ledger", id: str) -> "Interview":
        """Return a begun interview as it was left; Problem when there is none of this id, or its form is gone."""
        journal = Journal(ledger, id)
        head = journal.head()
        if head is None:
            raise Problem("form.no_draft", "这份草稿已经不在了：可能已提交，或在别处被删除。",
                          "This draft is not here any more: it was finished or thrown away.")
        talk = cls(form_at(ledger, head["source"]), ledger, id, head)
        talk._replay(journal.events())
        return talk

    def _replay(self, events: Iterable[Event]) -> None:
        flow = self._flow
        flow.replaying = True
        begun = False
        for event in events:
            if event.kind == "begun":
                begun = True
                flow.all()
            else:
                self._again(event)
            if begun:
                flow.run()
        flow.replaying = False
        flow.take()
        self._tally = Tally(flow)

    def _again(self, event: Event) -> None:
        flow = self._flow
        if event.kind == "add":
            above, _, key = event.path.rpartition("[#")
            found = flow.instance.family(above)
            if found is not None:
                flow.add(*found, key.rstrip("]"))
            return
        node = flow.instance.find(event.path)
        if node is None:
            return
        if event.kind == "remove":
            flow.remove(node)
            return
        if not node.ref.leaf:
            return
        node.state.known = event.kind == "known"
        node.state.prefilled = node.state.prefilled or node.state.known
        flow.store(node, event.value)

    # -- looking

    @property
    def language(self) -> str:
        """Return the short code of the language questions are shown in."""
        return self._language

    @language.setter
    def language(self, short: str) -> None:
        self._language = short
        self._view.language = self.form.definition.language(short)

    def sections(self) -> list[Section]:
        """Return all sections in order, those out of play too (relevant=False)."""
        return self._view.sections()

    def questions(self, section_path: str) -> list[Question]:
        """Return the relevant questions of a section in order, repeats expanded; calculations are left out."""
        return self._view.questions(section_path)

    def question(self, path: str) -> Question:
        """Return one question (or repeat) as it stands now, in play or not; Problem where there is none."""
        node = self._flow.instance.find(path)
        if node is not None and node.ref.leaf:
            return self._view.question(node)
        found = self._flow.instance.family(path)
        if found is None or not found[1].repeat:
            raise _no_such(path)
        return self._view.repeat(*found)

    def progress(self) -> tuple[int, int]:
        """Return (answered, total) over the relevant questions a person can answer."""
        return self._tally.answered, self._tally.total

    def errors(self) -> list[Error]:
        """Return what stands in the way of finishing, in the order of the form; then what the rules of entry forbid."""
        return self._view.errors() or entities.findings(self, self._flow, "E")

    def doubts(self) -> list[Error]:
        """Return what the rules find strange (level W) in what would be written; none of it stops the end."""
        return entities.findings(self, self._flow, "W")

    def answers(self) -> dict[str, str]:
        """Return path -> raw value of every leaf in play, calculations too; blank ones as ''."""
        return {path_of(n): n.value or "" for n in self._in_play() if n.ref.leaf}

    def relevant(self) -> list[str]:
        """Return the paths of everything in play: groups, repeat instances and leaves."""
        return [path_of(n) for n in self._in_play()]

    def offers(self) -> dict[str, list[str]]:
        """Return path -> names that each question of choices offers now."""
        return {path_of(n): list(self._flow.offered(n)) for n in self._in_play() if n.ref.choices is not None}

    def _in_play(self) -> Iterable[Node]:
        root = self._flow.instance.root
        return (n for n in every(root) if n is not root and n.relevant and not n.ref.path.startswith(f"{root.ref.path}/meta"))

    # -- acting

    def answer(self, path: str, value: str) -> Changed:
        """Store a raw answer ('' clears it) and return what to repaint; refused where it is no value of its kind."""
        node = self._flow.instance.find(path)
        why = self._why_not(node)
        if node is None or why is not None:
            return Changed(refused=why)
        kind = kind_of(node.ref)
        offered = (TICKED,) if node.ref.control == "trigger" else self._flow.offered(node) if node.ref.choices else None
        text = normal(kind, value, offered)
        if text is None:
            return Changed(refused=refusal(kind))
        self._keep("answer", key_path(node), text)
        node.state.known = False
        self._flow.store(node, text)
        self._flow.run()
        return self._commit()

    def attach(self, path: str, data: bytes, ending: str) -> Changed:
        """Keep a picture or file (its bytes, its ending such as "jpg") and answer a question with it, in one act."""
        with transaction(self.ledger.db):
            changed = self.answer(path, attachments.keep(self.ledger, data, ending))
            if changed.refused:
                attachments.release(self.ledger.db.conn, [attachments.sha_of(data)])
        return changed

    def attachment(self, value: str) -> bytes | None:
        """Return the bytes that an answer names; None where it names none, or they have not come to this computer."""
        return attachments.read(self.ledger, value)

    @staticmethod
    def _why_not(node: Node | None) -> str | None:
        if node is None or not node.ref.asked:
            return say("调查表里没有这道题。", "The form has no such question.")
        if not node.relevant:
            return say("这道题现在不用回答。", "This question does not apply now.")
        if kind_of(node.ref) == "note" or node.state.readonly:
            return say("这一项只能看，不能改。", "This can only be read.")
        return None

    def add(self, repeat_path: str) -> str:
        """Add an instance at the end of a repeat and return its path; Problem where none can be added."""
        found = self._flow.instance.family(repeat_path)
        if found is None or not found[1].repeat:
            raise _no_such(repeat_path)
        parent, part = found
        if "count" in part.expressions:
            raise Problem("form.counted", "这里的个数由前面的答案决定，不能另加。", "How many there are follows from an answer; none can be added.")
        node = self._flow.add(parent, part)
        self._keep("add", key_path(node), "")
        self._seed_new(node)
        for below in every(node):
            self._first_load(below, below.ref, "odk-new-repeat")
        self._flow.run()
        self._commit()
        return path_of(node)

    def _seed_new(self, node: Node) -> None:
        for part in node.ref.children if isinstance(node.state, Branch) else ():
            if part.repeat and "count" not in part.expressions:
                added = self._flow.add(node, part)
                self._keep("add", key_path(added), "")
                self._seed_new(added)

    def remove(self, instance_path: str) -> Changed:
        """Remove one instance of a repeat; the later ones move up by one."""
        node = self._flow.instance.find(instance_path)
        if node is None or not node.ref.repeat:
            raise _no_such(instance_path)
        if "count" in node.ref.expressions:
            raise Problem("form.counted", "这里的个数由前面的答案决定，不能删除。", "How many there are follows from an answer; none can be removed.")
        self._keep("remove", key_path(node), "")
        self._flow.remove(node)
        self._flow.run()
        return self._commit()

    def go(self, path: str) -> None:
        """Remember the question now asked; a reopened interview has it as `position`."""
        self.position = path
        self._journal.go(path)

    def _keep(self, kind: str, path: str, value: str) -> None:
        self._events.append(Event(kind, path, value))

    def _commit(self) -> Changed:
        events, self._events = self._events, []
        marks = self._flow.take()
        self._tally.follow(marks)
        self._journal.append(events, self.progress())
        self.changed = _changed(marks)
        return self.changed

    def _choice_name(self, value: str, path: str, near: Node) -> str:
        part = self.form.definition.parts.get(path)
        if part is None or part.choices is None:
            return value
        shared = [r for r in part.repeats if r in near.ref.repeats]
        node = next(iter(instances(ancestor(near, shared[-1].depth if shared else 1), part)), None)
        choices = self._view.choices(node) if node is not None else ()
        return next((c.label for c in choices if c.name == value), value)

    # -- ending

    def finish(self, reasons: entities.Reasons | None = None) -> Finished:
        """Write the response and what it says about records, in one act; Problem("form.unfinished") while errors remain.

        reasons: (rec, rule) of a doubt -> why it is right all the same; a doubt without one is kept as not explained.
        """
        errors = self.errors()
        if errors:
            raise Problem("form.unfinished", f"还有 {len(errors)} 处没有填好：{errors[0].message}",
                          f"{len(errors)} answers are missing or do not fit: {errors[0].message}")
        for node in leaves(self._flow.instance.root):
            if node.ref.preload == ("timestamp", "end"):
                self._flow.store(node, _now())
        self._flow.run()
        self._events.clear()
        with transaction(self.ledger.db):  # a draft or a response, whenever the power goes; never both, never neither
            wrote = entities.save(self, self._flow, reasons or {})
            self._journal.close()
        return Finished(self.id, wrote)

    def discard(self) -> None:
        """Throw a draft away: nothing of it stays."""
        self._journal.close()


def drafts(ledger: "Ledger") -> list[Draft]:
    """Return the unfinished interviews of this workspace, last touched first."""
    return [Draft(h["id"], h["form"], h["subject"], h["updated"], h["answered"], h["total"], h["title"]) for h in heads(ledger)]


def _now() -> str:
    return clock.now().astimezone().isoformat(timespec="milliseconds")


def _needs(form: Form, ledger: "Ledger", subject: Subject | None) -> None:
    """A form about somebody needs somebody who is here."""
    kinds = {e.dataset for e in form.definition.entities}
    if subject is None and {dictionary().types[kind].root for kind in kinds} - {"self"}:
        raise Problem("form.subject", f"“{form.title('zh')}”要先选定一个人，再开始。", f"Choose a person first: {form.title('en')} is about one.")
    if "post" in kinds and "employer" not in kinds and subject is None:
        raise Problem("form.subject", f"“{form.title('zh')}”要先选定一家单位，再开始。",
                      f"Choose an employer first: {form.title('en')} is about one.")
    if subject is not None and ledger.get(subject[1]) is None:
        raise Problem("form.unknown_subject", "这份档案不在本机。请刷新后再找一次。", "This record is not on this computer. Look it up again.")


def _no_such(path: str) -> Problem:
    return Problem("form.path", f"调查表里没有 {path}。", f"The form has no {path}.")


def _changed(marks: Marks) -> Changed:
    def paths(nodes: dict[int, Node]) -> frozenset[str]:
        return frozenset(path_of(n) for n in nodes.values() if n.parent is not None)

    repeats = frozenset(f"{path_of(parent)}/{part.name}" for parent, part in marks.repeats.values() if parent.parent is not None)
    return Changed(paths(marks.values), paths(marks.relevance), paths(marks.validity), paths(marks.choices),
                   paths(marks.labels), repeats)
