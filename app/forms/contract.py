"""The contract between the form engine and whoever shows a form: use these names and no others.

    form = form_for(ledger, "person_interview")          # the nearest office's newest, else the program's; `offered` lists them
    form = load("person_interview")                      # the program's own, or a path to an .xlsx; Problem names sheet, row and column
    talk = Interview.start(form, ledger, subject=("person", id))
    for section in talk.sections(): ...
    for question in talk.questions(section.path): ...
    changed = talk.answer(question.path, "1")            # on disk when it returns; repaint what `changed` names
    talk.finish()                                        # Finished, or Problem while talk.errors() is not empty
A killed program goes on with `Interview.reopen(ledger, id)`; `drafts(ledger)` lists what was begun.
"""
from app.forms.form import Form, load
from app.forms.interview import Interview, drafts
from app.forms.library import Offer, form_for, offered, title_of
from app.forms.shown import Changed, Choice, Draft, Error, Finished, Kind, Question, Section

__all__ = [
    "Changed", "Choice", "Draft", "Error", "Finished", "Form", "Interview", "Kind", "Offer", "Question", "Section",
    "drafts", "form_for", "load", "offered", "title_of",
]
