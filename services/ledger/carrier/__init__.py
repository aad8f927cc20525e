"""The carrying of ledgers, receipts and mail between two authorities; what they mean is the ledger's."""
