"""Names of the fields of forms, each an English msgid."""

from collections.abc import Mapping
from typing import Final

#: What the fields of the forms are called, by their names in the commands.
FIELDS: Final[Mapping[str, str]] = {
    "reason": "Reason",
    "remedies": "Remedies",
    "document_no": "Document number",
    "note": "Note",
    "occurred_at": "When it happened",
    "defects": "What has to be corrected",
    "defects.material": "Material",
    "defects.problem": "What is wrong",
    "defects.advice": "Advice",
    "new_handler": "New handler",
    "new_handler.name": "Name of the new handler",
    "new_handler.department": "Department of the new handler",
    "actor": "Who acts",
    "actor.name": "Name of who acts",
    "actor.department": "Department of who acts",
    "project_code": "Project code",
    "project_name": "Name of the project",
    "owner_name": "Owner",
    "matter_code": "Matter",
    "handler": "Handler",
    "handler.name": "Name of the handler",
    "handler.department": "Department of the handler",
    "received_at": "When it was received",
    "authority": "Authority below",
    "department": "Department there",
    "text": "Word to the authority below",
    "person_needed_because": "Why it has to know who complained",
}
