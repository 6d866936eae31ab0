import type { Passage } from '../passages/passage.js';
import type { Span } from '../passages/sentences.js';

/** A passage as it is stored: paragraph, context, and where its sentences begin and end. */
export type StoredPassage = [paragraph: number, context: string, bounds: number[]];

export const storePassage = ({ paragraph, context, sentences }: Passage): StoredPassage => [
  paragraph,
  context,
  sentences.flatMap(({ start, end }) => [start, end]),
];

/** Passages of a segment in columns, which take a sixth of the memory of an object each. */
export interface PassageTable {
  /** Number of each document's first passage, and the number of all passages. */
  firstPassage: Uint32Array;
  /** Number of each passage's first sentence, and the number of all sentences. */
  firstSentence: Uint32Array;
  /** Paragraph of each passage. */
  paragraphs: Uint32Array;
  /** Number of each passage's context among the different ones. */
  contextOf: Uint32Array;
  contexts: string[];
  /** Start and end of each sentence. */
  bounds: Uint32Array;
}

/** Collects the passages of one document after the other. */
export function passageTable(): { add(passages: StoredPassage[]): void; table(): PassageTable } {
  const firstPassage = [0];
  const firstSentence = [0];
  const paragraphs: number[] = [];
  const contextOf: number[] = [];
  const bounds: number[] = [];
  const contexts = new Map<string, number>();
  return {
    add(passages) {
      for (const [paragraph, context, spans] of passages) {
        const number = contexts.get(context) ?? contexts.size;
        contexts.set(context, number);
        paragraphs.push(paragraph);
        contextOf.push(number);
        for (const bound of spans) bounds.push(bound);
        firstSentence.push(bounds.length / 2);
      }
      firstPassage.push(paragraphs.length);
    },
    table: () => ({
      firstPassage: Uint32Array.from(firstPassage),
      firstSentence: Uint32Array.from(firstSentence),
      paragraphs: Uint32Array.from(paragraphs),
      contextOf: Uint32Array.from(contextOf),
      contexts: [...contexts.keys()],
      bounds: Uint32Array.from(bounds),
    }),
  };
}

/** A passage whose parts are looked up when they are asked for. */
class TabledPassage implements Passage {
  constructor(
    readonly source: string,
    private readonly table: PassageTable,
    private readonly number: number,
  ) {}

  get paragraph(): number {
    return this.table.paragraphs[this.number] as number;
  }

  get context(): string {
    return this.table.contexts[this.table.contextOf[this.number] as number] as string;
  }

  get start(): number {
    return this.table.bounds[2 * (this.table.firstSentence[this.number] as number)] as number;
  }

  get end(): number {
    return this.table.bounds[2 * (this.table.firstSentence[this.number + 1] as number) - 1] as number;
  }

  get sentences(): Span[] {
    const { firstSentence, bounds } = this.table;
    const spans: Span[] = [];
    for (let sentence = firstSentence[this.number] as number; sentence < (firstSentence[this.number + 1] as number); sentence++)
      spans.push({ start: bounds[2 * sentence] as number, end: bounds[2 * sentence + 1] as number });
    return spans;
  }
}

/** Passages of a document. @param source Name of the document, which may have been another when it was stored. */
export function passagesIn(table: PassageTable, document: number, source: string): Passage[] {
  const first = table.firstPassage[document] as number;
  return Array.from({ length: passageCount(table, document) }, (_, i) => new TabledPassage(source, table, first + i));
}

/** How many passages a document has. */
export const passageCount = ({ firstPassage }: PassageTable, document: number): number =>
  (firstPassage[document + 1] as number) - (firstPassage[document] as number);

/** How many sentences a document has. */
export const sentenceCount = ({ firstPassage, firstSentence }: PassageTable, document: number): number =>
  (firstSentence[firstPassage[document + 1] as number] as number) - (firstSentence[firstPassage[document] as number] as number);
