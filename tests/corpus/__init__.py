"""Bad input, file by file, through the real readers: `make corpus DIR=...`."""
