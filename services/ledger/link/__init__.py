"""Decides how ledgers travel between levels: what goes up, what comes down, and when two levels do not agree.

Everything here is a function of an open transaction, a time and bytes; another process carries the bytes. All take an
`Office` (connection, now, authority) of the ledger's store, commit nothing, and can be repeated with the same effect.

`keys`      load_or_create(folder, code) -> SigningKey; Verifier.read(text); renew(folder, code)
`child`     next_pages(office, key, window) -> [Outgoing]: what the superior has no receipt for, oldest first; the same
            bytes again until it has
            asks(office) -> [Outgoing]: how far has it come? After each connection, and while there is trouble
            take_from_above(office, body) -> Heard: receipts, gaps, forks, refusals, letters
`superior`  take_from_below(office, key, body, sender) -> Taken: pages, asks, hellos; `answer` goes to `down.<sender>`
            accept_fork(office, origin, person, reason): only an operator does this
`letters`   pending(office, key, child, window) -> [Outgoing]: what the child has not signed for, oldest first
`joining`   invite, hello, remember_superior, suspend, resume, remove, set_key, change_key, leave
`origins`   the questions asked of what is kept: links, children, superior, keys, entries, checkpoints
"""
