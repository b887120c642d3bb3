"""Growth over two parameters of a condition: axes, what they move, surfaces, bands and members."""
