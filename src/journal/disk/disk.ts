/** An open file of a {@link Disk}. Every call may throw, or reject, with the error of the system. */
export interface DiskFile {
  /** Bytes that are in it now. */
  size(): number;
  /** Hands all these bytes to the operating system, one after the other, from `position` on. */
  write(bytes: readonly Uint8Array[], position: number): void;
  /** Resolves when everything written so far, and the length of the file, is on the disk. */
  sync(): Promise<void>;
  /** Bytes from `position` on; fewer at the file's end. */
  read(position: number, length: number): Promise<Uint8Array>;
  truncate(length: number): void;
  close(): void;
}

/**
 * What a journal needs of a file system: one flat folder. A port, so that a simulated disk can stop, tear and lose at
 * every one of these calls what a real one may.
 */
export interface Disk {
  /** How messages call the folder. */
  readonly name: string;
  /** Names of the files in it, in any order. */
  list(): readonly string[];
  /** `create` fails when the file exists. */
  open(name: string, mode: 'create' | 'write' | 'read'): DiskFile;
  rename(from: string, to: string): void;
  remove(name: string): void;
  /** Resolves when files that came, went or were renamed are so on the disk as well. */
  syncNames(): Promise<void>;
  /** Keeps others out of the folder until the returned function is called. @throws ConfigurationError naming who has it */
  lock(): () => void;
}
