"""An agent of a millrace desk, in Python (docs/agent-format.md).

    from millrace_agent import run

    def decide(snapshot):
        return [{"asset": "BTC", "exposure": 0.5, "confidence": 0.8}]

    run("tcp://127.0.0.1:7020", "my-agent", decide)

`decide` gets the snapshot's data, `seq` and `ts`; it returns a list of answers, one answer, or None to abstain. What it
raises is told to the desk. Needs pyzmq and msgpack: apt install python3-zmq python3-msgpack.
"""
import os
import time

import msgpack
import zmq

VERSION = 1
# Silence of the desk, in seconds, after which the connection is made anew.
DEAD_AFTER = 3.0


class Refused(Exception):
    """The desk will not have this agent, and would not have it later either."""


def pack(kind, **fields):
    return msgpack.packb({"version": VERSION, "type": kind, **fields}, use_bin_type=True)


def unpack(frames):
    """A message of the desk; raises ValueError for anything else."""
    if len(frames) != 1:
        raise ValueError(f"a message has 1 frame, not {len(frames)}")
    message = msgpack.unpackb(frames[0], raw=False)
    if not isinstance(message, dict) or message.get("version") != VERSION:
        raise ValueError(f"not version {VERSION} of the format")
    return message


class Agent:
    """A connection to a desk that is made again when it is lost."""

    def __init__(self, address, name, decide, replica=0, keys=None, server=None):
        """keys: (public, secret) of this agent, server: the desk's public key; both in Z85, both needed beyond loopback."""
        self.address, self.name, self.decide, self.replica = address, name, decide, replica
        self.keys, self.server = keys, server
        self.context = zmq.Context.instance()
        self.socket = None

    def connect(self):
        if self.socket is not None:
            self.socket.close(0)
        socket = self.context.socket(zmq.DEALER)
        socket.linger = 0
        # An id of its own each time: what waits for an earlier connection must not come here.
        socket.routing_id = f"{self.name}/{self.replica}/{os.urandom(8).hex()}".encode()
        socket.sndhwm = socket.rcvhwm = 100
        socket.maxmsgsize = 16 << 20
        socket.reconnect_ivl, socket.reconnect_ivl_max = 20, 200
        socket.connect_timeout = 500
        # Who was refused at the door has nowhere to send to: then sending fails, in place of waiting for ever.
        socket.sndtimeo = 200
        if self.keys:
            socket.curve_publickey, socket.curve_secretkey = self.keys
            socket.curve_serverkey = self.server
        socket.connect(self.address)
        self.socket = socket
        self.hello()
        self.heard = time.monotonic()

    def say(self, kind, **fields):
        """Sends, or drops what cannot be sent: the desk counts what it waits for as late."""
        try:
            self.socket.send(pack(kind, **fields))
        except zmq.Again:
            pass

    def hello(self):
        self.say("hello", agent=self.name, replica=self.replica)

    def run(self):
        """Answers until the desk refuses this agent for good."""
        self.connect()
        beat_at, heartbeat = 0.0, 0.5
        while True:
            if self.socket.poll(100):
                self.heard = time.monotonic()
                message = unpack(self.socket.recv_multipart())
                kind = message["type"]
                if kind == "welcome":
                    heartbeat = message["heartbeat"] / 1000
                elif kind == "snapshot":
                    self.answer(message)
                elif kind == "refused" and message["code"] == "not-introduced":
                    self.hello()
                elif kind == "refused" and message["code"] in ("unknown-agent", "unknown-replica", "version", "replaced"):
                    raise Refused(message["reason"])
                elif kind == "bye":
                    # The desk may come back, as another process.
                    time.sleep(0.2)
                    self.connect()
            now = time.monotonic()
            if now >= beat_at:
                beat_at = now + heartbeat
                if self.socket.poll(0, zmq.POLLOUT):
                    self.say("beat")
            if now - self.heard > DEAD_AFTER:
                self.connect()

    def answer(self, message):
        seq = message["seq"]
        try:
            answers = self.decide(message)
        except Exception as error:  # The desk is told; the agent lives on.
            self.say("failed", seq=seq, reason=(str(error) or type(error).__name__)[:1000])
            return
        if answers is None:
            answers = []
        elif isinstance(answers, dict):
            answers = [answers]
        self.say("answer", seq=seq, answers=answers)


def run(address, name, decide, **options):
    """Connects to a desk and answers until it refuses this agent for good."""
    Agent(address, name, decide, **options).run()
