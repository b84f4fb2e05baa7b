"""What is done with customers and vehicles."""
