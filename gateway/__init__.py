"""Decides who may call what: one API, one board and one set of metrics per authority.

Asks the services over the broker, knows their commands and questions and nothing of their insides, and keeps only
tokens itself. Never imports eventlet.
"""
