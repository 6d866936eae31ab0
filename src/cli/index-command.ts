import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Assistant } from '../assistant/assistant.js';
import type { Config } from '../config/config.js';
import { readLimits } from '../documents/limits.js';
import { loadEmbeddingModel } from '../embedding/load-model.js';
import { rollBack } from '../indexing/rollback.js';
import { verifyIndex } from '../indexing/verify-index.js';
import { watchFolder } from '../indexing/watch.js';
import { openAssistant } from './open-assistant.js';

const USAGE = `usage: npm run index -- [--full | --watch | --verify | --rollback]

  --full       read every file again, also those that look unchanged
  --watch      go on until it is stopped, indexing documents as they come, change and go
  --verify     check every file of the index and every document against it; change nothing
  --rollback   go back to the generation before the current one and stay there until the next npm run index`;

function describe(assistant: Assistant): string {
  const { manifest, dense } = assistant.generation();
  const { documents, paragraphs, passages } = manifest.counts;
  const embedded = assistant.index.lastResult()?.passagesEmbedded ?? 0;
  return `generation ${manifest.generation} of ${manifest.builtAt}: ${documents} documents, ${paragraphs} paragraphs, ${passages} passages, ${embedded} of them embedded now; model ${manifest.model}, search ${dense.kind}`;
}

async function rollback(config: Config): Promise<number> {
  const { encoder, fingerprint } = await loadEmbeddingModel(config);
  try {
    const { from, to, builtAt, documents, problems } = await rollBack(path.resolve(config.INDEX_DIR), fingerprint);
    for (const problem of problems) console.log(`warning: ${problem}`);
    console.log(`went back from generation ${from} to ${to} of ${builtAt}, ${documents} documents; it stays until the next npm run index or POST /reindex`);
    return 0;
  } finally {
    await encoder.dispose();
  }
}

async function verify(config: Config): Promise<number> {
  const model = await loadEmbeddingModel(config);
  try {
    const { lines, whole } = await verifyIndex(path.resolve(config.INDEX_DIR), config.CORPUS_DIR, readLimits(config), model, config.ALIASES_FILE);
    for (const line of lines) console.log(line);
    return whole ? 0 : 1;
  } finally {
    await model.encoder.dispose();
  }
}

async function watch(config: Config, assistant: Assistant): Promise<void> {
  const { index } = assistant;
  const unwatch = await watchFolder(config.CORPUS_DIR, async () => {
    const { outcome, error } = await index.reindex();
    if (outcome === 'switched') console.log(describe(assistant));
    return error === null;
  });
  console.log(`watching ${config.CORPUS_DIR}; stop with Ctrl+C`);
  // The timers of the watching let the process end; this one holds it.
  const hold = setInterval(() => {}, 2 ** 30);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  clearInterval(hold);
  unwatch();
}

/** Brings the index up to date and reports what it holds. Exit code 1 when it could not be brought up to date. */
export async function indexCommand(config: Config, args: string[]): Promise<number> {
  const flags = ['full', 'watch', 'verify', 'rollback'] as const;
  const options = Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean' as const }]));
  let values: Partial<Record<(typeof flags)[number], boolean>>;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch {
    console.error(USAGE);
    return 2;
  }
  if (values.rollback) return rollback(config);
  if (values.verify) return verify(config);
  const assistant = await openAssistant({ ...config, READER: 'off' }, { reindex: 'asked', full: values.full ?? false });
  console.log(describe(assistant));
  for (const warning of assistant.warnings()) console.log(`warning: ${warning}`);
  if (values.watch) await watch(config, assistant);
  await assistant.close();
  return assistant.isUpToDate() ? 0 : 1;
}
