"""Parts and their one stock truth."""
