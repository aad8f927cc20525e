"""Successions: a line of another ledger, with what its departments have become since it was written."""

from services.contracts.commands import CaseEntry, StepTaken
from services.contracts.quantities import Person
from services.intake.book import Book


def as_of_today(book: Book, entry: CaseEntry) -> CaseEntry:
    """The line with the successors of its departments: a ledger from before a merger is entered as well."""

    def there(one: Person) -> Person:
        return one.model_copy(update={"department": book.register.current(one.department)})

    def then(step: StepTaken) -> StepTaken:
        named = {"actor": step.actor, "new_handler": step.new_handler}
        return step.model_copy(update={name: there(one) for name, one in named.items() if one is not None})

    department = book.register.current(entry.department) if entry.department else None
    steps = tuple(then(step) for step in entry.steps)
    return entry.model_copy(update={"handler": there(entry.handler), "department": department, "steps": steps})
