"""What may be typed in sales, a module for each document."""
