"""The page Bantuan: what a role does here, in a few short tasks."""
