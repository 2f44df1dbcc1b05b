"""Pure questions of the breakfast room: prices, menus, collection, forecasts."""
