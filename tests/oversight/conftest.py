"""The invented households of tests/assistance, for the figures too."""
from tests.assistance.conftest import fixed_day, ledger, make

__all__ = ["fixed_day", "ledger", "make"]
