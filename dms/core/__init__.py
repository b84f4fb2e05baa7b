"""What every row, person and refusal of the product has: it knows nothing of the rooms above it."""
