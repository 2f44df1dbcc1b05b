"""The clinic's rules: values in, values or a refusal out; no I/O, no clock."""
