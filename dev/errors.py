"""What can go wrong without being a mistake in this package."""


class DevError(Exception):
    """Something the user can put right; shown as one sentence, exit code 2.

    :param str message: what is wrong and what to do about it
    :param str detail: output of the program that failed, kept in a log file
    """

    def __init__(self, message, detail=""):
        super().__init__(message)
        self.detail = detail.strip()
