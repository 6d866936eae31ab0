import type { BigIntStats } from 'node:fs';

/** What the file system says of a file; where it says the same again, the content is the same. */
export interface FileState {
  size: number;
  /** Nanoseconds since 1970 at which the content and anything of the file last changed, in digits. */
  modified: string;
  changed: string;
  inode: string;
}

/** A file that changed in the last two seconds may change again without its time telling: clocks of file systems are coarse. */
const SETTLED_NS = 2_000_000_000n;

/** A file's state, or null where it is too young to be known by it. */
export function fileState({ size, mtimeNs, ctimeNs, ino }: BigIntStats, nowMs = Date.now()): FileState | null {
  const settled = BigInt(nowMs) * 1_000_000n - SETTLED_NS;
  if (mtimeNs > settled || ctimeNs > settled) return null;
  return { size: Number(size), modified: String(mtimeNs), changed: String(ctimeNs), inode: String(ino) };
}

export const sameState = (a: FileState | null | undefined, b: FileState | null | undefined): boolean =>
  !!a && !!b && a.size === b.size && a.modified === b.modified && a.changed === b.changed && a.inode === b.inode;
