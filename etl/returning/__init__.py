"""The workbook that goes back to its sender: his own file, what is wrong marked in it, nothing else changed."""
