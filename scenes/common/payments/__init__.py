"""The payments desk: who pays what for a booking, with which provider, and how money goes back."""
