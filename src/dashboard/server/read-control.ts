import type { IncomingMessage } from 'node:http';
import type { Refusal } from './guard.js';

/** What a person asks for. */
export interface ControlRequest {
  readonly action: 'kill' | 'resume';
  readonly by: string;
  readonly reason: string;
}

const MOST_BYTES = 4_096;
const LONGEST = 200;

/** Reads the body of a request for control: a small JSON object with three fields. */
export async function readControl(request: IncomingMessage): Promise<ControlRequest | Refusal> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return { status: 415, error: 'send application/json' };
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return { status: 413, error: `send at most ${MOST_BYTES} bytes` };
    chunks.push(chunk);
  }
  let read: unknown;
  try {
    read = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return { status: 400, error: 'that is no JSON' };
  }
  const { action, by, reason } = (typeof read === 'object' && read !== null ? read : {}) as Record<
    string,
    unknown
  >;
  if (action !== 'kill' && action !== 'resume')
    return { status: 400, error: '"action" must be kill or resume' };
  const [name, why] = [textOf(by), textOf(reason)];
  if (name === undefined || why === undefined)
    return { status: 400, error: `"by" and "reason" must be texts of 1 to ${LONGEST} characters` };
  return { action, by: name, reason: why };
}

/** One line, since it goes into logs. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const line = value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length >= 1 && line.length <= LONGEST ? line : undefined;
}
