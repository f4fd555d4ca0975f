"""Rollups on Apache Spark over Spark Connect: their SQL translated, a server for one load, what they read and give as Parquet."""
