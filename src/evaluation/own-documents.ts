import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '../config/config.js';
import type { Document } from '../documents/document.js';
import { loadEmbeddingModel } from '../embedding/load-model.js';
import { buildGeneration } from '../generation/build.js';
import { readCurrent } from '../generation/layout.js';
import { openGeneration } from '../generation/open.js';
import { type Log, openInProcess } from './in-process.js';
import { corpusIdentity, type System } from './system.js';

/** Passages between two lines about the progress of an index. */
const PROGRESS_STEP = 500;

/** Folder of this user's evaluation indexes; they are kept, because indexing a public set takes minutes. */
export const temporaryIndex = (name: string): string => path.join(tmpdir(), `verbatim-evaluation-${process.getuid?.() ?? 'user'}`, name);

/** A whole index of exactly these documents: the one left by an earlier run, else a new one. @returns Its folder. */
async function indexDocuments(documents: Document[], config: Config, log: Log): Promise<string> {
  const model = await loadEmbeddingModel(config);
  try {
    const folder = temporaryIndex(`${corpusIdentity(documents).corpus.slice(0, 16)}-${model.fingerprint}`);
    const built = await readCurrent(folder);
    const whole =
      built !== null &&
      (await openGeneration(folder, built, model.fingerprint).then(
        () => true,
        () => false,
      ));
    if (whole) return folder;
    log(`indexing ${documents.length} documents into ${folder}; later runs use it again`);
    let reported = 0;
    await buildGeneration(folder, { documents, skipped: [] }, model, ({ passages, passagesDone }) => {
      if (passagesDone < reported + PROGRESS_STEP) return;
      reported = passagesDone;
      log(`indexed ${passagesDone} of ${passages} passages`);
    });
    return folder;
  } finally {
    await model.encoder.dispose();
  }
}

/**
 * The assistant over documents that a question set brings along, on an index in the system's temporary folder.
 *
 * @param config Its corpus and index folders do not count.
 * @param given Whether a question may only be answered from the paragraph it was written for, as SQuAD defines it.
 */
export async function openOwnDocuments(documents: Document[], config: Config, { given, log }: { given: boolean; log: Log }): Promise<System> {
  const folder = await indexDocuments(documents, config, log);
  // There is no folder of documents to bring the index up to date with, so the assistant answers from it as it is.
  const corpus = path.join(folder, 'no-documents');
  const quiet: Log = (message) => (message.includes(corpus) ? undefined : log(message));
  return openInProcess({ ...config, CORPUS_DIR: corpus, INDEX_DIR: folder }, quiet, { given });
}
