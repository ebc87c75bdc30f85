"""Simulation: the real ledgers, desk, exchange and sticks in one thread under one seeded scheduler, with faults, and an
oracle of what each author saw. `python -m tests.simulation --seed N` plays a seed again; `--mutants` tests the tests.
"""
