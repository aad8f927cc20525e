"""An authority on one machine: set up, started, watched and ended."""
