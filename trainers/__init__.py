"""Training: supervised warm start, GRPO over packed batches, and the FRE-then-MGT curriculum."""
