"""The offline checker of a ledger: what is proved of a store, an export or a proof, and how damage is said."""
