"""Ask a reduced human metabolic network what GLS or SLC1A5 inhibition does."""
