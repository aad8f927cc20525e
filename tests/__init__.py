"""Tests that ask whether qidi keeps its promises."""
