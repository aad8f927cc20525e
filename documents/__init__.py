"""Paper in and out: offices' ledgers and event logs, lists, months and losses as workbooks."""
