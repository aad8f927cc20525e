"""The link between levels: how ledgers travel, what goes up, what comes down, and what when two levels do not agree.

Everything here is a function of an open transaction, a time and bytes; another process carries the bytes
(`services.ledger.carrier`). All take an `Office` (connection, now, authority) of the ledger's store, commit nothing,
and can be repeated with the same effect.

`keys`        load_or_create(folder, code) -> SigningKey; Verifier.read(text); renew(folder, code)
`notes`       what is signed: checkpoints, receipts, mail; `statements` and `proofs` check it offline
`pages`       cut(office, key): checkpoints of our own ledger, one a page; write and check a page
`child`       next_pages(office, key, window) -> [Outgoing]: what the superior has no receipt for, oldest first; the
              same bytes again until it has
              asks(office) -> [Outgoing]: how far has it come? After each connection, and while there is trouble
              take_from_above(office, body) -> Heard: receipts, gaps, forks, refusals, mail
`superior`    take_from_below(office, key, body, sender) -> Taken: pages, asks, hellos; `answer` goes to `down.<sender>`
`comparison`  what came from below, compared with what is held; `arrivals` what is new, `forks` what contradicts
              forks.accept(office, origin, person, reason): only an operator does this
`mail`        post.pending(office, key, child, window) -> [Outgoing]: what the child has not signed for, oldest first
`membership`  invite, hello, remember_superior, suspend, resume, remove, set_key, change_key, leave
`states`      the states of all this, with the steps that are allowed; `troubles` what is wrong, for people
`refusals`    what a superior does not take: stopped until a person lets it go on
`rows`        how links and ledgers stand; `store` the questions asked of what is kept in `tables`: links, superior,
              keys, entries, checkpoints; `views` the answers that the gateway gets
"""
