#!/usr/bin/env node
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, ConfigError, readConfig } from '../config/config.js';
import type { Document } from '../documents/document.js';
import { readLimits } from '../documents/limits.js';
import { readFolder } from '../documents/read-folder.js';
import { checkQuestions, checkText, rewriteFile } from './check.js';
import { compareSet, earlierRun, IncomparableError } from './compare.js';
import { counted } from './counted.js';
import { evaluate } from './evaluate.js';
import { gateFaults, parseThresholds, ThresholdsError, thresholdsOf } from './gate.js';
import type { GoldDocuments } from './gold.js';
import { fingerprintQuestions, type QuestionSet, QuestionSetError } from './question-set.js';
import { exists, readSets, SETS_FOLDER } from './read-sets.js';
import { reportHtml } from './report-html.js';
import { parseReport, ReportError, reportOf, reportSet, type SetReport } from './report-json.js';
import { comparisonText, setText } from './report-text.js';
import { spread } from './run.js';

const THRESHOLDS_FILE = path.join(SETS_FOLDER, 'thresholds.json');

const USAGE = `usage: npm run eval -- [SET...] [options]
       npm run eval -- check [SET...] [--corpus DIR] [--write]

A set is a .jsonl file, its name in eval/, a BEIR folder or a SQuAD .json file; without one, all of eval/*.jsonl.

  --url URL       ask a running server instead of this process
  --corpus DIR    documents of the .jsonl sets (default: CORPUS_DIR)
  --out DIR       where the JSON and HTML reports go (default: eval/reports)
  --compare FILE  print what changed since an earlier JSON report
  --gate          exit with 1 where eval/thresholds.json is not met
  --set-gate      write eval/thresholds.json anew for these sets: the worse end of each interval measured
  --limit N       only N questions of each set, spread evenly
  --given         SQuAD: answer each question from its own paragraph alone

check says which gold quotes the documents still hold; --write rewrites the moved ones.`;

/** Thrown for arguments that cannot be used. */
class UsageError extends Error {}

const say = (message: string): void => console.error(message);

async function corpusDocuments(config: Config): Promise<Document[]> {
  return (await readFolder(config.CORPUS_DIR, readLimits(config))).documents;
}

const asMap = (documents: Document[]): GoldDocuments => new Map(documents.map((document) => [document.source, document]));

async function writeReports(sets: SetReport[], folder: string): Promise<void> {
  const createdAt = new Date().toISOString();
  const machine = `Node ${process.version}, ${os.availableParallelism()} x ${os.cpus()[0]?.model.trim() ?? 'CPU'}`;
  const report = reportOf(sets, { createdAt, machine });
  const file = path.join(folder, createdAt.slice(0, 19).replaceAll(':', '-'));
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.json`, `${JSON.stringify(report)}\n`);
  await writeFile(`${file}.html`, reportHtml(report));
  console.log(`reports: ${file}.json ${file}.html`);
}

/** Replaces the thresholds of these sets and keeps those of others. */
async function setThresholds(sets: SetReport[]): Promise<void> {
  const kept = (await exists(THRESHOLDS_FILE)) ? parseThresholds(await readText(THRESHOLDS_FILE), THRESHOLDS_FILE) : {};
  await writeFile(THRESHOLDS_FILE, `${JSON.stringify({ ...kept, ...thresholdsOf(sets) }, null, 2)}\n`);
  console.log(`wrote ${THRESHOLDS_FILE}`);
}

async function check(sets: QuestionSet[], config: Config, corpus: string | undefined, write: boolean): Promise<number> {
  const documents = asMap(await corpusDocuments(corpus ? { ...config, CORPUS_DIR: corpus } : config));
  let stale = 0;
  for (const set of sets) {
    if (set.documents) throw new UsageError(`${set.name} brings its own documents; there is nothing to check`);
    const checked = checkQuestions(set.questions, documents);
    console.log(checkText(set.name, checked));
    const moved = checked.filter(({ state }) => state === 'moved').length;
    if (write && moved > 0) {
      await rewriteFile(set.file, documents);
      console.log(`  rewrote ${counted(moved, 'quote')} in ${set.file}`);
    } else if (moved > 0) console.log('  --write rewrites the moved ones');
    stale += checked.filter(({ state }) => state === 'gone' || (state === 'moved' && !write)).length;
  }
  return stale > 0 ? 1 : 0;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      corpus: { type: 'string' },
      out: { type: 'string', default: path.join(SETS_FOLDER, 'reports') },
      compare: { type: 'string' },
      gate: { type: 'boolean', default: false },
      'set-gate': { type: 'boolean', default: false },
      limit: { type: 'string' },
      given: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit);
  if (!(limit >= 1) || (Number.isFinite(limit) && !Number.isInteger(limit))) throw new UsageError(`--limit must be a whole number from 1, not ${values.limit}`);
  const config = readConfig();
  const { url, corpus, given } = values;
  if (positionals[0] === 'check') return check(await readSets(positionals.slice(1)), config, corpus, values.write);
  if (values.write) throw new UsageError('--write belongs to check');

  const sets = await readSets(positionals);
  // Read before the run, so that a mistake in them does not cost one.
  const old = values.compare === undefined ? null : parseReport(await readText(values.compare), values.compare);
  if (old) for (const set of sets) earlierRun(old, { name: set.name, fingerprint: fingerprintQuestions(spread(set.questions, limit)) });
  const thresholds = values.gate ? parseThresholds(await readText(THRESHOLDS_FILE), THRESHOLDS_FILE) : null;

  const runs = await evaluate(sets, config, { limit, given, log: say, ...(url ? { url } : {}), ...(corpus ? { corpus } : {}) });
  const reports = runs.map(reportSet);
  for (const report of reports) console.log(`${setText(report)}\n`);
  await writeReports(reports, values.out);
  if (old) for (const report of reports) console.log(`\n${comparisonText(compareSet(old, report))}`);
  if (values['set-gate']) await setThresholds(reports);
  const faults = thresholds ? gateFaults(reports, thresholds) : [];
  if (thresholds)
    console.log(faults.length === 0 ? `\ngate: passed (${THRESHOLDS_FILE})` : `\ngate: failed\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return faults.length > 0 ? 1 : 0;
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${error.code})`);
  });

const EXPECTED = [UsageError, ConfigError, QuestionSetError, ReportError, ThresholdsError, IncomparableError];

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected = EXPECTED.some((kind) => error instanceof kind) || (error as Error).name === 'Error';
  const misused = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  console.error(expected || misused ? (error as Error).message : error);
  if (error instanceof UsageError || misused) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError || misused ? 2 : 1;
}
