"""The ledger: what is recorded and stays recorded, and the list that people read.

Hears every fact of the other services (projects, catalogue, cases, clocks, calendars, complaints, findings, snapshots)
and makes each one an entry: canonical bytes (`canonical`), a leaf of the tree (`merkle`), an index without gaps. From
the same facts it keeps the list of lines, one per case, with the person responsible, the day it is due and its light
(`domain`); a tick turns the lights that time alone changes. Is asked to strike a finished line off. Says
`qidi.ledger.extended` after each batch, which is a signal and no entry, and `qidi.line.struck-off`, which is an entry
in the transaction that says it. Anybody can check a ledger, or an export of it, without this service (`evidence`).
"""
