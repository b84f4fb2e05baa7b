"""What acts leave behind and rely on: events, numbers, keys, files, and the rules that the database keeps."""
