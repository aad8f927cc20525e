"""Tests that ask whether the link between two machines survives what networks do (F14).

Needs root: `make faults` gives each side a network namespace of its own and puts a bad line between them.
"""
