"""The pages of after-sales."""
