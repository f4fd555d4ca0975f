"""What each row of a table is: data, a total, a line without a key, or what stands around the table."""
