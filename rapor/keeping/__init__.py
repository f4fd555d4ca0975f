"""A data folder kept safe: its backup, what a restore makes of one, and the upgrade of its stores to the formats of today."""
