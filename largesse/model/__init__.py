"""Nouns: plain structs with the names of the contract. Invariants, no verbs."""
