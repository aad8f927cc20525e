"""A simulated region: one year of every authority's ledger through the real link code, in one process.

`places`   which authorities there are and who is above whom
`traffic`  what happens at one of them in a year, as the services would say it
`seats`    an authority's store and key, and what the link does with them
`year`     all of them month by month, what it took, and whether every level holds the same
"""
