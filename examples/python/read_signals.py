"""Prints the signals of a feed (docs/signal-queues.md) as JSON lines: what counts now, then what comes.

    python3 examples/python/read_signals.py zeromq tcp://127.0.0.1:7020 tcp://127.0.0.1:7021
    python3 examples/python/read_signals.py zeromq tcp://10.0.0.5:7020 tcp://10.0.0.5:7021 reader.key_secret desk.key
    python3 examples/python/read_signals.py redis 127.0.0.1:6379 desk:pool

The key files are those of `npx millrace keys`: this reader's own, and the publisher's public one. Over ZeroMQ it needs python3-zmq; Redis is spoken to directly. What is late, doubled or expired is not printed.
"""

import json
import socket
import sys
import time


class Newest:
    """The newest word of each signal on each instrument."""

    def __init__(self):
        self.known = {}

    def take(self, word):
        if word["validUntil"] <= time.time() * 1000:
            return False
        key = (word["name"], word["instrument"])
        said = {name: value for name, value in word.items() if name != "knownTime"}
        held = self.known.get(key)
        if held is not None and (held["eventTime"] > said["eventTime"] or held == said):
            return False
        self.known[key] = said
        return True


def zeromq(words, snapshot, own_keys=None, publisher_key=None):
    import zmq
    import zmq.auth

    def keyed(socket):
        if own_keys is not None:
            socket.curve_publickey, socket.curve_secretkey = zmq.auth.load_certificate(own_keys)
            socket.curve_serverkey, _ = zmq.auth.load_certificate(publisher_key)
        return socket

    context = zmq.Context()
    subscriber = keyed(context.socket(zmq.SUB))
    subscriber.setsockopt(zmq.SUBSCRIBE, b"signal")
    subscriber.connect(words)
    # Subscribed first, asked then: nothing falls between. What comes twice is told once.
    request = keyed(context.socket(zmq.REQ))
    request.setsockopt(zmq.LINGER, 0)
    request.setsockopt(zmq.RCVTIMEO, 5000)
    request.connect(snapshot)
    request.send(b"snapshot")
    for word in request.recv_multipart():
        if word:
            yield json.loads(word)
    request.close()
    while True:
        yield json.loads(subscriber.recv_multipart()[1])


def redis(address, key):
    host, port = address.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)))
    stream = connection.makefile("rwb")

    def reply():
        kind, rest = (line := stream.readline())[:1], line[1:].strip()
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else stream.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [reply() for _ in range(int(rest))]
        return rest

    def command(*parts):
        parts = [part.encode() for part in parts]
        stream.write(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
        stream.flush()
        return reply()

    last = "0-0"
    while True:
        for _, entries in command("XREAD", "COUNT", "1000", "BLOCK", "1000", "STREAMS", key, last) or []:
            for place, fields in entries:
                last = place.decode()
                yield json.loads(dict(zip(fields[::2], fields[1::2]))[b"signal"])


def main(transport, *where):
    newest = Newest()
    for word in {"zeromq": zeromq, "redis": redis}[transport](*where):
        if newest.take(word):
            print(json.dumps(word), flush=True)


if __name__ == "__main__":
    if (sys.argv[1:2], len(sys.argv)) not in ((["zeromq"], 4), (["zeromq"], 6), (["redis"], 4)):
        sys.exit(__doc__)
    main(*sys.argv[1:])
