"""Tables of intake: projects, the catalogue, cases with their history and numbers, and the superior."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text

from services.plumbing.tables import plumbing_tables

metadata = MetaData()
plumbing_tables(metadata)

projects = Table(
    "projects",
    metadata,
    Column("project_code", String(24), primary_key=True),
    Column("project_name", String(200), nullable=False),
    Column("owner_name", String(200), nullable=False),
    Column("credit_code", String(18)),
    Column("investment_yuan", BigInteger),
    Column("planned_start", String(10)),
    Column("library", String(10), nullable=False),
    Column("look_back_on", String(10)),
    Column("registered_at", Float, nullable=False),
    Column("initiated_on", String(10)),
    Column("started_on", String(10)),
    # Code, name and owner as they are compared (`folded`), one a line.
    Column("found_by", Text, nullable=False, server_default=""),
    Index("projects_by_library", "library", "project_code"),
)

matters = Table(
    "matters",
    metadata,
    Column("code", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    # The matter as it is said in `qidi.catalogue.adopted`, as JSON.
    Column("body", Text, nullable=False),
)

# Each matter as it stood from a version of the catalogue on: an open case keeps the word of the list at its receipt.
matter_versions = Table(
    "matter_versions",
    metadata,
    Column("code", String(200), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)

# One row per version of the catalogue.
catalogues = Table(
    "catalogues",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("adopted_at", Float, nullable=False),
    Column("why", String(200), nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("case_no", String(40), primary_key=True),
    Column("project_code", String(24), nullable=False),
    Column("matter_code", String(200), nullable=False),
    Column("matter_name", String(200), nullable=False),
    Column("department", String(200), nullable=False),
    Column("handler_name", String(60), nullable=False),
    Column("handler_department", String(80), nullable=False),
    Column("limit_amount", Integer, nullable=False),
    Column("limit_unit", String(20), nullable=False),
    Column("received_at", Float, nullable=False),
    Column("received_on", String(10), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("external_no", String(200)),
    Column("state", String(30), nullable=False),
    Column("blzt", Integer),
    Column("round", Integer, nullable=False),
    Column("notice_open", Integer, nullable=False),
    Column("last_at", Float),
    Column("effective_on", String(10)),
    # Which level decides it, where it goes, where it came from, and who holds it.
    Column("decided_by", String(10), nullable=False, server_default=""),
    Column("forward_to", String(6), nullable=False, server_default=""),
    Column("forward_round", Integer, nullable=False, server_default="0"),
    Column("forwarded_from", String(40), nullable=False, server_default=""),
    Column("below_round", Integer, nullable=False, server_default="0"),
    Column("origin_case_no", String(40), nullable=False, server_default=""),
    Column("held_by", String(6), nullable=False, server_default=""),
    Column("held_since", Float),
    Column("below_received_at", Float),
    # The partner that brought it in (`Caller.bearer`), or `import`; empty: it was taken in at a desk, or from below.
    Column("brought_by", String(80), nullable=False, server_default=""),
    # 1: an import brought it in, and the department has not signed for it yet.
    Column("unconfirmed", Integer, nullable=False, server_default="0"),
    Column("complete_by", String(10)),
    # The version of the catalogue at its receipt.
    Column("list_number", Integer, nullable=False, server_default="0"),
    # An earlier case for the same project and matter that came to nothing; to whom its papers were handed.
    Column("follows", String(40), nullable=False, server_default=""),
    Column("handed_to_name", String(60)),
    Column("handed_to_department", String(80)),
    Index("cases_that_follow", "follows"),
    # 1: nobody has been named for it yet; and whose its days were at lower levels, as JSON.
    Column("is_unnamed", Integer, nullable=False, server_default="0"),
    Column("days_below", Text, nullable=False, server_default=""),
    # Where it stands above, as JSON; when it was accepted, and the day on which the decision here is due.
    Column("above", Text, nullable=False, server_default=""),
    Column("accepted_on", String(10)),
    Column("decision_due", String(10)),
    Column("is_provisional", Integer, nullable=False, server_default="0"),
    Index("cases_by_key", "project_code", "matter_code", "received_on"),
    Index("cases_by_external_no", "external_no", unique=True),
    Index("cases_by_department", "department", "case_no"),
    Index("cases_by_state", "state", "case_no"),
    Index("cases_by_matter", "matter_code", "case_no"),
    Index("cases_from_below", "forwarded_from", "below_round"),
)

# What happened to each case, receipt included. Rows are only ever added.
steps = Table(
    "steps",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_no", String(40), nullable=False),
    Column("step", String(30), nullable=False),
    Column("blzt", Integer),
    Column("round", Integer, nullable=False),
    Column("occurred_at", Float, nullable=False),
    Column("recorded_at", Float, nullable=False),
    Column("person_name", String(60), nullable=False),
    Column("person_department", String(80), nullable=False),
    Column("new_handler_name", String(60)),
    Column("new_handler_department", String(80)),
    Column("reason", Text),
    Column("remedies", Text),
    Column("document_no", String(200)),
    Column("defects", Text),
    Column("note", Text),
    Column("clock_id", String(200)),
    # Who holds the case from this entry on and since when, where the entry changes that.
    Column("held_by", String(6)),
    Column("held_at", Float),
    # What single steps say beyond these columns, as JSON (`record.details_of`).
    Column("details", Text),
    Column("complete_by", String(10)),
    Index("steps_by_case", "case_no", "id"),
)

# The last case number of each year of receipt.
case_numbers = Table(
    "case_numbers",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

# The superior that has last been named; no row: there never was one.
superiors = Table(
    "superiors",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("code", String(6), nullable=False),
    Column("name", String(80), nullable=False),
    Column("named_at", Float, nullable=False),
)
