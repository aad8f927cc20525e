"""Offices: the register of the authority's own departments and people, with from-to and successor (DOMAIN 3, rule 13).

Other parts of intake ask `register.py`: whether a department is one, and whether a person may have a case in hand.
"""
