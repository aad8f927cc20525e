"""Decides how an authority is set up, started, watched and ended on one machine; the `qidi` command lives here."""
