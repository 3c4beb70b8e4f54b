"""What happens before and around serving: seeds, keys, the port, signals, the terminal."""
