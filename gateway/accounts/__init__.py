"""Accounts of people: who they are, how they come in, in which post they act, and the record of it."""
