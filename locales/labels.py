"""Decides what the forms of the board call their steps and fields; every name is an English msgid."""

from collections.abc import Mapping
from typing import Final

#: What a clerk can do to a case, as its button says it, in the order in which they are offered.
STEPS: Final[Mapping[str, str]] = {
    "accept": "Accept the application",
    "request-correction": "Tell at once all that has to be corrected",
    "complete-correction": "The corrections are complete",
    "begin-review": "Begin the review",
    "forward": "Forward to the superior: {place}",
    "grant": "Grant the permit",
    "refuse": "Refuse the permit",
    "deliver": "Permit delivered",
    "not-required": "Say that no approval is required",
    "refuse-acceptance": "Refuse acceptance",
    "return": "Give back to the lower authority: {place}",
    "withdraw-before-acceptance": "Withdrawn by the applicant before acceptance",
    "withdraw": "Withdrawn by the applicant",
    "ask-withdrawal": "Ask {place} to end it, because the applicant withdraws",
    "reassign": "Hand to another person",
    "note": "Add a note",
}

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
