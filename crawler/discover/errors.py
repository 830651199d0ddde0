"""Why an answer as a whole could not be read.

    EndpointError           catch this one; its text is one line for the log and the health table
    ├── EmptyAnswer         nothing in it: often a server that failed behind a 200
    ├── WrongAnswer         something else than was asked for: a web page where a feed was
    ├── UnreadableAnswer    the right kind of thing, but broken beyond reading
    └── HostileAnswer       built or grown to exhaust its reader: entity bombs, endless archives

They cross process borders (readers run in processes of their own): one argument, so that pickle can rebuild them.
"""


class EndpointError(Exception):
    """An answer of an endpoint that gave no links at all, with a one-line reason such as "feed: not XML"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EmptyAnswer(EndpointError):
    """The body is empty or holds nothing but white space."""


class WrongAnswer(EndpointError):
    """The address answers with another kind of document than it is known for."""


class UnreadableAnswer(EndpointError):
    """The document is what it should be, but no reader makes sense of it."""


class HostileAnswer(EndpointError):
    """The document would grow beyond all bounds when read: refused before parsing."""
