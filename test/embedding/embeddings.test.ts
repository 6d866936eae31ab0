import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { LocalEmbeddings } from '../../src/embedding/embeddings.js';
import { type EmbeddingModel, loadEmbeddingModel } from '../../src/embedding/load-model.js';

let model: EmbeddingModel;
beforeAll(async () => {
  model = await loadEmbeddingModel(readConfig({ MODEL_CACHE_DIR: process.env.MODEL_CACHE_DIR }));
});
afterAll(() => model?.encoder.dispose());

const embeddings = (query = '', passage = '') => new LocalEmbeddings(model.encoder, { query, passage });
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

const BEGINNING = 'The space agency launched two satellites into orbit. ';
const END = 'Farmers exported wheat and cotton to the neighbouring states. ';

describe('LocalEmbeddings, the door for LangChain', () => {
  it('gives unit vectors of 384 numbers, in the order of the texts', async () => {
    const vectors = await embeddings().embedDocuments([BEGINNING, END, BEGINNING]);
    expect(vectors.map(({ length }) => length)).toEqual([384, 384, 384]);
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5);
    expect(dot(vectors[0] as number[], vectors[2] as number[])).toBeGreaterThan(0.9999);
    expect(dot(vectors[0] as number[], vectors[1] as number[])).toBeLessThan(0.3);
  });

  it('embeds all of a text that is longer than the window', async () => {
    const long = BEGINNING.repeat(40) + END.repeat(40);
    expect(model.encoder.countTokens(long)).toBeGreaterThan(2 * model.encoder.maxTokens);
    const [whole = [], beginning = [], end = []] = await embeddings().embedDocuments([long, BEGINNING, END]);
    expect(dot(whole, whole)).toBeCloseTo(1, 5);
    expect(dot(whole, beginning)).toBeGreaterThan(0.3);
    expect(dot(whole, end)).toBeGreaterThan(0.3);
  });

  it.each([
    ['a word without end', 'x'.repeat(20_000)],
    ['emoji', '🏛️👩‍👩‍👧'.repeat(800)],
    ['accents', 'e\u0301'.repeat(4000)],
    ['line ends', '\n'.repeat(3000)],
  ])('embeds %s', async (_, text) => {
    const vector = await embeddings().embedQuery(text);
    expect(dot(vector, vector)).toBeCloseTo(1, 5);
  });

  it('embeds an empty text, and no texts at all', async () => {
    expect(await embeddings().embedDocuments([])).toEqual([]);
    expect((await embeddings().embedDocuments([''])).map(({ length }) => length)).toEqual([384]);
  });

  it('puts the prefixes before questions and passages', async () => {
    const prefixed = embeddings('query: ', 'passage: ');
    const plain = embeddings();
    const closeness = async (a: Promise<number[]>, b: Promise<number[]>) => dot(await a, await b);
    const passage = (of: LocalEmbeddings, text: string) => of.embedDocuments([text]).then(([vector]) => vector as number[]);
    expect(await closeness(prefixed.embedQuery(END), plain.embedQuery(`query: ${END}`))).toBeGreaterThan(0.9999);
    expect(await closeness(passage(prefixed, END), passage(plain, `passage: ${END}`))).toBeGreaterThan(0.9999);
  });
});
