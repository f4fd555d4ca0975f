"""A build out of the lake: names resolved, rollups, marts, checks, what changed since the build before."""
