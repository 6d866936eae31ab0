import type { Document } from '../../../src/documents/document.js';
import { parseDocument } from '../../../src/documents/parse-document.js';

export const textOf = ({ text }: Document, { start, end }: { start: number; end: number }): string => text.slice(start, end);

/** The paragraphs of a file, as texts; headings have a mark before them. */
export async function paragraphsOf(name: string, bytes: Uint8Array | string): Promise<string[]> {
  const document = await parseDocument(name, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  return document.paragraphs.map((paragraph) => (paragraph.heading ? '# ' : '') + textOf(document, paragraph));
}
