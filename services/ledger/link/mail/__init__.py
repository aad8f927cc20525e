"""Mail between levels: `post` says what lies in whose mailbox and what becomes of mail that comes, `store` keeps it."""
