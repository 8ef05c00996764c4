"""What bench/run and bench/compare are made of."""
