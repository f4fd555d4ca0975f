"""Sending reports in the browser: what came, what it would do, what is asked, what became of it."""
