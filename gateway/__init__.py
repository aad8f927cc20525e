"""Gateway of an authority: one API, one board and one set of metrics, and who may call what.

Asks the services over the broker, knows their commands and questions and nothing of their insides, and keeps only
tokens itself. Never imports eventlet.
"""
