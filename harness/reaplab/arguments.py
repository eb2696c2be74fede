"""Types of arguments for argparse."""


def positive(text):
    """Returns a whole number above 0. Raises ValueError."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number
