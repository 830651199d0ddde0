"""Getting answers from servers: guard, host gate, robots.txt, budgets."""
