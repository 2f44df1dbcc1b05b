"""The booking desk: windows of anything limited, claims on them, and the ledger that decides."""
