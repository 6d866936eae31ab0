import type { Evidence, GoldParagraph, Question } from './question-set.js';

/** A document as far as gold evidence needs it: the text that offsets refer to, and its numbered paragraphs. */
export interface GoldDocument {
  text: string;
  paragraphs: { paragraph: number; start: number; end: number }[];
}

export type GoldDocuments = ReadonlyMap<string, GoldDocument>;

/** Where a quote stands. Offsets are UTF-16 code units into the document's text. */
export interface Place {
  source: string;
  paragraph: number;
  start: number;
  end: number;
}

/** The gold of a question, or the evidence that the documents no longer hold. */
export interface LocatedGold {
  gold: GoldParagraph[];
  stale: Evidence[];
}

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Finds a quote whatever white space stands between its words; it must lie within one paragraph. */
export function locateQuote(source: string, { text, paragraphs }: GoldDocument, quote: string): Place | null {
  const pattern = new RegExp(quote.trim().split(/\s+/).map(escaped).join('\\s+'), 'g');
  for (const match of text.matchAll(pattern)) {
    const place = placeOf(source, paragraphs, match.index, match.index + match[0].length);
    if (place) return place;
  }
  return null;
}

function placeOf(source: string, paragraphs: GoldDocument['paragraphs'], start: number, end: number): Place | null {
  const holder = paragraphs.find((paragraph) => paragraph.start <= start && end <= paragraph.end);
  return holder ? { source, paragraph: holder.paragraph, start, end } : null;
}

/** Letters and digits in lower case, compatibility forms resolved, with the offset each came from. */
function bare(text: string): { letters: string; offsets: number[] } {
  let letters = '';
  const offsets: number[] = [];
  let at = 0;
  for (const character of text) {
    for (const unit of character
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '')) {
      letters += unit;
      for (let i = 0; i < unit.length; i++) offsets.push(at);
    }
    at += character.length;
  }
  return { letters, offsets };
}

/**
 * Finds a quote by its letters and digits alone: other case, punctuation, dashes, quotation marks or emphasis do
 * not matter, another word or number does, because it may be another fact.
 */
export function locateLoosely(source: string, { text, paragraphs }: GoldDocument, quote: string): Place | null {
  const wanted = bare(quote).letters;
  if (wanted.length === 0) return null;
  for (const paragraph of paragraphs) {
    const { letters, offsets } = bare(text.slice(paragraph.start, paragraph.end));
    const at = letters.indexOf(wanted);
    if (at < 0) continue;
    const start = paragraph.start + (offsets[at] as number);
    const last = paragraph.start + (offsets[at + wanted.length - 1] as number);
    const end = last + String.fromCodePoint(text.codePointAt(last) as number).length;
    return { source, paragraph: paragraph.paragraph, start, end };
  }
  return null;
}

/**
 * Paragraphs a question should find and cite. Evidence that its document no longer holds word for word is stale;
 * a question with any is not to be scored, because what is right for it is no longer known.
 */
export function locateGold({ evidence, gold: given }: Question, documents: GoldDocuments): LocatedGold {
  if (given) return { gold: given, stale: [] };
  const gold: GoldParagraph[] = [];
  const stale: Evidence[] = [];
  for (const item of evidence) {
    const document = documents.get(item.source);
    const place = document && locateQuote(item.source, document, item.quote);
    if (!place) stale.push(item);
    else if (!gold.some(({ source, paragraph }) => source === place.source && paragraph === place.paragraph))
      gold.push({ source: place.source, paragraph: place.paragraph, grade: 1 });
  }
  return { gold, stale };
}
