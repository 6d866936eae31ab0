import path from 'node:path';
import type { Document } from '../documents/document.js';
import { sameState } from '../documents/file-state.js';
import { EXTRACTION_VERSION, titleFromName } from '../documents/parse-document.js';
import type { EarlierReading } from '../documents/read-folder.js';
import type { Generation } from '../generation/open.js';

const kindOf = (source: string): string => path.posix.extname(source).toLowerCase();

/**
 * What a generation knows of the documents that it was made from; nothing where other parsers made it.
 *
 * @param full Whether every file is to be read, whatever the file system says of it.
 */
export function earlierReading({ manifest, documents, fileStates }: Generation, full: boolean): EarlierReading | undefined {
  if (manifest.extraction !== EXTRACTION_VERSION) return undefined;
  const byHash = new Map<string, Document[]>();
  for (const document of documents.values()) {
    const same = byHash.get(document.sha256);
    if (same) same.push(document);
    else byHash.set(document.sha256, [document]);
  }
  const fits = (document: Document, source: string): boolean =>
    document.source === source ||
    // A title that comes from the name changes with it, and with the title the context of every passage.
    (kindOf(document.source) === kindOf(source) && (document.title !== titleFromName(document.source) || document.title === titleFromName(source)));
  return {
    unchanged: (source, state) => (!full && sameState(fileStates.get(source), state) ? (documents.get(source) ?? null) : null),
    sameBytes(source, sha256) {
      const document = byHash.get(sha256)?.find((each) => fits(each, source));
      return document ? { ...document, source } : null;
    },
  };
}
