"""Decides how ledgers, receipts and letters are carried between two authorities; what they mean is the ledger's."""
