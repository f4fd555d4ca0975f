"""What each page says: pure functions from frames to blocks. No Streamlit here."""
