"""Business writes: one verb, one file, one function; read → decide → write."""
