"""Decides nothing: alembic runs this file, and the plumbing knows how."""

from services.plumbing.migrate import run_env

run_env()
