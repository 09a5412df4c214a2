"""What the tests share: the server as a process, raw requests, attribute values."""
