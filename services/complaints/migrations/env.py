"""The way in for alembic."""

from services.plumbing.migrate import run_env

run_env()
