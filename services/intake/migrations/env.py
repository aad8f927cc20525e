"""Alembic's entry to this service's migrations."""

from services.plumbing.migrate import run_env

run_env()
