"""What every row rests on."""
