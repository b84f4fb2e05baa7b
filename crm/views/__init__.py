"""The pages of customers and vehicles."""
