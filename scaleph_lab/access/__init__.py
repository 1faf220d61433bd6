"""Access: secrets by name, and who may see them."""
