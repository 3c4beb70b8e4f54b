"""The revisions of the database: forward only, plain SQL, each safe under load."""
