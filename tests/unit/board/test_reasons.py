"""Reasons of a refused page: read in the reader's language, with their numbers and the names of places."""
