"""What the system remembers; imports only the leaves."""
