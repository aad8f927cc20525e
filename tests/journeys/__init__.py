"""Tests that ask whether people get through: from the filed case to the struck-off line, on the real stack."""
