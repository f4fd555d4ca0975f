"""The process in which files are read: what it is given, what starts and ends it, what comes back; README.md says against whom."""
