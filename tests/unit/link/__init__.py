"""Ledgers that travel between levels: real stores, real keys, a courier in memory."""
