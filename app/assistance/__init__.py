"""Assistance: whom to help, and how far it has come. No Qt, no network, no Excel."""
