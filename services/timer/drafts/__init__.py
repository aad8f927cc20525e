"""Drafts of calendars: days that one person brings in and a second one releases."""
