"""Limits, names and persons as they are written on the wire."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.contracts.names import hidden_in, is_number, is_readable, of_a_person, says_something, spaced
from services.contracts.vocabulary import Unit


class Wire(BaseModel):
    """A frozen value on the wire; optional additions of a newer sender are ignored, never refused."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _whole(value: Any) -> Any:
    if isinstance(value, bool):  # Python would read it as one
        raise PydanticCustomError("int_type", "no number")
    return value


#: Marks a whole number: `true` is none.
WHOLE: Final = BeforeValidator(_whole)
#: PostgreSQL's whole numbers end here, and every store has a column for what is below.
MOST_COUNTED: Final = 2**31 - 1
#: A count, from nothing on; a number that is given from one on; days before (negative) or after a day.
Counted = Annotated[int, Field(ge=0, le=MOST_COUNTED), WHOLE]
Numbered = Annotated[int, Field(ge=1, le=MOST_COUNTED), WHOLE]
Days = Annotated[int, Field(ge=-MOST_COUNTED, le=MOST_COUNTED), WHOLE]
#: An amount of money; canonical JSON is exact up to here.
Yuan = Annotated[int, Field(ge=0, le=2**53 - 1), WHOLE]


class WireLimit(Wire):
    """A limit with its unit, for example five working days."""

    amount: Annotated[int, WHOLE] = Field(ge=0, le=3650)
    unit: Unit = Unit.WORKING_DAYS


class DaysHeld(Wire):
    """Days d of a case with `since < d <= until`, and whose they are: a code of `Holder`, or of a newer version."""

    holder: str
    since: date
    until: date
    #: Whose department or authority it is; empty for the applicant.
    authority: str = ""
    department: str = ""


def _plain(name: str) -> str:
    """The name with single blanks between its words, as a cell with two lines has one name; refused when somebody
    could not see all of it, or has nothing to read."""
    name = spaced(name)
    if not name:
        raise PydanticCustomError("string_too_short", "blank")
    if hidden := hidden_in(name):
        raise PydanticCustomError("hidden_character", "hidden character {code}", {"code": f"U+{ord(hidden):04X}"})
    if not is_readable(name):
        raise PydanticCustomError("not_readable", "nothing to read")
    return name


#: Marks a name of a person, a department, a project or an owner: what is shown is what was entered.
PLAIN: Final = AfterValidator(_plain)


#: The same of a person: two ways of writing one name are one person.
PERSON: Final = AfterValidator(lambda name: of_a_person(_plain(name)))


def _meant(text: str) -> str:
    """The text as it was written; refused when it is blank or says nothing: a dot, `无`, `/`, `test`."""
    if not text.strip():
        raise PydanticCustomError("string_too_short", "blank")
    if not says_something(text):
        raise PydanticCustomError("says_nothing", "says nothing")
    return text


def _numbered(number: str) -> str:
    """The number of a paper or of another system as it was written; refused when there is nothing to read in it."""
    if not number.strip():
        raise PydanticCustomError("string_too_short", "blank")
    if not is_number(number):
        raise PydanticCustomError("no_number", "no number")
    return number


#: Marks what somebody has to say: a reason, evidence, advice, a purpose.
MEANT: Final = AfterValidator(_meant)
#: Marks the number of a document, an order or a line of another system.
NUMBERED: Final = AfterValidator(_numbered)


class RecordedPerson(Wire):
    """A person as a ledger has recorded him: read as it stands, because what is recorded is not judged again."""

    name: str = Field(min_length=1, max_length=60)
    department: str = Field(min_length=1, max_length=80)

    @property
    def label(self) -> str:
        """How he stands on an envelope: 张三@发展改革委."""
        return f"{self.name}@{self.department}"


class Person(RecordedPerson):
    """The named person who acts and the department he acts for: no anonymous transition (DOMAIN 3, rule 10)."""

    name: Annotated[str, Field(min_length=1, max_length=60), PERSON]
    department: Annotated[str, Field(min_length=1, max_length=80), PLAIN]


#: Marks a field that identifies a private person; such a field may only stand in contracts of reach `own`.
PRIVATE: dict[str, Any] = {"x-private": True}
PrivateText = Annotated[str, Field(json_schema_extra=PRIVATE)]
