"""Leye (乐业): field survey and employment assistance for relocated people, offline first."""
__version__ = "0.1.0"
