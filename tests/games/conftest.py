import pytest

from mpgcert.errors import InvalidInput
from mpgcert.games import load


@pytest.fixture
def refusal():
    """A function that asserts that a file is refused in one line which names it, and returns the line."""

    def message_of(path, reader=load):
        with pytest.raises(InvalidInput) as caught:
            reader(path)
        message = str(caught.value)
        assert "\n" not in message
        assert message.startswith(str(path))
        return message

    return message_of
