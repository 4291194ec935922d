#!/usr/bin/env python3
"""Prints the state of the members of a pair as they tell it (docs/bridge-format.md).

    watch_pair.py tcp://127.0.0.1:7010 tcp://127.0.0.1:7011
    watch_pair.py --keys watcher.key_secret --server a.key tcp://10.0.0.5:7010

Needs pyzmq and msgpack: apt install python3-zmq python3-msgpack.
"""
import argparse
import json
import sys
import time

try:
    import msgpack
    import zmq
    import zmq.auth
except ImportError as missing:
    sys.exit(f"{missing}: apt install python3-zmq python3-msgpack")

VERSION = 1


def parse(frames):
    """The beat in a message of two frames; raises ValueError for anything else."""
    if len(frames) != 2:
        raise ValueError(f"a beat has 2 frames, not {len(frames)}")
    topic = frames[0].decode()
    beat = msgpack.unpackb(frames[1], raw=False)
    if not isinstance(beat, dict) or beat.get("version") != VERSION:
        raise ValueError(f"{topic}: not version {VERSION} of the telemetry")
    for name, kind in (("node", str), ("role", str), ("epoch", int), ("last", int), ("lag", int),
                       ("inSync", bool), ("time", (int, float)), ("alerts", list)):
        if not isinstance(beat.get(name), kind):
            raise ValueError(f"{topic}: {name} is missing or of another type")
    return beat


def line(beat):
    """A beat as one line of text."""
    clock = time.strftime("%H:%M:%S", time.gmtime(beat["time"] / 1000))
    pair = "in sync" if beat["inSync"] else "ALONE"
    seq, digest = beat.get("state") or (0, "")
    text = (f"{clock} {beat['node']}: {beat['role']}, epoch {beat['epoch']}, seq {beat['last']}, "
            f"lag {beat['lag']}, {pair}")
    return f"{text}, state {digest[:12]} at {seq}" if digest else text


def connect(context, address, keys, server):
    """A SUB socket that hears every member at the address."""
    socket = context.socket(zmq.SUB)
    socket.linger = 0
    # Unread beats are bounded, and a longer message is none of a member.
    socket.rcvhwm = 100
    socket.maxmsgsize = 1 << 20
    if keys:
        socket.curve_publickey, socket.curve_secretkey = keys
        socket.curve_serverkey = server
    socket.subscribe(f"millrace/{VERSION}/")
    socket.connect(address)
    return socket


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("addresses", nargs="+", help="where members publish, such as tcp://127.0.0.1:7010")
    parser.add_argument("--keys", help="file with this watcher's keys, NAME.key_secret of `npx millrace keys NAME`")
    parser.add_argument("--server", help="file with the member's public key; needed with --keys")
    parser.add_argument("--count", type=int, default=0, help="end after so many beats")
    parser.add_argument("--json", action="store_true", help="one JSON object a beat")
    parser.add_argument("--timeout", type=float, default=0, help="end with code 1 after so many silent seconds")
    options = parser.parse_args()
    if bool(options.keys) != bool(options.server):
        parser.error("--keys and --server belong together")
    keys = zmq.auth.load_certificate(options.keys) if options.keys else None
    server = zmq.auth.load_certificate(options.server)[0] if options.server else None
    context = zmq.Context()
    poller = zmq.Poller()
    for address in options.addresses:
        poller.register(connect(context, address, keys, server), zmq.POLLIN)
    told = {}
    beats = 0
    while True:
        ready = poller.poll(options.timeout * 1000 if options.timeout else None)
        if not ready:
            sys.exit(f"nobody said anything for {options.timeout} s")
        for socket, _ in ready:
            try:
                beat = parse(socket.recv_multipart())
                text = json.dumps(beat) if options.json else line(beat)
                alerts = [(alert["time"], f"  {alert['severity']}: {alert['code']}: {alert['text']}")
                          for alert in beat["alerts"]]
            except (ValueError, TypeError, KeyError, msgpack.UnpackException) as wrong:
                print(f"ignored: {wrong}", file=sys.stderr)
                continue
            print(text, flush=True)
            for at, alert in [] if options.json else alerts:
                if at > told.get(beat["node"], 0):
                    print(alert, flush=True)
            if alerts:
                told[beat["node"]] = max(at for at, _ in alerts)
            beats += 1
            if options.count and beats >= options.count:
                return


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
