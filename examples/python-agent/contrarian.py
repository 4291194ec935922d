#!/usr/bin/env python3
"""A small agent: bets against the last move, with what its snapshots show as `mid`.

    contrarian.py tcp://127.0.0.1:7020
    contrarian.py --name contrarian --replica 1 --keys agent.key_secret --server desk.key tcp://10.0.0.5:7020
"""
import argparse

import zmq.auth
from millrace_agent import run

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("address")
parser.add_argument("--name", default="contrarian")
parser.add_argument("--replica", type=int, default=0)
parser.add_argument("--asset", default="BTC")
parser.add_argument("--keys", help="this agent's secret key file, as `millrace keys` writes it")
parser.add_argument("--server", help="the desk's public key file")
arguments = parser.parse_args()
last = None


def decide(snapshot):
    global last
    mid = snapshot["data"]["mid"]
    before, last = last, mid
    if before is None or mid == before:
        return None
    return {"asset": arguments.asset, "exposure": -0.5 if mid > before else 0.5, "confidence": 0.6}


options = {}
if arguments.keys:
    options["keys"] = zmq.auth.load_certificate(arguments.keys)
    options["server"] = zmq.auth.load_certificate(arguments.server)[0]
run(arguments.address, arguments.name, decide, replica=arguments.replica, **options)
