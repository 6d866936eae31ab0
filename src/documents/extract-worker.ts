/** The thread in which files are read, so that a hostile one can be given up; `extract.ts` starts it and watches over it. */
import { parentPort } from 'node:worker_threads';
import type { Extracted } from './blocks.js';
import { UnreadableError } from './document.js';
import { withoutInvisible } from './invisible.js';

type Extract = (bytes: Uint8Array, maxCharacters: number) => Extracted | Promise<Extracted>;

/** Each library is loaded when the first file of its kind comes. */
const EXTRACTORS: Record<string, () => Promise<Extract>> = {
  markdown: async () => (await import('./text.js')).extractMarkdown,
  plainText: async () => (await import('./text.js')).extractPlainText,
  html: async () => (await import('./html.js')).extractHtml,
  docx: async () => (await import('./docx.js')).extractDocx,
  epub: async () => (await import('./epub.js')).extractEpub,
  pdf: async () => (await import('./pdf/pdf.js')).extractPdf,
  csv: async () => (await import('./tables.js')).extractCsv,
  jsonLines: async () => (await import('./tables.js')).extractJsonLines,
};

/** A file to read. */
export interface ExtractionRequest {
  format: string;
  bytes: Uint8Array;
  maxCharacters: number;
}

/** What became of it: its text, or why there is none. */
export type ExtractionReply = { extracted: Extracted } | { unreadable: string };

// What libraries print about a file is not our log.
for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) console[level] = () => {};

/** What a file says of itself stands in replies and on pages, as its text does. */
function asSeen({ title, metadata, ...rest }: Extracted): Extracted {
  const seen = Object.entries(metadata).map(([name, value]) => [name, withoutInvisible(value)]);
  return { ...rest, title: title && withoutInvisible(title), metadata: Object.fromEntries(seen) };
}

async function extract({ format, bytes, maxCharacters }: ExtractionRequest): Promise<ExtractionReply> {
  try {
    const extractor = await (EXTRACTORS[format] as () => Promise<Extract>)();
    return { extracted: asSeen(await extractor(bytes, maxCharacters)) };
  } catch (error) {
    if (error instanceof UnreadableError) return { unreadable: error.message };
    const { message } = error as Error;
    return {
      unreadable: error instanceof RangeError ? `nests too deep or is too large to be read (${message})` : `is broken or of an unknown form (${message})`,
    };
  }
}

parentPort?.on('message', async (request: ExtractionRequest) => parentPort?.postMessage(await extract(request)));
