"""The bell between whoever enqueues and the worker of the same process."""

import threading

wake = threading.Event()
