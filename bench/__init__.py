"""The speed table: what the design asks for, measured as ratios in one run on one machine."""
