"""Texts for users: the .po files of each language, and the functions that read them."""
