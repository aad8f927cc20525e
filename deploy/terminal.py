"""The terminal of a person who starts an authority: what is done so far, in their language."""

from rich.console import Console

from locales.texts import at_terminal, say_in

console = Console(highlight=False, soft_wrap=True)


def told(message: str, **facts: object) -> str:
    """A message in the language of the terminal."""
    return say_in("start", at_terminal(), message, **facts)


def step(message: str, **facts: object) -> None:
    """Tells the person at the terminal what is done."""
    console.print(f"[green]✓[/] {told(message, **facts)}")
