"""From a stranger to an owner: cards, quotes, orders, stock cars."""
