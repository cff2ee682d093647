"""`python -m mlxs_cli`: the same as `mlxs`."""

from .main import main

main(prog_name="mlxs")
