"""Decides how the ledgers and event logs of offices come in: read safely, judged row by row, entered in batches.

`gate` and `child` stand between a workbook and us, `reading` is our side of them; `columns`, `cells`, `states` and
`rows` say what a line means; `logs` and `mapping` do the same for the event log of another permit system; `sending`,
`course` and `marking` enter what is good and give back what is not.
"""
