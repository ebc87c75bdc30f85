"""The room of what we know and where it is kept; no Qt, no network, no Excel."""
