import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Reads rows of equal length from a file: `count` rows from row `first` on, as bytes that start on a multiple of eight. */
export type Rows = (first: number, count: number) => Uint8Array<ArrayBuffer>;

/** Closes the file of whatever reader is not used any more; a question under way keeps its reader in use. */
const unused = new FinalizationRegistry<number>((file) => closeSync(file));

/** Rows held in memory. */
export async function rowsInMemory(file: string, bytesPerRow: number): Promise<Rows> {
  const { buffer, byteOffset, byteLength } = await readFile(file);
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return (first, count) => bytes.slice(first * bytesPerRow, (first + count) * bytesPerRow);
}

/**
 * Rows read from the file when they are asked for; the system keeps what is asked for often. The file may be removed
 * meanwhile.
 */
export function rowsOnDisk(file: string, bytesPerRow: number): Rows {
  const handle = openSync(file, 'r');
  const rows: Rows = (first, count) => {
    const bytes = new Uint8Array(count * bytesPerRow);
    const read = readSync(handle, bytes, 0, bytes.length, first * bytesPerRow);
    if (read < bytes.length) throw new Error(`${file} was cut short while it was in use; run npm run index -- --verify`);
    return bytes;
  };
  unused.register(rows, handle);
  return rows;
}
