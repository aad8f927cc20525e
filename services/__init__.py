"""Decides nothing itself: holds the five services, the contracts between them and the plumbing below them."""
