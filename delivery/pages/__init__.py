"""The dashboard: pages drawn on the server, for people. No script, no build step."""
