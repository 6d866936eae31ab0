import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAssistant } from '../assistant/assistant.js';
import type { Citation, Reply } from '../assistant/reply.js';
import type { Config } from '../config/config.js';
import type { Document } from '../documents/document.js';
import { createApp } from '../server/app.js';
import { listen } from '../server/serve.js';
import { quoteDefect } from '../verification/verify.js';

/** What happened to questions that were asked while the index was built anew again and again. */
export interface SoakResult {
  questions: number;
  answered: number;
  /** Replies other than 200, and answers whose quotes are not in the sources of their own generation. */
  failures: string[];
  /** Generations that answered. */
  generations: number;
  reindexes: number;
  milliseconds: { p50: number; p95: number; max: number };
  longestPauseMs: number;
}

export interface SoakOptions {
  reindexes: number;
  questionsPerSecond: number;
  questions: string[];
}

/** Asks a server of its own, over HTTP, while its documents change and are indexed again. The documents are a copy. */
export async function soak(config: Config, { reindexes, questionsPerSecond, questions }: SoakOptions): Promise<SoakResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'verbatim-soak-'));
  const corpusFolder = path.join(folder, 'corpus');
  await cp(config.CORPUS_DIR, corpusFolder, { recursive: true });
  const assistant = await createAssistant({ ...config, CORPUS_DIR: corpusFolder, INDEX_DIR: path.join(folder, 'index') });
  const server = await listen(createApp(assistant), '127.0.0.1', 0);
  // Of each generation the documents, to check its answers against after it was switched away.
  const documents = new Map<string, ReadonlyMap<string, Document>>();
  const remember = () => {
    const generation = assistant.generation();
    documents.set(generation.manifest.generation, generation.documents);
  };
  remember();

  const failures: string[] = [];
  const times: number[] = [];
  const seen = new Set<string>();
  const replies: { question: string; generation: string; citations: Citation[] }[] = [];
  const ask = async (question: string) => {
    const began = performance.now();
    try {
      const response = await fetch(`${server.url}/ask`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question }),
      });
      const reply = (await response.json()) as Reply;
      times.push(performance.now() - began);
      if (response.status !== 200) failures.push(`${question}: ${response.status} ${JSON.stringify(reply)}`);
      else {
        seen.add(reply.index.generation);
        replies.push({ question, generation: reply.index.generation, citations: reply.citations });
      }
    } catch (error) {
      failures.push(`${question}: ${(error as Error).message}`);
    }
  };

  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let asking = true;
  const asked: Promise<void>[] = [];
  const questioner = (async () => {
    for (let i = 0; asking; i++) {
      asked.push(ask(questions[i % questions.length] as string));
      await sleep(1000 / questionsPerSecond);
    }
  })();
  for (let i = 0; i < reindexes; i++) {
    // Added, changed, and every third time gone again.
    const file = path.join(corpusFolder, `soak-${i % 2}.md`);
    if (i % 3 === 2) await rm(file, { force: true });
    else await writeFile(file, `# Soak ${i}\n\nThe ${i}th soak test was run on ${1 + (i % 28)} May 2021 by ${i + 2} people.\n`);
    await fetch(`${server.url}/reindex`, { method: 'POST' });
    const { outcome, error } = await assistant.index.reindex();
    if (outcome === 'failed') failures.push(`reindex ${i}: ${error}`);
    remember();
  }
  asking = false;
  await questioner;
  await Promise.all(asked);
  delay.disable();
  for (const { question, generation, citations } of replies)
    for (const citation of citations) {
      const known = documents.get(generation);
      const defect = known ? quoteDefect(citation, known) : `nobody built generation ${generation}`;
      if (defect) failures.push(`${question}: ${defect}`);
    }
  await server.close();
  await assistant.close();
  await rm(folder, { recursive: true, force: true });
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    questions: asked.length,
    answered: replies.filter(({ citations }) => citations.length > 0).length,
    failures,
    generations: seen.size,
    reindexes,
    milliseconds: { p50: at(0.5), p95: at(0.95), max: at(1) },
    longestPauseMs: delay.max / 1e6,
  };
}
