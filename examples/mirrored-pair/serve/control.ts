import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import type { Frame } from 'millrace';
import type { PairMember } from 'millrace/failover';

/** What an operator may say. */
export const WORDS = ['report', 'switchOver', 'promote', 'peerExited', 'stop'] as const;
type Word = (typeof WORDS)[number];

export const isWord = (text: string): text is Word => (WORDS as readonly string[]).includes(text);

/** Listens for an operator's words, a line each, at a socket that only its owner may open. */
export async function listenAt(path: string, member: PairMember<Frame>, stop: () => void): Promise<Server> {
  // A member that was killed leaves its socket; one that still lives keeps its journal's lock, and we did not get here.
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    createInterface(socket)
      .on('line', (word) => {
        if (!isWord(word)) {
          socket.write(`{"error":"a word is one of ${WORDS.join(', ')}"}\n`);
          return;
        }
        if (word === 'stop') stop();
        else if (word !== 'report') member[word]();
        socket.write(`${JSON.stringify({ ...member.report, seq: member.position.seq })}\n`);
      })
      // A caller that breaks off is its own matter.
      .on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return server;
}

/** Says a word to the member at a socket, and gives its answer. */
export function tell(path: string, word: Word): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.end(`${word}\n`));
    socket.on('data', (text) => {
      answer += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
