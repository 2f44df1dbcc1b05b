"""The demo's devices: a sender that measures nobody and sends readings as real devices would."""
