"""The room of hub, stick, pairing and seals; the only room that knows the network."""
