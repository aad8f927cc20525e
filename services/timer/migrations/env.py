"""The entry of alembic, which runs this file to run the timer's migrations."""

from services.plumbing.migrate import run_env

run_env()
