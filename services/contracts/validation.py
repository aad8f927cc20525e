"""Validation of bodies: a command, and once everything that is wrong with what was sent."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Final, TypeVar, cast

from pydantic import ValidationError, create_model

from services.contracts.quantities import Wire
from services.contracts.vocabulary import MORE, MOST_PROBLEMS

#: (field, message template, params)
Wrong = tuple[str, str, dict[str, Any]]
C = TypeVar("C", bound=Wire)

#: pydantic's error types in the words that our users read.
_WORDS: dict[str, str] = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no field of this name; check the spelling.",
    "string_too_short": "This may not be empty.",
    "string_too_long": "This is longer than {max_length} characters.",
    "string_type": "This must be text.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_parsing_size": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than_equal": "This must be at most {le}.",
    "enum": "This must be one of: {expected}.",
    "literal_error": "This must be one of: {expected}.",
    "date_from_datetime_parsing": "This must be a date such as 2026-09-16.",
    "date_from_datetime_inexact": "This must be a date such as 2026-09-16.",
    "date_parsing": "This must be a date such as 2026-09-16.",
    "date_type": "This must be a date such as 2026-09-16.",
    "datetime_from_date_parsing": "This must be a time such as 2026-09-16T10:00+08:00.",
    "datetime_parsing": "This must be a time such as 2026-09-16T10:00+08:00.",
    "datetime_type": "This must be a time such as 2026-09-16T10:00+08:00.",
    "bool_parsing": "This must be true or false.",
    "bool_type": "This must be true or false.",
    "too_short": "At least {min_length} entries are needed.",
    "too_long": "At most {max_length} entries are allowed.",
    "tuple_type": "This must be a list.",
    "string_pattern_mismatch": "This does not have the required form ({pattern}).",
    "hidden_character": "This contains a character that cannot be seen ({code}); type it again without it.",
    "says_nothing": "This says nothing yet: write it in words, not with a dot, a dash or a placeholder.",
    "no_number": "This is no number: write it as it stands on the paper, or leave it out.",
    "not_readable": "This must be a name that can be read: at least one letter or digit.",
    "not_a_login": "A login name has 2 to 60 letters or digits, with . _ - or @ between them.",
    "not_a_post": "A partner system has a token and no account.",
    "not_an_owner": "Cases of earlier ledgers stand under this name; call the owner something else.",
    "not_in_order": "The last day must not be before the first.",
    "model_type": "This must be an object with named fields.",
    "dict_type": "This must be an object with named fields.",
    "timezone_aware": "This must be a time such as 2026-09-16T10:00+08:00.",
}
NOT_JSON: Final = "This is not JSON (line {line}, column {column})."
TOO_DEEP: Final = "This is nested too deeply."
TOO_LONG: Final = "This is longer than {most} bytes."
#: What is said of a value that does not fit, as templates.
SENTENCES: Final = frozenset((*_WORDS.values(), NOT_JSON, TOO_DEEP, TOO_LONG))


@cache
def _draft(kind: type[Wire]) -> type[Wire]:
    """The same command with every field optional: what is left of a command when its bad fields are taken out."""
    fields: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        kept: Any = field.annotation
        for constraint in field.metadata:
            kept = Annotated[kept, constraint]
        fields[name] = (kept | None, None if field.is_required() else field.get_default(call_default_factory=True))
    return create_model(f"{kind.__name__}Draft", __base__=Wire, **fields)


#: How pydantic writes a choice that is a member of an enumeration.
_MEMBER: Final = re.compile(r"<\w+\.\w+: ('[^']*')>")
#: For an error that no field of ours can have today: pydantic's own message is English, whoever reads it.
_OTHERWISE = "This is not of the kind that belongs here."


def words_for(kind: str, context: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The template and its facts for one of pydantic's errors."""
    return _WORDS.get(kind, _OTHERWISE), {key: _MEMBER.sub(r"\1", str(value)) for key, value in context.items()}


def sentence(wrong: ValidationError) -> str:
    """The first thing that is wrong, as `field: what`, in English; `body` where it is the whole."""
    first = wrong.errors(include_url=False, include_input=False)[0]
    context = first.get("ctx", {})
    error = str(context.get("error", ""))
    if "recursion" in error:
        said = TOO_DEEP
    elif first["type"] == "json_invalid":
        line, column = ["1", "1", *re.findall(r"\d+", error)][-2:]
        said = NOT_JSON.format(line=line, column=column)
    else:
        template, facts = words_for(first["type"], context)
        said = template.format_map(facts)
    return f"{'.'.join(map(str, first['loc'])) or 'body'}: {said}"


#: No store can hold these: the NUL character, and halves of surrogate pairs.
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_UNWRITABLE = "This contains a character that cannot be stored."


def _unwritable(data: Any, where: str = "") -> Iterator[str]:
    if isinstance(data, str):
        if _NOT_TEXT.search(data):
            yield where
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from _unwritable(str(name), f"{where}.?".lstrip("."))
            yield from _unwritable(value, f"{where}.{name}".lstrip("."))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from _unwritable(value, f"{where}.{number}".lstrip("."))


def more(number: int) -> list[Wrong]:
    """The line for problems that are not told one by one; nothing where there are none."""
    return [("", MORE, {"number": number})] if number > 0 else []


def read(kind: type[C], data: Any) -> tuple[C, list[Wrong]]:
    """The command and every structural problem as (field, message template, params).

    Fields that could not be read are None in the command, so that the domain's own checks can still run on the rest
    and the caller gets one answer with everything.
    """
    if unwritable := list(_unwritable(data)):
        shown: list[Wrong] = [(where, _UNWRITABLE, {}) for where in unwritable[:MOST_PROBLEMS]]
        return cast(C, _draft(kind)()), shown + more(len(unwritable) - len(shown))
    if not isinstance(data, Mapping):
        return cast(C, _draft(kind)()), [("", "The body must be a JSON object with named fields.", {})]
    try:
        return kind.model_validate(data), []
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
    problems: list[Wrong] = []
    for error in errors[:MOST_PROBLEMS]:
        field = ".".join(str(part) for part in error["loc"])
        problems.append((field, *words_for(error["type"], error.get("ctx", {}))))
    problems += more(len(errors) - len(problems))
    bad = {str(error["loc"][0]) for error in errors if error["loc"]}
    good = {name: value for name, value in data.items() if name in kind.model_fields and name not in bad}
    return cast(C, _draft(kind).model_validate(good)), problems
