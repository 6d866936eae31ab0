import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { env } from '@huggingface/transformers';
import type { Config } from '../config/config.js';
import type { Prefixes } from './embeddings.js';
import { type Encoder, type EncoderOptions, loadEncoder } from './encoder.js';
import { MINILM_VERSION, prepareMiniLm } from './minilm.js';

/** The name under which the model that comes with the product is known. */
export const BUILT_IN_MODEL = 'all-MiniLM-L6-v2';

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

async function loadFromHub(id: string, cache: string, options: EncoderOptions): Promise<Encoder> {
  env.allowRemoteModels = true;
  env.cacheDir = cache;
  env.localModelPath = cache;
  return loadEncoder(id, options).catch((error: unknown) => {
    const reason = (error as Error).message.split('\n')[0];
    throw new Error(`EMBEDDING_MODEL=${id} cannot be loaded (${reason}); without a network, put its config.json, tokenizer.json, tokenizer_config.json and onnx/ into ${path.join(cache, id)}`);
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
  const options: EncoderOptions = { pooling, dtype: precision === 'int8' ? 'q8' : 'fp32', window, threads: config.THREADS };
  const prefixes = { query: config.QUERY_PREFIX, passage: config.PASSAGE_PREFIX };
  const builtIn = model === BUILT_IN_MODEL;
  const identity = JSON.stringify([builtIn ? MINILM_VERSION : model, precision, pooling, window, prefixes]);
  const encoder = builtIn
    ? await loadFolder(await prepareMiniLm(cache, precision), options)
    : existsSync(model)
      ? await loadFolder(path.resolve(model), options)
      : await loadFromHub(model, cache, options);
  return { encoder, prefixes, fingerprint: `${path.basename(model)}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}` };
}
