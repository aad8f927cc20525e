"""Notices: who is told what, and how it leaves the house. Nothing else sends anything out.

So far it has what every service has and nothing else: its switchboard, its inbox and its outbox.
"""
