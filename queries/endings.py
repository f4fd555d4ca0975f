"""What the name of a report's file may end with; what is in it is found when it is read."""

ENDINGS = (
    ".csv",
    ".tsv",
    ".txt",
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".xls",
    ".ods",
    ".fods",
    ".htm",
    ".html",
    ".xml",
    ".mht",
    ".mhtml",
    ".zip",
)
