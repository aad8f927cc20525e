"""Ledgers and event logs of offices on their way in: read safely, judged row by row, entered in batches.

`gate` and `sandbox` stand between a workbook and us, `reader` is our side of them; `columns`, `cells`, `states` and
`rows` say what a line means; `event_logs` and `mapping` do the same for the event log of another permit system;
`delivery`, `course` and `marks` enter what is good and give back what is not.
"""
