"""Oversight: the figures that open down to the answer, frozen reports, checks, samples. No Qt, no network, no Excel."""
