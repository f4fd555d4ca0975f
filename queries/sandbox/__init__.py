"""The process in which an analyst's SQL runs, what starts and ends it, and the files that it writes; README.md says against whom."""
