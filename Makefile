# Thin faces of `python3 -m devstack`, which needs nothing but Python 3.11 or newer.
PYTHON ?= python3

.PHONY: run test bench locks services stop clean
run test bench locks services stop clean:
	@$(PYTHON) -m devstack $@ $(ARGS)
