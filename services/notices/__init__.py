"""Notices: who is told what, and how it leaves the house. Nothing else sends anything out.

A follower reads the ledger with a cursor of its own and puts notices into inboxes, with one row a delivery for
whoever wants them by another way; a dispatcher sends these, each under one number however often it is tried.
"""
