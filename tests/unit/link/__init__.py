"""Decides what is known here of ledgers that travel between levels: real stores, real keys, a courier in memory."""
