"""Decides that what one level may see of another holds at the real gateway."""
