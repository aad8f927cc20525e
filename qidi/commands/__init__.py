"""Decides nothing itself: one module per command of `qidi`, each with a Typer `app` or a function `command`."""
