"""What Portulan costs, beside its limits and its peers. Run by `make bench`; see docs/howto/benchmarks.md."""
