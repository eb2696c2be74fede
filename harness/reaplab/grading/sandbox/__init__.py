"""Where strangers' programs run: walls, limits, and the folders a judge may see."""
