"""What went wrong, said so that a person can mend it."""


class MalsoriError(Exception):
    """Wrong use or bad input: what, where, and how to mend it.

    The command line prints it without a traceback and exits with 2.

    Args:
        message: What is wrong and where (file, row, key).
        hint: What to do about it, or None.

    Example:
        >>> error = MalsoriError("recipe.yaml: no key 'fusoin'", hint="did you mean 'fusion'?")
        >>> str(error)
        "recipe.yaml: no key 'fusoin' (did you mean 'fusion'?)"
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders; the default would lose the keyword.
        return (_rebuild, (type(self), self.message, self.hint, self.__dict__.copy()))


def said_twice(what: str, first: object, second: object) -> MalsoriError:
    """What to say of two answers to one question: neither is taken.

    Example:
        >>> str(said_twice("--map text", "script", "words"))
        '--map text is said twice: script and words (say it once)'
    """
    return MalsoriError(f"{what} is said twice: {first} and {second}", hint="say it once")


def _rebuild(
    cls: type[MalsoriError], message: str, hint: str | None, state: dict[str, object]
) -> MalsoriError:
    error = cls.__new__(cls)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    error.message, error.hint = message, hint
    return error
