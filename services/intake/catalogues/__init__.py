"""Lists of matters that go down from level to level: published, arrived, adopted, and who has adopted which.

`domain` has the rule of what a lower list may differ in, `publication` the superior's side, `adoption` the side below,
`amendment` changes of single matters, `store` the tables, `views` what is asked of them.
"""
