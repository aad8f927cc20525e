"""The store of projects: the tables that messages need."""

from sqlalchemy import MetaData

from services.plumbing.tables import plumbing_tables

metadata = MetaData()
plumbing_tables(metadata)
