"""Readers of workbooks, one a format: bytes in, grids of text cells out, in one pass and bounded memory."""
