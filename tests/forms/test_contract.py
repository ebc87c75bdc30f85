"""The contract names what a window may use, and costs nothing before a form is opened."""
import subprocess
import sys

from app.forms import contract

HEAVY = ("lxml", "pyxform", "openpyxl", "pandas", "platformdirs")


def test_the_public_names_are_these() -> None:
    assert sorted(contract.__all__) == ["Changed", "Choice", "Draft", "Error", "Finished", "Form", "Interview", "Kind", "Offer", "Question",
                                        "Section", "drafts", "form_for", "load", "offered", "title_of"]
    assert all(getattr(contract, name) is not None for name in contract.__all__)


def test_nothing_heavy_is_imported_before_a_form_is_opened() -> None:
    code = f"import sys, app.forms.contract; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
