"""Decides whether qidi keeps its promises."""
