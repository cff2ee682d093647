"""How language models are decoded on MLX: what the backends that talk have in common."""
