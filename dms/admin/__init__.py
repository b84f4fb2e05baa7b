"""The configuration site."""
