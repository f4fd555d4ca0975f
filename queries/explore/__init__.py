"""What an analyst may ask: tables and their measures, slices of them, the file that holds them, and the process that runs SQL."""
