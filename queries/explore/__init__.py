"""What an analyst may ask: tables and their measures, slices of them, and the file that holds them for one kind of viewer."""
