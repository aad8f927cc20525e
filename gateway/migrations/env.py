"""Decides nothing: alembic runs it to migrate the gateway's store."""

from services.plumbing.migrate import run_env

run_env()
