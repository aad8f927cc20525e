"""The subtree at the real gateway: what one level may see of another."""
