"""Whether three levels share one truth: joined for real, cut off, killed, restored (design: faults F14-F16)."""
