"""Decides nothing: the mappings of event logs that come with qidi, one .toml each."""
