#!/usr/bin/env python3
"""An execution engine for millrace's order gateway, in Python.

It takes orders over ZeroMQ and msgpack, lets them rest, and fills each one at its limit after a while: a paper venue.
To make a real one of it, replace `PaperMarket` by whatever sends orders to where you trade; all of the wire format
(docs/gateway-format.md) is in `Engine`.

    apt install python3-zmq python3-msgpack        (or: pip install pyzmq msgpack)
    python3 engine.py --bind tcp://127.0.0.1:5570 --fill-after 2

Beyond this machine's loopback, with keys made by `npx millrace keys engine` and `npx millrace keys desk`:

    python3 engine.py --bind tcp://0.0.0.0:5570 --keys engine.key_secret --allowed desk.key
"""

import argparse
import ipaddress
import sys
import time
from decimal import Decimal

import msgpack
import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator

VERSION = 1
OPEN = ("accepted", "partiallyFilled")
LONGEST_MESSAGE = 1 << 20


def now():
    return time.time() * 1000


class Refused(Exception):
    """An order that is not taken: one of the format's error classes, and why."""

    def __init__(self, error, reason):
        super().__init__(reason)
        self.error = error


class PaperMarket:
    """Fills what rests at its limit after some seconds; what does not rest, at once."""

    def __init__(self, fill_after):
        self.fill_after = fill_after
        self.due = {}

    def check(self, order):
        if order["type"] != "limit":
            raise Refused("rejected", "only limit orders: there is no market to take a price from")

    def take(self, order, fill):
        if order["timeInForce"] == "GTC":
            self.due[order["clientOrderId"]] = time.monotonic() + self.fill_after
        else:
            fill(order, Decimal(order["quantity"]), "taker")

    def cancel(self, client_order_id):
        self.due.pop(client_order_id, None)

    def ready(self):
        moment = time.monotonic()
        for client_order_id, due in list(self.due.items()):
            if due <= moment:
                del self.due[client_order_id]
                yield client_order_id


class Engine:
    """Speaks the wire format with every desk (or member of a pair) that says hello."""

    def __init__(self, socket, market):
        self.socket = socket
        self.market = market
        self.orders = {}
        self.peers = {}  # routing id -> number of its last event
        self.executions = 0
        self.started = int(now())

    # What it is asked.

    def heard(self, peer, message):
        if not isinstance(message, dict) or message.get("version") != VERSION:
            # An answer in our own version tells the other side which one that is.
            self.send(peer, {"type": "welcome", "engine": "python", "time": now()})
            return
        handler = getattr(self, "on_" + str(message.get("type")), None)
        if handler is not None:
            handler(peer, message)

    def on_hello(self, peer, _):
        self.peers[peer] = 0
        self.send(peer, {"type": "welcome", "engine": "python paper engine", "time": now()})

    def on_leads(self, peer, message):
        """Which member of a pair leads: a dead man's switch would want to know."""

    def on_ping(self, peer, _):
        self.send(peer, {"type": "pong"})

    def on_submit(self, peer, message):
        order = dict(message["order"])
        name = order["clientOrderId"]
        try:
            if name in self.orders:
                raise Refused("duplicate-id", "there is, or was, an order of this id")
            self.market.check(order)
        except Refused as refusal:
            self.answer(peer, message, outcome="refused", error=refusal.error, reason=str(refusal))
            return
        order.update(status="accepted", filled=Decimal(0), fills=[])
        self.orders[name] = order
        self.tell(order, "accepted", "")
        self.answer(peer, message, outcome="acknowledged")
        self.market.take(order, self.fill)
        if order["timeInForce"] != "GTC" and order["status"] in OPEN:
            self.end(order, "canceled", "the rest found no liquidity")

    def on_cancel(self, peer, message):
        order = self.orders.get(message["clientOrderId"])
        if order is None or order["status"] not in OPEN:
            self.answer(peer, message, outcome="refused", error="not-found", reason="no such open order")
            return
        self.market.cancel(order["clientOrderId"])
        self.end(order, "canceled", "canceled by the desk")
        self.answer(
            peer, message, outcome="acknowledged", instrument=order["instrument"], filled=plain(order["filled"])
        )

    def on_lookUp(self, peer, message):
        order = self.orders.get(message["clientOrderId"])
        finding = {"type": "finding", "request": message["request"], "time": now(), "found": "nothing"}
        if order is not None:
            finding.update(
                found="order",
                instrument=order["instrument"],
                status=order["status"],
                filled=plain(order["filled"]),
                fills=order["fills"],
            )
        self.send(peer, finding)

    def on_reconcile(self, peer, message):
        positions = {}
        for order in self.orders.values():
            sign = 1 if order["side"] == "buy" else -1
            positions[order["instrument"]] = positions.get(order["instrument"], 0) + sign * order["filled"]
        self.send(
            peer,
            {
                "type": "truth",
                "request": message["request"],
                "time": now(),
                "coversClosed": True,
                "orders": [
                    {
                        "clientOrderId": order["clientOrderId"],
                        "instrument": order["instrument"],
                        "status": order["status"],
                        "filled": plain(order["filled"]),
                    }
                    for order in self.orders.values()
                ],
                "fills": [
                    fill
                    for order in self.orders.values()
                    for fill in order["fills"]
                    if fill["time"] >= message["since"]
                ],
                "positions": [
                    {"instrument": name, "quantity": plain(held), "averagePrice": "0"}
                    for name, held in positions.items()
                ],
                "balances": [],
            },
        )

    # What it says.

    def fill(self, order, quantity, liquidity):
        self.executions += 1
        order["filled"] += quantity
        order["status"] = "filled" if order["filled"] == Decimal(order["quantity"]) else "partiallyFilled"
        fill = {
            "type": "fill",
            "clientOrderId": order["clientOrderId"],
            "instrument": order["instrument"],
            "time": now(),
            # Unique for ever: an engine that was started again must not use a name twice.
            "executionId": f"{self.started}-{self.executions}",
            "side": order["side"],
            "price": order["price"],
            "quantity": plain(quantity),
            "liquidity": liquidity,
            "fee": "0",
            "feeCurrency": "USD",
        }
        order["fills"].append(fill)
        self.event({"type": "report", "report": fill})

    def end(self, order, status, reason):
        order["status"] = status
        self.tell(order, status, reason)

    def tell(self, order, state, reason):
        report = {
            "type": state,
            "clientOrderId": order["clientOrderId"],
            "instrument": order["instrument"],
            "time": now(),
            "reason": reason,
            "filled": plain(order["filled"]),
        }
        self.event({"type": "report", "report": report})

    def answer(self, peer, message, **fields):
        self.send(peer, {"type": "answer", "request": message["request"], "time": now(), **fields})

    def event(self, message):
        """Everybody hears of everything, each by a number of its own."""
        for peer in list(self.peers):
            self.peers[peer] += 1
            self.send(peer, {**message, "sequence": self.peers[peer]})

    def send(self, peer, message):
        try:
            self.socket.send_multipart([peer, msgpack.packb({"version": VERSION, **message})], zmq.NOBLOCK)
        except zmq.ZMQError:
            # It is gone, or does not read: when it comes back it asks for everything.
            self.peers.pop(peer, None)

    def run(self):
        poller = zmq.Poller()
        poller.register(self.socket, zmq.POLLIN)
        while True:
            if poller.poll(50):
                peer, *frames = self.socket.recv_multipart()
                try:
                    self.heard(peer, msgpack.unpackb(frames[0], raw=False))
                except (IndexError, KeyError, TypeError, ValueError, ArithmeticError, msgpack.UnpackException) as error:
                    print(f"refused a message: {error!r}", file=sys.stderr, flush=True)
            for client_order_id in self.market.ready():
                order = self.orders[client_order_id]
                self.fill(order, Decimal(order["quantity"]) - order["filled"], "maker")


def plain(value):
    """An exact decimal without an exponent."""
    return format(Decimal(value), "f")


def is_local(address):
    if address.startswith("ipc://"):
        return True
    host = address[len("tcp://") :].rsplit(":", 1)[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def main():
    parser = argparse.ArgumentParser(description="An execution engine for millrace's order gateway")
    parser.add_argument("--bind", default="tcp://127.0.0.1:5570")
    parser.add_argument("--fill-after", type=float, default=2.0, help="seconds for which an order rests")
    parser.add_argument("--keys", help="our certificate with its secret key")
    parser.add_argument("--allowed", nargs="*", default=[], help="public certificates of the desks")
    options = parser.parse_args()
    if not is_local(options.bind) and not options.keys:
        parser.error("--keys must be given, since --bind is beyond this machine's loopback")
    if options.keys and not options.allowed:
        parser.error("--allowed must name at least one certificate: otherwise nobody could connect")

    context = zmq.Context()
    socket = context.socket(zmq.ROUTER)
    socket.linger = 0
    socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
    socket.setsockopt(zmq.MAXMSGSIZE, LONGEST_MESSAGE)
    if options.keys:
        authenticator = ThreadAuthenticator(context)
        authenticator.start()
        public, secret = zmq.auth.load_certificate(options.keys)
        allowed = {zmq.auth.load_certificate(name)[0] for name in options.allowed}

        class Known:
            def callback(self, domain, key):
                return key in allowed

        authenticator.configure_curve_callback(domain="*", credentials_provider=Known())
        socket.curve_publickey, socket.curve_secretkey, socket.curve_server = public, secret, True
    socket.bind(options.bind)
    print(f"listening at {socket.getsockopt_string(zmq.LAST_ENDPOINT)}", flush=True)
    try:
        Engine(socket, PaperMarket(options.fill_after)).run()
    except KeyboardInterrupt:
        pass
    finally:
        if options.keys:
            authenticator.stop()
        socket.close()
        context.term()


if __name__ == "__main__":
    main()
