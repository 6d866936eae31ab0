import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readBeir } from './beir.js';
import { LOOKALIKES, lookalikes } from './lookalikes.js';
import { type QuestionSet, QuestionSetError, readQuestionSet } from './question-set.js';
import { readSquad } from './squad.js';

/** Folder of the product's own sets, thresholds and reports. */
export const SETS_FOLDER = 'eval';

const isFolder = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Whether there is something under a path. */
export const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

async function readSet(name: string): Promise<QuestionSet> {
  if (name === LOOKALIKES) return lookalikes();
  if (await isFolder(name)) return readBeir(name);
  if (name.endsWith('.json')) return readSquad(name);
  return readQuestionSet((await exists(name)) ? name : path.join(SETS_FOLDER, name.endsWith('.jsonl') ? name : `${name}.jsonl`));
}

/**
 * Reads sets by name: a BEIR folder, a SQuAD `.json` file, a `.jsonl` file, the name of one in `eval/`, or `lookalikes`.
 * Without a name, all of `eval/*.jsonl`.
 *
 * @throws QuestionSetError when one cannot be read, or there is none.
 */
export async function readSets(names: string[]): Promise<QuestionSet[]> {
  if (names.length > 0) return Promise.all(names.map(readSet));
  const files = (await readdir(SETS_FOLDER).catch(() => [])).filter((name) => name.endsWith('.jsonl')).sort();
  if (files.length === 0) throw new QuestionSetError(`there is no .jsonl file in ${SETS_FOLDER}/; name a set`);
  return Promise.all(files.map((name) => readQuestionSet(path.join(SETS_FOLDER, name))));
}
