import { firstWhere } from '../text/first-where.js';
import { fold, isStopWord, term, wordsIn } from '../text/terms.js';
import { pacer } from './pacer.js';

/** Where the words stand in one field of the passages, word by word. */
export interface FieldPostings {
  /** Where each word's postings begin in `passages` and `counts`; one more than there are words. */
  offsets: Uint32Array;
  /** Numbers of the passages within the segment, ascending for each word. */
  passages: Uint32Array;
  /** How often the word stands there. */
  counts: Uint16Array;
  /** Different words of each passage's field. */
  lengths: Uint16Array;
}

/**
 * The words of a segment's passages as they are written, sorted by their search term: whatever the keyword search
 * counts, by term or by form, can be counted from these, also when some passages do not count any more.
 */
export interface Postings {
  words: string[];
  /** Each word's folded form and search term. */
  folded: string[];
  terms: string[];
  isStop: Uint8Array;
  /** Letters of each term, as {@link lettersOf} gives them. */
  letters: Uint32Array;
  text: FieldPostings;
  context: FieldPostings;
  /** Passages of the segment. */
  size: number;
}

/** Counts above this are not told apart. */
const MAX_COUNT = 0xffff;

/** Triples of word, passage and count in the order they were met. */
class Occurrences {
  private data = new Uint32Array(3 * 1024);
  private used = 0;

  add(word: number, passage: number, count: number): void {
    if (this.used + 3 > this.data.length) {
      const larger = new Uint32Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.used++] = word;
    this.data[this.used++] = passage;
    this.data[this.used++] = Math.min(count, MAX_COUNT);
  }

  /** Postings by word. @param rank New number of each word. */
  toField(rank: Uint32Array, lengths: Uint16Array): FieldPostings {
    const offsets = new Uint32Array(rank.length + 1);
    for (let at = 0; at < this.used; at += 3) (offsets[(rank[this.data[at] as number] as number) + 1] as number)++;
    for (let word = 0; word < rank.length; word++) offsets[word + 1] = (offsets[word + 1] as number) + (offsets[word] as number);
    const passages = new Uint32Array(this.used / 3);
    const counts = new Uint16Array(this.used / 3);
    const next = offsets.slice();
    for (let at = 0; at < this.used; at += 3) {
      const word = rank[this.data[at] as number] as number;
      const to = next[word] as number;
      next[word] = to + 1;
      passages[to] = this.data[at + 1] as number;
      counts[to] = this.data[at + 2] as number;
    }
    return { offsets, passages, counts, lengths };
  }
}

/** A passage as the keyword search sees it. */
export interface PassageWords {
  text: string;
  context: string;
}

/** Counts the words of a segment's passages, in their order. */
export async function buildPostings(passages: Iterable<PassageWords>, size: number): Promise<Postings> {
  const numbers = new Map<string, number>();
  const fields = { text: new Occurrences(), context: new Occurrences() };
  const lengths = { text: new Uint16Array(size), context: new Uint16Array(size) };
  const pause = pacer();
  let passage = 0;
  for (const content of passages) {
    for (const field of ['text', 'context'] as const) {
      const counts = new Map<string, number>();
      for (const word of wordsIn(content[field])) counts.set(word, (counts.get(word) ?? 0) + 1);
      for (const [word, count] of counts) {
        const number = numbers.get(word) ?? numbers.size;
        numbers.set(word, number);
        fields[field].add(number, passage, count);
      }
      lengths[field][passage] = Math.min(counts.size, MAX_COUNT);
    }
    passage++;
    await pause();
  }
  const known = [...numbers.keys()].map((word) => ({ word, term: term(word) }));
  const order = known
    .map((_, i) => i)
    .sort((a, b) => compare(known[a]?.term ?? '', known[b]?.term ?? '') || compare(known[a]?.word ?? '', known[b]?.word ?? ''));
  const rank = new Uint32Array(order.length);
  order.forEach((number, i) => {
    rank[number] = i;
  });
  const sorted = order.map((number) => known[number] as { word: string; term: string });
  return {
    words: sorted.map(({ word }) => word),
    folded: sorted.map(({ word }) => fold(word)),
    terms: sorted.map((entry) => entry.term),
    isStop: Uint8Array.from(sorted, ({ word }) => Number(isStopWord(word))),
    letters: Uint32Array.from(sorted, (entry) => lettersOf(entry.term)),
    text: fields.text.toField(rank, lengths.text),
    context: fields.context.toField(rank, lengths.context),
    size,
  };
}

/** The letters that a word has, a bit for each, where far ones of the alphabet share one: words of other letters are not alike. */
export function lettersOf(word: string): number {
  let letters = 0;
  for (let i = 0; i < word.length; i++) letters |= 1 << (word.charCodeAt(i) & 31);
  return letters;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Numbers of the words that share a search term. */
export function wordsOf({ terms }: Postings, word: string): { from: number; to: number } {
  const from = firstWhere(terms.length, (i) => (terms[i] as string) >= word);
  let to = from;
  while (terms[to] === word) to++;
  return { from, to };
}

interface WordTable {
  size: number;
  words: string[];
  /** Folded forms and terms; null where they are the word as it stands. */
  folded: (string | null)[];
  terms: (string | null)[];
  stop: number[];
  postings: { text: number; context: number };
}

const arraysOf = ({ offsets, passages, counts, lengths }: FieldPostings) => [offsets, passages, counts, lengths];

/** Postings as two files: the words as JSON, the numbers as little-endian integers. */
export function serializePostings({ words: forms, folded, terms, isStop, text, context, size }: Postings): { table: string; numbers: Uint8Array } {
  const table: WordTable = {
    size,
    words: forms,
    folded: folded.map((form, i) => (form === forms[i] ? null : form)),
    terms: terms.map((form, i) => (form === forms[i] ? null : form)),
    stop: forms.flatMap((_, i) => (isStop[i] ? [i] : [])),
    postings: { text: text.passages.length, context: context.passages.length },
  };
  const parts = [...arraysOf(text), ...arraysOf(context)].map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  return { table: JSON.stringify(table), numbers: Buffer.concat(parts) };
}

/** Reads what {@link serializePostings} wrote. */
export function loadPostings(table: string, numbers: Uint8Array): Postings {
  const { size, words: forms, folded, terms, stop, postings } = JSON.parse(table) as WordTable;
  let at = 0;
  const take = (bytes: number): ArrayBuffer => {
    // A copy, because typed arrays begin at multiples of their width.
    const part = new Uint8Array(numbers.subarray(at, at + bytes));
    at += bytes;
    return part.buffer;
  };
  const field = (count: number): FieldPostings => ({
    offsets: new Uint32Array(take(4 * (forms.length + 1))),
    passages: new Uint32Array(take(4 * count)),
    counts: new Uint16Array(take(2 * count)),
    lengths: new Uint16Array(take(2 * size)),
  });
  const isStop = new Uint8Array(forms.length);
  for (const word of stop) isStop[word] = 1;
  const termOf = (i: number) => terms[i] ?? (forms[i] as string);
  return {
    words: forms,
    folded: folded.map((form, i) => form ?? (forms[i] as string)),
    terms: terms.map((_, i) => termOf(i)),
    isStop,
    letters: Uint32Array.from(terms, (_, i) => lettersOf(termOf(i))),
    text: field(postings.text),
    context: field(postings.context),
    size,
  };
}
