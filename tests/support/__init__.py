"""What several tests need: servers and databases that tests start for themselves."""
