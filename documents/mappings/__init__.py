"""Mappings of event logs that come with qidi, one .toml each."""
