"""The rule language: reading, checking, compiling, saying and indexing expressions.

An expression arrives as JSON arrays. `read` makes nodes of it, `check` finds what is wrong with
them, `compile` makes one Python callable of them, and `walk` evaluates them slowly and obviously.
"""
