"""The environment that alembic runs; the plumbing knows how."""

from services.plumbing.migrate import run_env

run_env()
