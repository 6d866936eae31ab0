import { describe, expect, it } from 'vitest';
import { hashingModel } from '../../src/bench/hashing-encoder.js';
import type { EmbeddingModel } from '../../src/embedding/load-model.js';
import { type PassageTexts, passageEncoder } from '../../src/generation/passage-vectors.js';
import { toFloats } from '../../src/generation/segment-vectors.js';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a, (x, i) => x * (b[i] as number)).reduce((sum, x) => sum + x, 0);

const model = hashingModel();
const vectorOf = async (text: string) => (await model.encoder.encode([[text]]))[0]?.vector ?? [];

/** Unit vectors of passages and of their sentences. */
const vectorsOf = async (passages: PassageTexts[]) =>
  (await passageEncoder(model)(passages)).map(({ passage, sentences }) => {
    const whole = toFloats(Buffer.from(passage));
    const each = new Int8Array(sentences.buffer, sentences.byteOffset, sentences.byteLength);
    return { whole, sentences: Array.from({ length: each.length / whole.length }, (_, i) => each.subarray(i * whole.length, (i + 1) * whole.length)) };
  });

/** A model that remembers what it was given to encode. */
function observed(): { model: EmbeddingModel; encoded: string[] } {
  const encoded: string[] = [];
  const encode: EmbeddingModel['encoder']['encode'] = (inputs) => {
    encoded.push(...inputs.map((parts) => parts.join('|')));
    return model.encoder.encode(inputs);
  };
  return { model: { ...model, encoder: { ...model.encoder, encode } }, encoded };
}

const SAME = ['It opened in May.', 'Seven people work there.'];

describe('the vectors of a passage', () => {
  it('tell two alike apart by what their contexts speak of', async () => {
    const [baku, budapest] = await vectorsOf([
      { context: 'Office in Baku', sentences: SAME },
      { context: 'Office in Budapest', sentences: SAME },
    ]);
    const asked = await vectorOf('Baku');
    expect(dot(asked, baku?.whole ?? [])).toBeGreaterThan(dot(asked, budapest?.whole ?? []) + 0.1);
    for (const i of [0, 1]) expect(dot(asked, baku?.sentences[i] ?? [])).toBeGreaterThan(dot(asked, budapest?.sentences[i] ?? []));
  });

  it('stay nearer to what the passage says than to its context', async () => {
    const [passage] = await vectorsOf([{ context: 'Office in Baku', sentences: SAME }]);
    expect(dot(await vectorOf(SAME.join(' ')), passage?.whole ?? [])).toBeGreaterThan(dot(await vectorOf('Office in Baku'), passage?.whole ?? []));
  });

  it('have unit length, and one for each sentence', async () => {
    const [passage] = await vectorsOf([{ context: 'Office in Baku', sentences: SAME }]);
    expect(dot(passage?.whole ?? [], passage?.whole ?? [])).toBeCloseTo(1, 5);
    expect(passage?.sentences).toHaveLength(2);
  });

  it('without a context are those of its text', async () => {
    const [passage] = await vectorsOf([{ context: '', sentences: SAME }]);
    expect(dot(await vectorOf(SAME.join(' ')), passage?.whole ?? [])).toBeCloseTo(1, 5);
  });
});

describe('the encoder of passages', () => {
  it('encodes a context once for the passages that share it, also when they come apart', async () => {
    const { model, encoded } = observed();
    const encode = passageEncoder(model);
    await encode([
      { context: 'Offices', sentences: ['One.'] },
      { context: 'Offices', sentences: ['Two.'] },
    ]);
    await encode([{ context: 'Offices', sentences: ['Three.'] }]);
    expect(encoded.toSorted()).toEqual(['|Offices', '|One.', '|Three.', '|Two.']);
  });

  it('gives the model its prefix before each text', async () => {
    const { model, encoded } = observed();
    await passageEncoder({ ...model, prefixes: { query: 'query: ', passage: 'passage: ' } })([{ context: 'Offices', sentences: ['One.', 'Two.'] }]);
    expect(encoded.toSorted()).toEqual(['passage: |Offices', 'passage: |One.|Two.']);
  });

  it('fails where the model fails', async () => {
    const failing: EmbeddingModel = { ...model, encoder: { ...model.encoder, encode: () => Promise.reject(new Error('no memory')) } };
    await expect(passageEncoder(failing)([{ context: 'Offices', sentences: ['One.'] }])).rejects.toThrow('no memory');
  });
});
