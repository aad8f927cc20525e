"""The ledger's service: facts become entries and lines, and what is recorded stays recorded."""
