"""Customers, vehicles, promises and contacts: the S of survey."""
