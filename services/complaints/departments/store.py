"""Table of the authority's departments, as far as this service has heard of them."""

from services.complaints.store import metadata
from services.plumbing.departments import Departments, keep_departments

keep_departments(metadata)

__all__ = ["Departments"]
