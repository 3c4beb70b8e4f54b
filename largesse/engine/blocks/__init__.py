"""Rules as blocks: another spelling of the arrays that are stored.

`table` says, once for both directions, which block is which array. Whatever has no block of its
own is a `passthrough` block with its array in it, so every ruleset has both spellings.
"""
