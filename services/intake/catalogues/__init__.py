"""Decides how lists of matters go down from level to level: published, arrived, adopted, and who has adopted which.

`domain` has the rule of what a lower list may differ in, `publishing` the superior's side, `adopting` the side below,
`store` the tables, `views` what is asked of them.
"""
