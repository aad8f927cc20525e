"""The ledger's switchboard: what it hears, is asked and does."""

from pathlib import Path

from services.contracts.commands import StrikeOff
from services.ledger import handlers, project_lists, spans, subtree, views
from services.ledger.link import views as link_views
from services.ledger.store import metadata
from services.plumbing.switchboard import Switchboard, Tick

BOARD = Switchboard(
    name="ledger",
    metadata=metadata,
    commands={StrikeOff: handlers.strike_off},
    hears=(
        *("project", "catalogue", "case", "forward", "clock", "calendar", "rules", "complaint", "finding", "snapshot"),
        *("instruction", "referral", "confidant", "department", "officer", "draft", "listing"),
    ),
    record=handlers.record,
    is_prompt=True,
    ticks=(Tick(20.0, handlers.turn_lights),),
    questions={
        "lines": views.list_lines,
        "lists": project_lists.counts,
        "projects": project_lists.projects_of,
        "summary": views.summary,
        "entries": views.list_entries,
        "head": views.head,
        "timeline": views.timeline,
        "subtree": subtree.subtree,
        "record": subtree.record,
        "spanning": spans.spanning,
        "spanned": spans.spanned,
        "links": link_views.links,
        "reconciliation": link_views.reconciliation,
        "troubles": link_views.troubles,
        "letters": link_views.mail,
        "lights": link_views.lights,
        "proof": link_views.proof,
    },
    migrations=str(Path(__file__).parent / "migrations"),
)
