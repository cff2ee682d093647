"""One model, one process: what crosses between them, and who looks after whom."""
