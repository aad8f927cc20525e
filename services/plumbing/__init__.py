"""Decides how messages travel and how state is kept; knows no word of the domain and no service."""
