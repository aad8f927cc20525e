"""Answers of the API, one module per resource: the models with which the gateway's OpenAPI document describes them.

They describe and do not judge: an answer goes out as the service gave it, and the gateway's tests hold every one of
them against its model. A word of ours is an enum of the vocabulary; a code that a newer version elsewhere may have more
of stays text.
"""
