"""Tests that ask whether the whole authority survives what machines do (design: faults F1, F3, F4, F8, F11)."""
