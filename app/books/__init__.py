"""The room of Excel account books out and rosters in; no Qt, no network."""
