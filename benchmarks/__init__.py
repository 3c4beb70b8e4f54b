"""How long things take: one file for each question, and `results.md` with dates."""
