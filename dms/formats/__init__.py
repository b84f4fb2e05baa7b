"""How facts of the trade are written and reckoned with: no rows, no clock."""
