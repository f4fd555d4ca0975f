"""The command line: the front door that joins etl and dashboard, importing each only when asked."""


def main() -> None:
    """Run the command line."""
