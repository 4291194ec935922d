import { LONGEST_BLOCK_BYTES } from '../../journal/block/layout.js';

/** Longest name, hash or code in a message, in bytes of UTF-8. */
export const LONGEST_NAME = 400;

/** Longest text for people in a message, in bytes of UTF-8. */
export const LONGEST_TEXT = 4_000;

/** Most reigns that a HELLO can list. */
export const MOST_EPOCHS = 65_536;

/** Longest header frame: a HELLO with all its reigns. */
export const LONGEST_HEADER: number = 2 * 1024 * 1024;

/** Longest payload frame when nobody says otherwise: every block that a journal can hold. */
export const LONGEST_PAYLOAD: number = LONGEST_BLOCK_BYTES;
