<<<<<<< HEAD
"""Tests that ask whether the code keeps the promises that no test of behaviour would notice; each guard is seen red first."""
=======
"""Promises of the code that no test of behaviour would notice; each guard is seen red first."""
>>>>>>> h-paper
