"""Complaints that an authority below handles: what of them goes there, and what comes back.

`dispatch` is the side of the authority that took the complaint: it sends it down, keeps who has it, and revisits and
closes it. `arrival` is the side of the authority that handles it: it arrives, is checked against the record there at
once, is signed for and answered, or given back. In between may be one that does both.
"""
