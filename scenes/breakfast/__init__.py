"""The breakfast room: today's menu, an order with its pick-up time, and its collection."""
