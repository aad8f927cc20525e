"""The contracts of what crosses the wire: the envelope, every event and every command, with pydantic alone."""
