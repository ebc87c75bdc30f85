"""ServicesPage: what people who wait have had, courses and services, public-welfare posts, jobs near home."""
from app.models.language import say
from app.ui.pages.services_courses import CoursesSide
from app.ui.pages.services_near import NearSide
from app.ui.pages.services_posts import PublicSide
from app.ui.pages.services_waiting import WaitingSide
from app.ui.pages.sides import SidedPage


class ServicesPage(SidedPage):
    """Four sides."""

    name = "services"
    sides = (WaitingSide, CoursesSide, PublicSide, NearSide)

    @staticmethod
    def word() -> str:
        """Return the word in the rail."""
        return say("服务", "Services")
