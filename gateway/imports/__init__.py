"""Imports of files by people: uploaded, tried, looked at, confirmed, entered over the gateway's own API."""
