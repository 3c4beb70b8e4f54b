"""Largesse: a self-hosted promotion and loyalty engine."""

__version__ = "0.1.0"
