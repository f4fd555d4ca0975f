"""Data saya: what is known of the one who looks."""
