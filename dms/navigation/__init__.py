"""What the frame of every page reads: areas, due work, figures, search, the process map."""
