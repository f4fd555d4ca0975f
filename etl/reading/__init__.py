"""Cells out of files, and how their words are read: CSV and workbooks, dates, numbers, ages; and what a file may not do."""
