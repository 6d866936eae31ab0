import type { Document, Paragraph } from '../documents/document.js';
import { characterStart } from '../text/characters.js';
import { firstWhere } from '../text/first-where.js';
import { type Span, splitSentences } from './sentences.js';

/** A part of one paragraph, small enough for the embedding model's window. Offsets refer to the document's text. */
export interface Passage extends Span {
  source: string;
  paragraph: number;
  /** Sentences, in order; together they cover the passage but for white space. */
  sentences: Span[];
  /** Title, section and lead-in that tell what the passage is about; never part of a quote. */
  context: string;
}

/** Limits in tokens of the embedding model; the context is encoded by itself. */
export interface PassageLimits {
  countTokens: (text: string) => number;
  maxTokens: number;
}

/**
 * Longest passage in tokens, even where the model's window is wider: a vector of few sentences is sharper, and the reader
 * has less to read. With twice as many the development questions were answered less often and in twice the time.
 */
export const MAX_PASSAGE_TOKENS = 118;

/** Longest context, as a share of the longest passage. */
const MAX_CONTEXT_SHARE = 0.3;

/** A title made of digits and hashes says nothing about the content. */
const saysSomething = (title: string) => /\p{L}{3}/u.test(title) && !/\p{L}\d|\d\p{L}/u.test(title);

/** Title, date, section and lead-in of a paragraph, as one line. */
function contextOf(document: Document, { section, lead }: Paragraph): string {
  const parts = [document.title, document.metadata.date, ...section, lead].filter((part): part is string => Boolean(part));
  return parts.filter((part, i) => (i > 0 || saysSomething(part)) && parts.indexOf(part) === i).join(' | ');
}

/** The longest beginning of whole words within the limit; more words never have fewer tokens. */
function fitWords(text: string, limits: PassageLimits, maxTokens: number): string {
  if (limits.countTokens(text) <= maxTokens) return text;
  const words = text.split(' ');
  const first = (count: number) => words.slice(0, count).join(' ');
  return first(firstWhere(words.length, (i) => limits.countTokens(first(i + 1)) > maxTokens));
}

/** Where to cut a stretch that begins and ends with a word: the white space nearest its middle, else between two characters. */
function cutNear(stretch: string): number {
  const middle = stretch.length >> 1;
  const after = stretch.slice(middle).search(/\s/);
  const before = stretch.slice(0, middle).search(/\s\S*$/);
  if (after >= 0 && (before < 0 || after <= middle - before)) return middle + after;
  return before >= 0 ? before : characterStart(stretch, middle);
}

/** A sentence or a part of one, and its length in tokens. */
interface Piece extends Span {
  tokens: number;
}

/** Cuts one over-long sentence at white space, else between characters, into pieces within the limit. */
function piecesOf(text: string, { start, end }: Span, limits: PassageLimits): Piece[] {
  const sentence = text.slice(start, end);
  const tokens = limits.countTokens(sentence);
  const cut = tokens <= limits.maxTokens ? 0 : cutNear(sentence);
  if (cut === 0) return [{ start, end, tokens }];
  const rest = sentence.slice(cut).search(/\S/);
  return [...piecesOf(text, { start, end: start + cut }, limits), ...piecesOf(text, { start: start + cut + rest, end }, limits)];
}

/**
 * Passages of a document: each paragraph whole where it fits the window, else runs of whole sentences.
 * Headings make no passage of their own; they are context for what follows.
 */
export function* splitPassages(document: Document, limits: PassageLimits): Generator<Passage> {
  let told = '';
  let context = '';
  for (const paragraph of document.paragraphs) {
    if (paragraph.heading) continue;
    const whole = contextOf(document, paragraph);
    if (whole !== told) context = fitWords(whole, limits, Math.floor(limits.maxTokens * MAX_CONTEXT_SHARE));
    told = whole;
    let open: Span[] = [];
    let used = 0;
    const close = function* (): Generator<Passage> {
      const [first, last] = [open[0], open.at(-1)];
      if (first && last) yield { source: document.source, paragraph: paragraph.paragraph, start: first.start, end: last.end, sentences: open, context };
      open = [];
      used = 0;
    };
    for (const sentence of splitSentences(document.text, paragraph)) {
      for (const { tokens, ...piece } of piecesOf(document.text, sentence, limits)) {
        if (used + tokens > limits.maxTokens) yield* close();
        open.push(piece);
        used += tokens;
      }
    }
    yield* close();
  }
}
