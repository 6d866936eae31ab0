import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { type AskEvent, ConfigError, createAssistant, UnknownSourceError, type VerbatimAssistant } from 'verbatim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HARBOURS, temporaryFolder, writeFolder } from '../fixtures.js';

const run = promisify(execFile);
const SIGNED = 'When was the Varna Pact signed?';

let corpus: string;
let assistant: VerbatimAssistant;
beforeAll(async () => {
  corpus = await writeFolder(HARBOURS);
  assistant = await createAssistant({ corpus, index: await writeFolder({}), settings: { READER: 'off' } });
});
afterAll(() => assistant.close());

describe('the package verbatim', () => {
  it('answers a question given as text or as a request', async () => {
    const reply = await assistant.ask(SIGNED);
    expect(reply.answer).toContain('14 May 2009');
    expect(await assistant.ask({ question: SIGNED, sources: ['varna-pact.md'] })).toMatchObject({ answer: reply.answer });
    await expect(assistant.ask({ question: SIGNED, sources: ['nowhere.md'] })).rejects.toThrow(UnknownSourceError);
  });

  it('tells what happens and can be stopped', async () => {
    const events: AskEvent['type'][] = [];
    await assistant.ask(SIGNED, { onEvent: ({ type }) => events.push(type) });
    expect(events).toEqual(['status', 'status', 'sources', 'sentence', 'reply']);
    await expect(assistant.ask(SIGNED, { signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left');
  });

  it('searches, and is a retriever for LangChain', async () => {
    const { passages } = await assistant.search('seat of the training centre');
    expect(passages[0]).toMatchObject({ source: 'pilot-training.txt', paragraph: 4 });
    const [document] = await assistant.asRetriever({ topK: 1 }).invoke('seat of the training centre');
    expect(document).toMatchObject({ pageContent: passages[0]?.text, metadata: { source: 'pilot-training.txt', paragraph: 4 } });
  });

  it('takes up changed documents', async () => {
    expect((await assistant.reindex()).changed).toBe(false);
    await writeFile(path.join(corpus, 'lamp.md'), '# Lamp\n\nThe lamp of the lighthouse was lit on 3 April 1901.');
    expect(await assistant.reindex()).toMatchObject({ changed: true, generation: '000002' });
    expect((await assistant.ask('When was the lamp of the lighthouse lit?')).answer).toContain('3 April 1901');
  });

  it('says why documents could not be taken up, and goes on answering', async () => {
    const folder = await writeFolder({ 'lamp.md': 'The lamp of the lighthouse was lit on 3 April 1901.' });
    const lonely = await createAssistant({ corpus: folder, index: await writeFolder({}), settings: { READER: 'off' } });
    await rm(path.join(folder, 'lamp.md'));
    await expect(lonely.reindex()).rejects.toThrow('no document in');
    expect((await lonely.ask('When was the lamp of the lighthouse lit?')).answer).toContain('3 April 1901');
    await lonely.close();
  });

  it('lets a chat model of LangChain word the answer, which is still proved', async () => {
    const [{ text = '' } = {}] = (await assistant.search(SIGNED)).passages;
    const lie = 'The Varna Pact was signed on 1 January 1999 [P1].';
    const chatModel = new FakeListChatModel({ responses: [`${lie} ${text.split('. ')[0]} [P1].`] });
    const worded = await createAssistant({ corpus, index: await writeFolder({}), settings: { READER: 'off' }, chatModel });
    const reply = await worded.ask(SIGNED);
    await worded.close();
    expect(reply.mode).toBe('generative');
    expect(reply.answer).toContain('14 May 2009');
    expect(reply.answer).not.toContain('1999');
  });

  it('names a setting that is wrong or unknown', async () => {
    await expect(createAssistant({ corpus, settings: { THREADS: 0 } })).rejects.toThrow(/THREADS="0" is not allowed/);
    await expect(createAssistant({ corpus, settings: { THREAD: 2 } as object })).rejects.toThrow(ConfigError);
  });
});

it('holds everything it needs when it is packed and installed', async () => {
  const folder = await temporaryFolder(Object.fromEntries(Object.entries(HARBOURS).map(([name, content]) => [`app/docs/${name}`, content])));
  const app = path.join(folder, 'app');
  await mkdir(path.join(app, 'node_modules/verbatim'), { recursive: true });
  // Its dependencies are those that are installed here.
  await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'));
  const { stdout: packed } = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]);
  await run('tar', ['-xzf', path.join(folder, packed.trim()), '--strip-components=1', '-C', path.join(app, 'node_modules/verbatim')]);
  await writeFile(
    path.join(app, 'main.mjs'),
    `import { createAssistant } from 'verbatim';
     const assistant = await createAssistant({ corpus: 'docs' });
     console.log((await assistant.ask('${SIGNED}')).answer, assistant.warnings());
     await assistant.close();`,
  );
  const { stdout } = await run(process.execPath, ['main.mjs'], { cwd: app });
  expect(stdout).toContain('14 May 2009');
  expect(stdout.trimEnd().endsWith('[]')).toBe(true);
});

it('the example of a LangChain chain runs', async () => {
  const folder = await temporaryFolder(Object.fromEntries(Object.entries(HARBOURS).map(([name, content]) => [`docs/${name}`, content])));
  const { stdout } = await run(process.execPath, [path.resolve('examples/langchain-chain.js'), 'docs', SIGNED], { cwd: folder });
  expect(stdout).toMatch(/<passage source="varna-pact\.md" paragraph="3">The Varna Pact was signed on 14 May 2009/);
  expect(stdout).toMatch(/14 May 2009.* \[1\]/);
});
