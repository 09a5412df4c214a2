"""Calls the handler of a module with the event on standard input; its answer goes to standard output."""

import contextlib
import importlib
import json
import sys

event = json.load(sys.stdin)
with contextlib.redirect_stdout(sys.stderr):
    answer = importlib.import_module(sys.argv[1]).lambda_handler(event, None)
print(json.dumps(answer))
