"""Rules for single sites, one module a site."""
