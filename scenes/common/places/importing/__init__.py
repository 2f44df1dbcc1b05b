"""A district's own lists of venues: what a file says, row by row, against what is stored; pure."""
