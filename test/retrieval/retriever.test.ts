import { expect, it } from 'vitest';
import { VerbatimRetriever } from '../../src/retrieval/retriever.js';
import { openTestAssistant } from '../fixtures.js';

it('is a LangChain retriever whose documents say where they stand', async () => {
  const { assistant, close } = await openTestAssistant(undefined, { READER: 'off' });
  const retriever = new VerbatimRetriever({ search: assistant.search, topK: 2, sources: ['varna-pact.md'] });
  const documents = await retriever.invoke('Who drafted the text?');
  expect(documents).toHaveLength(2);
  const [{ pageContent, metadata } = { pageContent: '', metadata: {} }] = documents;
  expect(pageContent).toContain('Elena Marinova');
  expect(metadata).toMatchObject({ source: 'varna-pact.md', paragraph: 3 });
  const text = assistant.generation().documents.get('varna-pact.md')?.text;
  expect(text?.slice(metadata.start, metadata.end)).toBe(pageContent);
  await close();
});
