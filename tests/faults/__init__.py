"""A failing machine: kills, restarts, full disks, clocks, many processes. `make faults` runs what is here."""
