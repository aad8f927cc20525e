"""Departments of the authority as complaints hear of them: where one can be dispatched to, and to whom it goes on."""
