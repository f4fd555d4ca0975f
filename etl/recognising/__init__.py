"""Which form a table is, where its headings stand, and what each of its columns means."""
