"""Promises of the code that no test of behaviour would notice; each guard is seen red first."""
