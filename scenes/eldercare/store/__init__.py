"""The statements of the eldercare room, one a function."""
