"""More than one machine: visits as jobs of an existing engine, over PostgreSQL."""
