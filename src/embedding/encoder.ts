import { AutoTokenizer, BertTokenizer, env, type PreTrainedTokenizer } from '@huggingface/transformers';
import { batchesByLength } from '../threads/batches.js';
import { openPool } from '../threads/pool.js';
import type { Precision } from './bert-graph.js';
import type { NetworkOptions, Pooling, Tokenized } from './network.js';

export type { Pooling };

/** Vectors of one input: of the whole, and of each part of it read in the context of the whole. Unit length. */
export interface Encoding {
  vector: Float32Array;
  parts: Float32Array[];
}

/** A text encoder. The same input gives the same vectors, whatever it is batched with, up to float rounding. */
export interface Encoder {
  dimensions: number;
  /** Tokens an input may have, special tokens not counted. */
  maxTokens: number;
  countTokens(text: string): number;
  /**
   * @param inputs Texts, each given as consecutive parts that are encoded together.
   * @throws Error when an input is longer than `maxTokens`: text is never cut silently.
   */
  encode(inputs: string[][], onProgress?: (done: number) => void): Promise<Encoding[]>;
  dispose(): Promise<void>;
}

export interface EncoderOptions {
  pooling: Pooling;
  precision: Precision;
  /** Upper bound for the window, in tokens with special ones; the model's own limit holds as well. */
  window: number;
  /**
   * Whether articles (a, an, the) and commas, quotation marks, brackets and their like around words are left out of what is
   * encoded. For the built-in model that is a sixth of all tokens, and what is meant is found as well without them.
   */
  contentOnly: boolean;
  threads: number;
}

/**
 * Padded tokens in one run of the model. Up to some 512 the activations stay in the cache of one core; a run of 256 keeps a
 * question that comes meanwhile waiting for 15 ms, and next to nothing is padded.
 */
const BATCH_TOKENS = 256;

/** So many inputs are no question any more; they are encoded in the order they come. */
const MANY = 64;

/** Texts whose tokens are remembered, the latest ones: some 6 MB. */
const REMEMBERED_TEXTS = 32_768;

/** Longer texts are parts of nothing that is encoded. */
const REMEMBERED_LENGTH = 1000;

type Tokenize = (text: string) => number[];

function remembered(tokenize: Tokenize): Tokenize {
  const known = new Map<string, number[]>();
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    const ids = tokenize(text);
    if (text.length > REMEMBERED_LENGTH) return ids;
    if (known.size >= REMEMBERED_TEXTS) known.delete(known.keys().next().value as string);
    known.set(text, ids);
    return ids;
  };
}

/** What BERT's tokenizer reads by itself: runs between white space and punctuation, and every punctuation mark. It drops `\v` and `\f`. */
const BERT_WORD = /(?:[^\s\p{P}$+<=>^`|~]|[\v\f])+|[\p{P}$+<=>^`|~]/gu;

/** A punctuation mark that ends no sentence. */
const MARK = /^(?![.?!])[\p{P}$+<=>^`|~]$/u;

/** A capital A is more often a letter that names something than the beginning of a sentence. */
const ARTICLE = /^(?:a|[Aa]n|[Tt]he)$/;

/** What stands between two spaces, without the marks before its first word and after its last; nothing of an article. */
function contentOf(words: string[]): string[] {
  const first = words.findIndex((word) => !MARK.test(word));
  if (first < 0) return [];
  const content = words.slice(first, words.findLastIndex((word) => !MARK.test(word)) + 1);
  return content.length === 1 && ARTICLE.test(content[0] as string) ? [] : content;
}

/** Such a word is a token where the vocabulary has it, as it has most. */
const PLAIN_WORD = /^(?:[a-z\d]+|[!-/:-@[-`{-~])$/;

/** Ways to take texts apart: into all their tokens, and into those that are encoded. */
interface Tokenizers {
  all: Tokenize;
  encoded: Tokenize;
}

/** Tokens without special ones, also where a text spells one. Between two spaces stands little that did not come before. */
function tokenizersOf(tokenizer: PreTrainedTokenizer, contentOnly: boolean): Tokenizers {
  const tokenize = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false });
  if (!(tokenizer instanceof BertTokenizer)) {
    const all = remembered(tokenize);
    return { all, encoded: all };
  }
  const lowers = tokenizer.tokenize('A')[0] === 'a';
  const word = remembered((text) => {
    const token = lowers ? text.toLowerCase() : text;
    const id = PLAIN_WORD.test(token) ? tokenizer.convert_tokens_to_ids(token) : undefined;
    return id === undefined ? tokenize(text) : [id];
  });
  const wordsOf = (text: string): string[] => text.match(BERT_WORD) ?? [];
  const inChunks = (tokensOf: (words: string[]) => number[]): Tokenize => {
    const chunk = remembered((text) => tokensOf(wordsOf(text)));
    return (text) => {
      const ids: number[] = [];
      for (const each of text.split(' ')) for (const id of chunk(each)) ids.push(id);
      return ids;
    };
  };
  const all = inChunks((words) => words.flatMap(word));
  if (!contentOnly) return { all, encoded: all };
  const some = inChunks((words) => contentOf(words).flatMap(word));
  return {
    all,
    encoded(text) {
      const ids = some(text);
      return ids.length > 0 ? ids : all(text);
    },
  };
}

/**
 * Loads a transformers.js model from a folder (or, where remote models are allowed, a hub id) as an encoder.
 *
 * @throws Error when files are missing; `encode` throws when the model has no `last_hidden_state`.
 */
export async function loadEncoder(model: string, options: EncoderOptions): Promise<Encoder> {
  const tokenizer: PreTrainedTokenizer = await AutoTokenizer.from_pretrained(model);
  const { allowRemoteModels, localModelPath, cacheDir } = env;
  const from = { allowRemoteModels, localModelPath, cacheDir };
  const { precision, pooling, threads } = options;
  const network: Omit<NetworkOptions, 'threads'> = { model, precision, pooling, padId: tokenizer.pad_token_id ?? 0, from };
  const pool = await openPool<{ dimensions: number; positions: number | null }, Tokenized[], Float32Array>(
    'embedding model',
    'embedding/network-worker.js',
    network,
    threads,
  );
  const { dimensions, positions } = pool.opened;
  const special = tokenizer.encode('', { add_special_tokens: true });
  const [first, last] = special.length >= 2 ? [special.slice(0, 1), special.slice(-1)] : [[], special];
  const window = Math.min(options.window, positions ?? options.window);
  const maxTokens = window - special.length;
  const { all, encoded } = tokenizersOf(tokenizer, options.contentOnly);

  const tokenize = (parts: string[]): Tokenized => {
    const ids = [...first];
    const bounds = parts.map((part: string) => {
      const at = ids.length;
      ids.push(...encoded(part));
      return at;
    });
    bounds.push(ids.length);
    ids.push(...last);
    if (ids.length > window) {
      throw new Error(`a text of ${ids.length} tokens is longer than the model's window of ${window}; split it first ("${parts.join(' ').slice(0, 60)}...")`);
    }
    return { ids, bounds };
  };

  return {
    dimensions,
    maxTokens,
    countTokens: (text) => all(text).length,
    async encode(inputs, onProgress) {
      const tokenized = inputs.map(tokenize);
      const encodings = new Array<Encoding>(inputs.length);
      let done = 0;
      const run = async (batch: number[]) => {
        const vectors = await pool.run(
          batch.map((i) => tokenized[i] as Tokenized),
          Math.min(inputs.length, MANY),
        );
        let end = 0;
        const next = () => {
          end += dimensions;
          return vectors.subarray(end - dimensions, end);
        };
        for (const i of batch) encodings[i] = { vector: next(), parts: (inputs[i] as string[]).map(next) };
        done += batch.length;
        onProgress?.(done);
      };
      const batches = batchesByLength([...tokenized.keys()], (i) => (tokenized[i] as Tokenized).ids.length, BATCH_TOKENS);
      await Promise.all(batches.map(run));
      return encodings;
    },
    dispose: pool.dispose,
  };
}
