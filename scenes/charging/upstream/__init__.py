"""The operators' side of T/CEC 102: how this platform calls them."""
