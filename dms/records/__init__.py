"""What is kept beside the rows of the business: events, numbers, files, keys of acts, working days."""
