"""Commands of `qidi`: one module each, with a Typer `app` or a function `command`."""
