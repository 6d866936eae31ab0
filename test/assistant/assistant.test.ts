import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAssistant, UnknownSourceError } from '../../src/assistant/assistant.js';
import type { Reply } from '../../src/assistant/reply.js';
import { readConfig } from '../../src/config/config.js';
import { quoteDefect } from '../../src/verification/verify.js';
import { HARBOURS, openTestAssistant, type TestAssistant, temporaryFolder } from '../fixtures.js';

describe.each(['on', 'off'])('an assistant with the reader %s', (reader) => {
  let opened: TestAssistant;
  beforeAll(async () => {
    opened = await openTestAssistant(HARBOURS, { READER: reader });
  });
  afterAll(() => opened.close());

  const ask = (question: string, more: object = {}) => opened.assistant.ask({ question, ...more });

  it('names the asked-for value and proves it', async () => {
    const reply = await ask('When was the Varna Pact signed?');
    expect(reply.answered).toBe(true);
    expect(reply.answer).toContain('14 May 2009');
    expect(reply.shortAnswer).toContain('14 May 2009');
    expect(reply.citations[0]).toMatchObject({ id: 1, source: 'varna-pact.md', title: 'The Varna Pact', paragraph: 3, url: '/sources/varna-pact.md#p3' });
    expect(reply.citations[0]?.quote).toContain('14 May 2009');
    expect(reply.index.generation).toBe('000001');
    expect(reply.mode).toBe('extractive');
  });

  it('cites nothing but what stands in the sources, and gives every sentence a citation', async () => {
    for (const question of [
      'Who drafted the text of the pact?',
      'Where is the training centre?',
      'List the members of the pact',
      'How many pilots has the pact trained?',
    ]) {
      const reply: Reply = await ask(question);
      for (const citation of reply.citations) expect(quoteDefect(citation, opened.assistant.generation().documents)).toBeNull();
      if (reply.answered) expect(reply.answer).toMatch(/\[\d+(?:, \d+)*\]$/);
      const referred = new Set([...reply.answer.matchAll(/\[(\d+)\]/g)].map(([, id]) => Number(id)));
      for (const id of referred) expect(reply.citations.map((citation) => citation.id)).toContain(id);
    }
  });

  it('tells one event from another of the same kind', async () => {
    expect((await ask('Where did the 4th Harbour Forum take place?')).answer).toContain('Samsun');
    expect((await ask('When did Trabzon become a full member?')).answer).toContain('9 October 2018');
  });

  it('says that the documents do not answer, and shows the nearest passages', async () => {
    for (const question of ['What is the boiling point of ethanol?', 'write a python function that reverses a list']) {
      const reply = await ask(question);
      expect(reply).toMatchObject({ answered: false, citations: [], conflicts: [], shortAnswer: null });
      expect(reply.passages.length).toBeGreaterThan(0);
    }
  });

  it('does not let the history answer', async () => {
    const history = [
      { role: 'user' as const, content: 'What is the boiling point of ethanol?' },
      { role: 'assistant' as const, content: 'Ethanol boils at 78 degrees. [1]' },
    ];
    expect((await ask('are you sure about that boiling point?', { history })).answered).toBe(false);
  });

  it('searches for a follow-up with what it points to, and says so', async () => {
    const reply = await ask('how many of them were women?', { history: [{ role: 'user', content: 'How many pilots has the Varna Pact trained?' }] });
    expect(reply.rewrittenQuestion).toContain('How many pilots has the Varna Pact trained?');
    expect(reply.answer).toContain('46');
  });

  it('answers from the sources it is told to use, and names one that it does not have', async () => {
    const reply = await ask('Where was the 3rd Harbour Forum held?', { sources: ['pilot-training.txt'] });
    expect(new Set([...reply.citations, ...reply.passages].map(({ source }) => source))).toEqual(new Set(['pilot-training.txt']));
    await expect(ask('Where?', { sources: ['nowhere.md'] })).rejects.toThrow(UnknownSourceError);
  });

  it('gives the same bytes for the same question', async () => {
    const bytes = async () => JSON.stringify({ ...(await ask('How many pilots came to the forum?')), tookMs: 0 });
    const first = await bytes();
    await ask('Who is the director?');
    expect(await bytes()).toBe(first);
  });

  it('shows that two documents disagree, and not that two forums differ', async () => {
    const reply = await ask('When was the 3rd Harbour Forum held?');
    expect(reply.conflicts).toHaveLength(1);
    const values = reply.conflicts[0]?.values.map(({ value }) => value);
    expect(values).toEqual(expect.arrayContaining(['11 June 2019', '12 June 2019']));
    for (const { citations } of reply.conflicts[0]?.values ?? [])
      for (const id of citations) expect(reply.citations.some((citation) => citation.id === id)).toBe(true);
    expect((await ask('When was the 4th Harbour Forum held?')).conflicts).toEqual([]);
  });
});

describe('an index', () => {
  it('is kept when nothing changed, and built anew when a document did', async () => {
    const folder = await temporaryFolder({ 'corpus/a.md': '# Lamp\n\nThe lamp of the lighthouse was lit on 3 April 1901.', 'index/.keep': '' });
    const config = readConfig({ CORPUS_DIR: path.join(folder, 'corpus'), INDEX_DIR: path.join(folder, 'index'), READER: 'off' });
    const generationOf = async () => {
      const assistant = await createAssistant(config);
      const { answer, index } = await assistant.ask({ question: 'When was the lamp of the lighthouse lit?' });
      await assistant.close();
      return { answer, generation: index.generation };
    };
    expect(await generationOf()).toMatchObject({ generation: '000001', answer: expect.stringContaining('1901') });
    expect((await generationOf()).generation).toBe('000001');
    await writeFile(path.join(folder, 'corpus/a.md'), '# Lamp\n\nThe lamp of the lighthouse was lit on 5 May 1902.');
    expect(await generationOf()).toMatchObject({ generation: '000002', answer: expect.stringContaining('1902') });
  });

  it('answers from the last whole generation when the documents cannot be read any more, with a warning', async () => {
    const folder = await temporaryFolder({ 'corpus/a.md': '# Lamp\n\nThe lamp of the lighthouse was lit on 3 April 1901.' });
    const settings = { INDEX_DIR: path.join(folder, 'index'), READER: 'off' };
    await (await createAssistant(readConfig({ ...settings, CORPUS_DIR: path.join(folder, 'corpus') }))).close();
    const assistant = await createAssistant(readConfig({ ...settings, CORPUS_DIR: path.join(folder, 'gone') }));
    expect(assistant.isUpToDate()).toBe(false);
    expect(assistant.warnings().join()).toContain('CORPUS_DIR');
    expect((await assistant.ask({ question: 'When was the lamp lit?' })).answer).toContain('3 April 1901');
    await assistant.close();
  });

  it('falls back to an older generation when the live one is damaged, and mends itself', async () => {
    const folder = await temporaryFolder({ 'corpus/a.md': '# Lamp\n\nThe lamp of the lighthouse was lit on 3 April 1901.' });
    const config = readConfig({ CORPUS_DIR: path.join(folder, 'corpus'), INDEX_DIR: path.join(folder, 'index'), READER: 'off' });
    await (await createAssistant(config)).close();
    await writeFile(path.join(folder, 'index/generations/000001/catalog.jsonl'), '{"broken');
    const logged: string[] = [];
    const assistant = await createAssistant(config, { log: (_, message) => logged.push(message) });
    expect(logged.join()).toContain('catalog.jsonl is damaged');
    expect(assistant.generation().manifest.generation).toBe('000002');
    await assistant.close();
  });

  it('reports files that were left out', async () => {
    const folder = await temporaryFolder({ 'corpus/a.md': '# Lamp\n\nThe lamp was lit.', 'corpus/empty.md': '', 'corpus/photo.jpg': 'x' });
    const assistant = await createAssistant(readConfig({ CORPUS_DIR: path.join(folder, 'corpus'), INDEX_DIR: path.join(folder, 'index'), READER: 'off' }));
    expect(assistant.warnings().join('\n')).toMatch(/empty\.md is empty[\s\S]*photo\.jpg is of a kind/);
    await assistant.close();
  });

  it('is not built from nothing', async () => {
    const folder = await temporaryFolder({ 'corpus/.keep': '' });
    const config = readConfig({ CORPUS_DIR: path.join(folder, 'corpus'), INDEX_DIR: path.join(folder, 'index'), READER: 'off' });
    await expect(createAssistant(config)).rejects.toThrow(/CORPUS_DIR/);
  });
});
