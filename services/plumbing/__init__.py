"""Plumbing: how messages travel and how state is kept, without a word of the domain and without a service."""
