"""What all faces share: operations, callers, exact JSON, errors."""
