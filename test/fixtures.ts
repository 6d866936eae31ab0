import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Assistant, type AssistantOptions, createAssistant } from '../src/assistant/assistant.js';
import { type Config, readConfig } from '../src/config/config.js';

/** Writes files into a new folder; the caller removes it. */
export async function writeFolder(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'verbatim-test-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

/** A folder that is removed when the test is over. */
export async function temporaryFolder(files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const folder = await writeFolder(files);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Two harbour briefs: enough to ask about, to disagree, and to leave questions open. */
export const HARBOURS: Record<string, string> = {
  'varna-pact.md': `---
title: The Varna Pact
date: 2021-05
---

# The Varna Pact

## Founding

The Varna Pact was signed on 14 May 2009 in Constanta by the harbour masters of six cities. Elena Marinova, the harbour master of Varna, drafted its text.

## Members

Six harbours founded the pact. Trabzon joined as an observer on 2 March 2015 and became a full member on 9 October 2018.

The members of the pact are:

- Varna
- Constanta
- Odesa
- Batumi
- Samsun
- Sevastopol

## Meetings

The 3rd Harbour Forum was held on 11 June 2019 in Batumi. It gathered 240 pilots from 14 ports.

The 4th Harbour Forum took place on 7 September 2021 in Samsun. Decisions of the forum are taken by consensus.
`,
  'pilot-training.txt': `Pilot Training

Since 2012 the Varna Pact has trained 318 pilots, 46 of whom were women.

The 3rd Harbour Forum, held on 12 June 2019 in Batumi, adopted the training programme.

The training centre has its seat in Samsun. Its director is Kemal Aydın.
`,
};

/** An assistant over files of its own. */
export interface TestAssistant {
  assistant: Assistant;
  config: Config;
  close(): Promise<void>;
}

export async function openTestAssistant(
  files: Record<string, string | Uint8Array> = HARBOURS,
  environment: Record<string, string> = {},
  options: AssistantOptions = {},
): Promise<TestAssistant> {
  const corpus = await writeFolder(files);
  const index = await writeFolder({});
  const config = readConfig({ CORPUS_DIR: corpus, INDEX_DIR: index, ...environment });
  const assistant = await createAssistant(config, options);
  return {
    assistant,
    config,
    async close() {
      await assistant.close();
      await rm(corpus, { recursive: true, force: true });
      await rm(index, { recursive: true, force: true });
    },
  };
}
