import { type Paragraph, UnreadableError } from './document.js';
import { withoutInvisible } from './invisible.js';

/** A piece of a document that is no plain text of its own: what a parser of HTML, PDF or a table finds, in reading order. */
export interface Block {
  /** One or more lines of text. */
  text: string;
  /** 1 for the outermost heading, up to 6; absent for what is no heading. */
  heading?: number;
  /** Line that introduces the block, or the header row of its table. */
  lead?: string;
  /** In the text, but no paragraph: the header row of a table. */
  context?: boolean;
  /** On the line after the block before it, as the rows of a table are; otherwise a blank line is between. */
  tight?: boolean;
  /** 1-based page on which it begins. */
  page?: number;
}

/** What a parser finds in a file whose text is not its bytes decoded. */
export interface Extracted {
  title: string | null;
  metadata: Record<string, string>;
  text: string;
  paragraphs: Paragraph[];
}

const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

export const tooLong = (maxCharacters: number): UnreadableError =>
  new UnreadableError(`holds more than the ${maxCharacters} characters of text that MAX_EXTRACTED_CHARACTERS allows`);

/**
 * Lays blocks out as the text of a document and numbers its paragraphs. A block without a letter or digit is left out.
 * The first heading of depth 1 is the title; other headings are the sections of what follows them.
 *
 * @throws UnreadableError when the text becomes longer than `maxCharacters`.
 */
export function layOut(blocks: Iterable<Block>, maxCharacters: number): Omit<Extracted, 'metadata'> {
  const paragraphs: Paragraph[] = [];
  const open: { depth: number; title: string }[] = [];
  const parts: string[] = [];
  let title: string | null = null;
  let end = 0;
  for (const { text: raw, heading, lead: introduction, context, tight, page } of blocks) {
    // Some programs write an accent as a character of its own.
    const text = withoutInvisible(raw).normalize('NFC').trim();
    const lead = introduction && withoutInvisible(introduction);
    if (!hasWords(text)) continue;
    const joint = end === 0 ? '' : tight ? '\n' : '\n\n';
    const start = end + joint.length;
    end = start + text.length;
    if (end > maxCharacters) throw tooLong(maxCharacters);
    parts.push(joint, text);
    if (context) continue;
    while (heading && (open.at(-1)?.depth ?? 0) >= heading) open.pop();
    const section = open.map((each) => each.title);
    const extra = { ...(lead ? { lead } : {}), ...(page ? { page } : {}) };
    paragraphs.push({ paragraph: paragraphs.length + 1, start, end, section, heading: heading !== undefined, ...extra });
    if (heading === 1 && title === null) title = text.replace(/\s+/g, ' ');
    else if (heading) open.push({ depth: heading, title: text.replace(/\s+/g, ' ') });
  }
  return { title, text: parts.join(''), paragraphs };
}
