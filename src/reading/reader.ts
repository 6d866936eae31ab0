import { AutoTokenizer, type PreTrainedTokenizer } from '@huggingface/transformers';
import { batchesByLength } from '../threads/batches.js';
import { openPool } from '../threads/pool.js';
import type { ReaderInput, ReaderNetworkOptions, ReaderOutput } from './reader-network.js';
import { prepareReader } from './reader-weights.js';

/** What the reader makes of a passage for a question. Scores are logits: above 0 speaks for it. */
export interface Reading {
  /** Whether the passage answers the question at all. */
  answerable: number;
  /** Whether the passage is about what is asked. */
  relevance: number;
  /** How much better the best span is than "no answer". */
  margin: number;
  /** The best span, in UTF-16 code units of the passage's text; null where there is none. */
  span: { start: number; end: number } | null;
  /** Margin of the best span that lies within a stretch of the text; -Infinity where none does. */
  marginWithin(start: number, end: number): number;
  /** The best span that lies within a stretch of the text. */
  spanWithin(start: number, end: number): { start: number; end: number } | null;
}

export interface ReadablePassage {
  /** Title and section, `title | section`, or empty. */
  prefix: string;
  text: string;
}

/** A trained model that reads passages for a question. */
export interface Reader {
  read(question: string, passages: ReadablePassage[]): Promise<Reading[]>;
  dispose(): Promise<void>;
}

interface Token {
  id: number;
  /** Stretch of the word it belongs to. */
  start: number;
  end: number;
}

interface Window extends ReaderInput {
  passage: number;
  /** Token index of the passage's first token, and the tokens. */
  first: number;
  tokens: Token[];
}

/** Longest answer, in tokens. */
const MAX_ANSWER_TOKENS = 30;

/** Padded tokens in one run of the model; up to some 512 the activations stay in the cache of one core. */
const BATCH_TOKENS = 384;

/** BERT's words: runs of letters and digits, and every punctuation mark by itself. */
const PIECE = /[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu;

interface WindowScores {
  window: Window;
  start: Float32Array;
  end: Float32Array;
  nothing: number;
  answerable: number;
  relevance: number;
}

function bestSpan({ window: { tokens }, start, end, nothing }: WindowScores, from: number, to: number): { margin: number; start: number; end: number } {
  let best = { margin: Number.NEGATIVE_INFINITY, start: 0, end: 0 };
  for (let i = 0; i < tokens.length; i++) {
    const open = tokens[i] as Token;
    if (open.start < from) continue;
    for (let j = i; j < Math.min(tokens.length, i + MAX_ANSWER_TOKENS); j++) {
      const close = tokens[j] as Token;
      if (close.end > to) break;
      const margin = (start[i] as number) + (end[j] as number) - nothing;
      if (margin > best.margin) best = { margin, start: open.start, end: close.end };
    }
  }
  return best;
}

function toReading(windows: WindowScores[]): Reading {
  const within = (from: number, to: number) =>
    windows.map((scores) => bestSpan(scores, from, to)).reduce((best, span) => (span.margin > best.margin ? span : best));
  const span = (from: number, to: number) => {
    const { margin, start, end } = within(from, to);
    return Number.isFinite(margin) ? { start, end } : null;
  };
  const everywhere = [0, Number.POSITIVE_INFINITY] as const;
  return {
    answerable: Math.max(...windows.map(({ answerable }) => answerable)),
    relevance: Math.max(...windows.map(({ relevance }) => relevance)),
    margin: within(...everywhere).margin,
    span: span(...everywhere),
    marginWithin: (from, to) => within(from, to).margin,
    spanWithin: span,
  };
}

/**
 * Loads the trained reader.
 *
 * @throws ReaderUnavailableError when its weights are missing or damaged.
 */
export async function loadReader(cacheFolder: string, { threads, folder }: { threads: number; folder?: string }): Promise<Reader> {
  const { model, description } = await prepareReader(cacheFolder, folder);
  const { maxLength, maxQuestionTokens, maxPrefixTokens, windowOverlap } = description.input;
  const tokenizer: PreTrainedTokenizer = await AutoTokenizer.from_pretrained(model);
  const network: Omit<ReaderNetworkOptions, 'threads'> = { model };
  const pool = await openPool<null, ReaderInput[], ReaderOutput>('reader', 'reading/reader-worker.js', network, threads);
  const [cls, sep] = tokenizer.encode('', { add_special_tokens: true }) as [number, number];
  const known = new Map<string, number[]>();
  const wordIds = (word: string): number[] => {
    let ids = known.get(word);
    if (!ids) {
      ids = tokenizer.encode(word, { add_special_tokens: false });
      // The words of a corpus are few; a flood of new ones must not fill the memory.
      if (known.size < 200_000) known.set(word, ids);
    }
    return ids;
  };
  const tokenize = (text: string): Token[] =>
    [...text.matchAll(PIECE)].flatMap((match) => wordIds(match[0]).map((id) => ({ id, start: match.index, end: match.index + match[0].length })));
  const idsOf = (text: string, max: number) =>
    tokenize(text)
      .slice(0, max)
      .map(({ id }) => id);

  const windowsOf = (question: number[], { prefix, text }: ReadablePassage, passage: number): Window[] => {
    const head = [cls, ...question, sep];
    const before = prefix ? idsOf(prefix, maxPrefixTokens) : [];
    const room = maxLength - head.length - before.length - 1;
    const tokens = tokenize(text);
    const windows: Window[] = [];
    for (let at = 0; at === 0 || at + windowOverlap < tokens.length; at += room - windowOverlap) {
      const part = tokens.slice(at, at + room);
      windows.push({
        passage,
        ids: [...head, ...before, ...part.map(({ id }) => id), sep],
        segment: head.length,
        first: head.length + before.length,
        tokens: part,
      });
      if (at + room >= tokens.length) break;
    }
    return windows;
  };

  const runBatch = async (batch: Window[]): Promise<WindowScores[]> => {
    const inputs = batch.map(({ ids, segment }): ReaderInput => ({ ids, segment }));
    const { span, scores, columns } = await pool.run(inputs, 0);
    return batch.map((window, row): WindowScores => {
      const logit = (token: number, side: number) => span[(row * columns + token) * 2 + side] as number;
      return {
        window,
        start: Float32Array.from(window.tokens, (_, i) => logit(window.first + i, 0)),
        end: Float32Array.from(window.tokens, (_, i) => logit(window.first + i, 1)),
        nothing: logit(0, 0) + logit(0, 1),
        answerable: scores[row * 2] as number,
        relevance: scores[row * 2 + 1] as number,
      };
    });
  };

  return {
    async read(question, passages) {
      const asked = idsOf(question, maxQuestionTokens);
      const windows = passages.flatMap((passage, i) => windowsOf(asked, passage, i));
      const batches = batchesByLength(windows, ({ ids }) => ids.length, BATCH_TOKENS);
      const results: WindowScores[][] = passages.map(() => []);
      for (const scores of (await Promise.all(batches.map(runBatch))).flat()) results[scores.window.passage]?.push(scores);
      return results.map(toReading);
    },
    dispose: pool.dispose,
  };
}
