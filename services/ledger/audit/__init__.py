"""The offline checker of a ledger: what is proved of a store, an export or a proof, and how damage is said.

`checks`      whole checks, as `qidi verify` makes them: a store, an export, a proof
`content`     every entry with its place and hash, against roots; `sequences` events that follow one another
`filing`      entries under the labels that they say themselves
`statements`  what was signed: keys, checkpoints, receipts; `witnesses` what somebody else has kept
`store`       a ledger's store read from outside; `export` the lines of an export, to the byte
`verdict`     what a check found, and the sentences that say it
"""
