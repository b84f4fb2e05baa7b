"""What pages are made with: their template engine, and the small pieces that every page shows."""
