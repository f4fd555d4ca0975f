"""The reference tables on pages: their rows, changes with checks and undo, and the first day of a data folder. No Streamlit."""
