"""Formats in which offices keep ledgers: each opens as the same book of sheets, whatever wrote the file."""
