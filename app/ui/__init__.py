"""The room of the desktop; the only room that knows Qt."""
