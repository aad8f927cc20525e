"""Decides how a complaint is handled by an authority below, and what of it goes there and comes back.

`sending` is the side of the authority that took the complaint: it sends it down, keeps who has it, and revisits and
closes it. `taking` is the side of the authority that handles it: it arrives, is checked against the record there at
once, is signed for and answered, or given back. In between may be one that does both.
"""
