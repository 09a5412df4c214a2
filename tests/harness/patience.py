"""Waiting for what happens soon, but not at once."""

import time


def eventually(call, seconds: float = 10, pause: float = 0.02):
    """What `call` returns as soon as it neither raises nor returns something false."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if (result := call()) or time.monotonic() > deadline:
                assert result, "it did not happen in time"
                return result
        except AssertionError:
            raise
        except Exception:
            if time.monotonic() > deadline:
                raise
        time.sleep(pause)
