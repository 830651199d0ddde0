"""The API over HTTP: what the database holds, read only, for programs."""
