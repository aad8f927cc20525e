"""Drafted letters: what the ladder asks for, made from the record, waiting for a named person's seal."""
