"""A small news web on loopback, for `make demo` and the integration tests."""
