"""What knows nothing of promotions: amounts, bounds, problems, codes, time."""
