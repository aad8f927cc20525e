"""Calendars as they are published: the State Council's notice as text, holiday-cn's JSON, or an office's table."""
