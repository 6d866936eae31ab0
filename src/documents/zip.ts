import { unzipSync } from 'fflate';
import { UnreadableError } from './document.js';

/** Entries an archive may have; a long book has a few hundred. */
const MAX_ENTRIES = 10_000;

/** What a DOCX or EPUB may unpack to. Images count, which are not read but which every reader of the format unpacks. */
const MAX_UNPACKED_BYTES = 256 * 2 ** 20;

/** The first bytes of an old Office file; a DOCX protected by a password is kept in one. */
const OLE_MARK = [0xd0, 0xcf, 0x11, 0xe0];

/**
 * Unpacks the wanted entries of a ZIP archive, by their names.
 *
 * The bound holds for hostile archives too: fflate unpacks each entry into a buffer of the size that was declared,
 * and the declared sizes are what is added up here.
 *
 * @throws UnreadableError when it is no archive, is broken or would unpack to too much.
 */
export function unzip(bytes: Uint8Array, wanted: (name: string) => boolean): Record<string, Uint8Array> {
  if (OLE_MARK.every((byte, i) => bytes[i] === byte))
    throw new UnreadableError('is protected by a password or an old .doc file; save it as .docx without a password');
  let total = 0;
  let count = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (++count > MAX_ENTRIES) throw new UnreadableError(`is an archive of more than ${MAX_ENTRIES} entries`);
        if (!wanted(name)) return false;
        total += originalSize;
        if (total > MAX_UNPACKED_BYTES) throw new UnreadableError(`would unpack to more than ${MAX_UNPACKED_BYTES} bytes`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    throw new UnreadableError(`is broken: its archive cannot be unpacked (${(error as Error).message})`);
  }
}
