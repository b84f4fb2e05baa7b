"""The measure: a large dealership, served as in production, timed over HTTP. `make bench`; see docs/bench.md."""
