"""The `qidi` command: one thin module a verb under `commands/`, and the words and tables that they print."""
