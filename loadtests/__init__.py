"""Load profiles of the district: arrivals as they were counted, residents as they behave, truth checked."""
