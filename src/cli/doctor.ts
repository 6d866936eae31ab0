import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Config } from '../config/config.js';
import { readLimits } from '../documents/limits.js';
import { readFolder } from '../documents/read-folder.js';
import { loadEmbeddingModel } from '../embedding/load-model.js';
import { readCurrent } from '../generation/layout.js';
import { openGeneration } from '../generation/open.js';
import { loadHnswlib } from '../generation/vector-index.js';
import { loadPrompts, type Prompt } from '../generative/prompt.js';

interface Finding {
  /** `note` is worth knowing; `fail` keeps the product from working. */
  level: 'ok' | 'note' | 'fail';
  text: string;
}

const ok = (text: string): Finding => ({ level: 'ok', text });
const note = (text: string): Finding => ({ level: 'note', text });
const fail = (text: string): Finding => ({ level: 'fail', text });

/** Oldest release that reads PDF. */
const MIN_NODE = '20.16';
/** Model cache and a few generations of a large folder. */
const MIN_FREE_BYTES = 500 * 2 ** 20;

async function checkWritable(folder: string, setting: string): Promise<Finding> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    return fail(`${folder} cannot be written (${(error as NodeJS.ErrnoException).code}); change its permissions or set ${setting}`);
  }
  const { bavail, bsize } = await statfs(folder);
  const free = `${Math.round((bavail * bsize) / 2 ** 20)} MiB free`;
  if (bavail * bsize < MIN_FREE_BYTES) return fail(`${folder} has only ${free}; make room or set ${setting}`);
  return ok(`${folder} can be written, ${free}`);
}

function checkPort(host: string, port: number): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === 'EADDRINUSE'
          ? note(`port ${port} is in use, perhaps by a running Verbatim; else set PORT`)
          : fail(`cannot listen on ${host}:${port} (${error.code}); set HOST or PORT`),
      ),
    );
    server.listen(port, host, () => server.close(() => resolve(ok(`port ${port} is free`))));
  });
}

async function checkDocuments(config: Config): Promise<Finding[]> {
  try {
    const { documents, skipped } = await readFolder(config.CORPUS_DIR, readLimits(config));
    const found =
      documents.length > 0
        ? ok(`${documents.length} documents in ${config.CORPUS_DIR}`)
        : fail(`no document in ${config.CORPUS_DIR} can be read; put documents there or set CORPUS_DIR`);
    return [found, ...skipped.map(({ source, reason }) => note(`${source} ${reason}`))];
  } catch (error) {
    return [fail((error as Error).message)];
  }
}

async function checkModelAndIndex(config: Config): Promise<Finding[]> {
  try {
    const { encoder, fingerprint } = await loadEmbeddingModel(config);
    const findings = [ok(`model ${fingerprint}, ${encoder.dimensions} dimensions`)];
    const current = await readCurrent(config.INDEX_DIR);
    if (!current) findings.push(note(`no index yet in ${config.INDEX_DIR}; npm start or npm run index builds it`));
    else {
      await openGeneration(path.resolve(config.INDEX_DIR), current, fingerprint)
        .then(({ manifest }) => findings.push(ok(`index generation ${current} is whole, ${manifest.counts.passages} passages`)))
        .catch((error: Error) => findings.push(note(`index generation ${current} cannot be used: ${error.message}; npm run index builds a new one`)));
    }
    await encoder.dispose();
    return findings;
  } catch (error) {
    return [fail((error as Error).message)];
  }
}

/** Milliseconds that the server of the language model has to say which models it has. */
const MODEL_LIST_TIMEOUT = 5000;

/** Whether the server of the language model answers and has the model; without it answers are extractive. */
async function checkLanguageModel({ LLM_BASE_URL, LLM_MODEL, LLM_API_KEY }: Config): Promise<Finding[]> {
  const prompts = await loadPrompts()
    .then((all) =>
      ok(
        `prompts ${Object.values(all)
          .map(({ id }: Prompt) => id)
          .join(', ')}`,
      ),
    )
    .catch((error: Error) => fail(error.message));
  if (!LLM_BASE_URL) return [prompts, note('no language model, answers are quoted; LLM_BASE_URL and LLM_MODEL name one')];
  const address = `${LLM_BASE_URL.replace(/\/$/, '')}/models`;
  try {
    const response = await fetch(address, {
      headers: LLM_API_KEY ? { authorization: `Bearer ${LLM_API_KEY}` } : {},
      signal: AbortSignal.timeout(MODEL_LIST_TIMEOUT),
    });
    if (!response.ok) return [prompts, note(`${address} answered with status ${response.status}; check LLM_BASE_URL and LLM_API_KEY`)];
    const { data } = (await response.json()) as { data?: { id: string }[] };
    const names = data?.map(({ id }) => id) ?? [];
    if (names.includes(LLM_MODEL)) return [prompts, ok(`language model ${LLM_MODEL} is there`)];
    return [prompts, note(`${address} does not list ${LLM_MODEL}; it has ${names.slice(0, 5).join(', ') || 'none'}`)];
  } catch (error) {
    return [prompts, note(`${address} cannot be read (${(error as Error).name}); start the server or mend LLM_BASE_URL. Until then answers are quoted`)];
  }
}

/** Checks what the product needs of this machine and says what to do. Exit code 1 when something must be mended. */
export async function doctorCommand(config: Config): Promise<number> {
  const version = process.versions.node;
  const newEnough = version.localeCompare(MIN_NODE, 'en', { numeric: true }) >= 0;
  const addon = loadHnswlib();
  const findings = [
    newEnough ? ok(`Node ${version}`) : fail(`Node ${version} is too old; install Node ${MIN_NODE} or later`),
    addon.hnswlib
      ? ok('hnswlib-node is built')
      : note(
          `hnswlib-node is not built (${addon.reason}); search is exact and slower. Install a C++ toolchain (g++, make, python3) and run npm rebuild hnswlib-node`,
        ),
    await checkWritable(path.resolve(config.INDEX_DIR), 'INDEX_DIR'),
    await checkWritable(path.resolve(config.MODEL_CACHE_DIR), 'MODEL_CACHE_DIR'),
    ...(await checkDocuments(config)),
    ...(await checkModelAndIndex(config)),
    ...(await checkLanguageModel(config)),
    await checkPort(config.HOST, config.PORT),
  ];
  for (const { level, text } of findings) console.log(`${level.padEnd(4)}  ${text}`);
  return findings.some(({ level }) => level === 'fail') ? 1 : 0;
}
