import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** The first Python of these that has pyzmq and msgpack. */
export const python: string | undefined = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import zmq, msgpack']).status === 0,
);

const FOLDER = resolve(import.meta.dirname, '../../examples/python-agent');

/** An agent that answers each snapshot by its `mid`: positive above 100. */
const PROGRAM = `
import sys
sys.path.insert(0, ${JSON.stringify(FOLDER)})
from millrace_agent import run
def decide(snapshot):
    return {"asset": "BTC", "exposure": (snapshot["data"]["mid"] - 100) / 100, "confidence": 1}
run(sys.argv[1], sys.argv[2], decide, replica=int(sys.argv[3]))
`;

/** Starts a Python agent; it speaks until it is killed. */
export const pythonAgent = (address: string, name: string, replica: number = 0): ChildProcess =>
  spawn(python as string, ['-c', PROGRAM, address, name, String(replica)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

/** Starts an agent in Node: the same, on the bare format. */
export const nodeAgent = (address: string, name: string): ChildProcess =>
  spawn(process.execPath, [resolve(import.meta.dirname, 'node-agent.mjs'), address, name], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
