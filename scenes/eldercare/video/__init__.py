"""Video rooms: how calls and links are signed, our side of the provider's protocol, and a demo provider."""
