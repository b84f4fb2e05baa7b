"""From booking to gate pass: work orders and the workshop."""
