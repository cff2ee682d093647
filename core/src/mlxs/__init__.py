"""mlxs: a plugin-first toolkit and server for MLX models."""
