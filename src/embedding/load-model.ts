import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { env } from '@huggingface/transformers';
import type { Config } from '../config/config.js';
import type { Prefixes } from './embeddings.js';
import { type Encoder, type EncoderOptions, loadEncoder } from './encoder.js';
import { MINILM_VERSION, prepareMiniLm } from './minilm.js';
import { graphFile } from './model-cache.js';
import { checkVectors } from './reference-vectors.js';

/** The name under which the model that comes with the product is known. */
const BUILT_IN_MODEL = 'all-MiniLM-L6-v2';

/** An embedding model ready for use. */
export interface EmbeddingModel {
  encoder: Encoder;
  prefixes: Prefixes;
  /** Tells models and settings apart whose vectors must not be mixed. */
  fingerprint: string;
}

type ModelConfig = Pick<
  Config,
  'EMBEDDING_MODEL' | 'EMBEDDING_DTYPE' | 'EMBEDDING_POOLING' | 'EMBEDDING_WINDOW' | 'QUERY_PREFIX' | 'PASSAGE_PREFIX' | 'MODEL_CACHE_DIR' | 'THREADS'
>;

async function loadFolder(folder: string, options: EncoderOptions): Promise<Encoder> {
  env.allowRemoteModels = false;
  env.localModelPath = path.dirname(folder);
  return loadEncoder(path.basename(folder), options);
}

/** The built-in model, checked by what it says of a known text; a damaged cache folder is written anew, once. */
async function loadBuiltIn(cache: string, options: EncoderOptions): Promise<Encoder> {
  const load = async () => {
    const encoder = await loadFolder(await prepareMiniLm(cache, options.precision), options);
    await checkVectors(encoder, options.precision);
    return encoder;
  };
  const prepared = await prepareMiniLm(cache, options.precision);
  return load().catch(async () => {
    await rm(prepared, { recursive: true, force: true });
    return load();
  });
}

async function loadOwnFolder(folder: string, options: EncoderOptions): Promise<Encoder> {
  const missing = ['config.json', 'tokenizer.json', 'tokenizer_config.json', graphFile(options.precision)].filter(
    (name) => !existsSync(path.join(folder, name)),
  );
  if (missing.length > 0) throw new Error(`EMBEDDING_MODEL=${folder} cannot be loaded; the folder lacks ${missing.join(', ')}`);
  return loadFolder(folder, options).catch((error: unknown) => {
    throw new Error(`EMBEDDING_MODEL=${folder} cannot be loaded (${firstLine(error)}); it must hold a text encoder in the form of transformers.js`);
  });
}

/** Hash of the files that make the vectors, so that a model exchanged in its folder is noticed. */
async function hashFolder(folder: string, options: EncoderOptions): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['config.json', 'tokenizer.json', graphFile(options.precision)])
    await pipeline(createReadStream(path.join(folder, name)), hash, { end: false });
  return hash.digest('hex');
}

const firstLine = (error: unknown): string => (error as Error).message.split('\n')[0] ?? 'unknown';

async function loadFromHub(id: string, cache: string, options: EncoderOptions): Promise<Encoder> {
  env.allowRemoteModels = true;
  env.cacheDir = cache;
  env.localModelPath = cache;
  return loadEncoder(id, options).catch((error: unknown) => {
    const files = `config.json, tokenizer.json, tokenizer_config.json and ${graphFile(options.precision)}`;
    throw new Error(`EMBEDDING_MODEL=${id} cannot be loaded (${firstLine(error)}); without a network, put its ${files} into ${path.join(cache, id)}`);
  });
}

/**
 * Loads the model that the settings name: the built-in one, a folder, or a hub id.
 *
 * @throws Error in one line that says what to do.
 */
export async function loadEmbeddingModel(config: ModelConfig): Promise<EmbeddingModel> {
  const { EMBEDDING_MODEL: model, EMBEDDING_DTYPE: precision, EMBEDDING_POOLING: pooling, EMBEDDING_WINDOW: window } = config;
  const cache = path.resolve(config.MODEL_CACHE_DIR);
  const prefixes = { query: config.QUERY_PREFIX, passage: config.PASSAGE_PREFIX };
  const builtIn = model === BUILT_IN_MODEL;
  const options: EncoderOptions = { pooling, precision, window, contentOnly: builtIn, threads: config.THREADS };
  const folder = !builtIn && existsSync(model) ? path.resolve(model) : null;
  const encoder = builtIn ? await loadBuiltIn(cache, options) : folder ? await loadOwnFolder(folder, options) : await loadFromHub(model, cache, options);
  const version = builtIn ? `${MINILM_VERSION} content only` : folder ? await hashFolder(folder, options) : model;
  const identity = JSON.stringify([version, precision, pooling, window, prefixes]);
  return { encoder, prefixes, fingerprint: `${path.basename(model)}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}` };
}
