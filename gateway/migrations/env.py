"""Entry point of alembic for the gateway's store."""

from services.plumbing.migrate import run_env

run_env()
