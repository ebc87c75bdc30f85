"""The room of questionnaires: XLSForm in, interviews out; no Qt."""
