"""What a sheet means: which declared form it is, where its header stands, and its rows as accepted, refused or remarked upon."""
