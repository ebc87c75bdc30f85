"""The rules of the account (V1-V29), in one place. Promises that entry, books and checks all judge by the same table.

E stops (entry obeys it), W asks for a reason, Q goes to the to-ask list. A rule whose data are not there is silent: what
is missing is asked, not reproached. The merge obeys none of them: what others wrote is kept and found here afterwards.
"""
from app.models.rules.finding import Context, Finding, Level, Rule, Values
from app.models.rules.table import RULES, check, looking_at, missing

__all__ = ["RULES", "Context", "Finding", "Level", "Rule", "Values", "check", "looking_at", "missing"]
