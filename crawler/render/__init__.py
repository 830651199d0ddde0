"""Pages that need a browser: finding it, lending it, reading what it shows."""
