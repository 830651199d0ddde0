"""Several processes on one PostgreSQL, and what goes wrong between them."""
