"""Decides how facts become entries and lines, and that what is recorded stays recorded."""
