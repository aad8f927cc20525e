"""Decides nothing: alembic finds the way in here."""

from services.plumbing.migrate import run_env

run_env()
