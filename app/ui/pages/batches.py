"""BatchesPage: follow-ups, batches and fairs: what leads people from an intention to work they stay in."""
from app.models.language import say
from app.ui.pages.batches_calls import CallsSide
from app.ui.pages.batches_fairs import FairsSide
from app.ui.pages.batches_roster import RosterSide
from app.ui.pages.sides import SidedPage


class BatchesPage(SidedPage):
    """Three sides."""

    name = "batches"
    sides = (CallsSide, RosterSide, FairsSide)

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("批次与招聘会", "Batches and fairs")
