"""Complaints: what people outside say about the authority, checked against the record at once.

It hears what intake says about projects and cases and what timer says about clocks, and keeps of it just enough to tell
whether a complaint has a case behind it. It says what became of a complaint: type, place, matter, evidence and outcome.
The complainant's name, telephone and words stay in this service's store; nobody is told them but on the record.
"""
