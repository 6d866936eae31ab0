import { cp, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { Encoder } from '../../src/embedding/encoder.js';
import { type EmbeddingModel, loadEmbeddingModel } from '../../src/embedding/load-model.js';
import { prepareMiniLm } from '../../src/embedding/minilm.js';

/** Beginnings of the vectors that the authors of all-MiniLM-L6-v2 and its users publish. */
const PUBLISHED: [text: string, vector: number[]][] = [
  ['This is an example sentence', [0.0676569, 0.0634959, 0.0487131, 0.079305, 0.037448, 0.0026528, 0.039375, -0.0070984]],
  ['Each sentence is converted', [0.0864386, 0.1027626, 0.0053946, 0.0020445, -0.0099629, 0.0253855, 0.0492875, -0.0306265]],
  ['Hello world', [-0.0344773, 0.0310232, 0.0067349, 0.026109, -0.039362, -0.1603025, 0.066924, -0.0064414]],
];

const SENTENCES = [
  'Hungary became an observer on 3 September 2019.',
  'Which states are members of the organisation, and since when?',
  'Türkiye’nin başkenti Ankara’dır.',
  'The office employs seven people and has twelve rooms in the old part of the town, near the river, where the ministry used to be.',
];

/** A busy machine takes its time to write a model. */
const EXPORT_TIMEOUT = 240_000;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a, (x, i) => x * (b[i] as number)).reduce((sum, x) => sum + x, 0);

const vectorOf = async (encoder: Encoder, text: string): Promise<Float32Array> => {
  const [encoding] = await encoder.encode([[text]]);
  return encoding?.vector ?? new Float32Array();
};

const load = (environment: NodeJS.ProcessEnv) => loadEmbeddingModel(readConfig({ MODEL_CACHE_DIR: process.env.MODEL_CACHE_DIR, ...environment }));

/** The model in whole numbers, as the other tests use it too. */
const preparedFolder = () => prepareMiniLm(readConfig({ MODEL_CACHE_DIR: process.env.MODEL_CACHE_DIR }).MODEL_CACHE_DIR, 'int8');

let scratch: string;
let fp32: EmbeddingModel;
let int8: EmbeddingModel;
/** The built-in model as one of one's own: nothing of a text is left out. */
let whole: EmbeddingModel;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'verbatim-models-'));
  fp32 = await load({ EMBEDDING_DTYPE: 'fp32', MODEL_CACHE_DIR: scratch });
  int8 = await load({ EMBEDDING_DTYPE: 'int8' });
  whole = await load({ EMBEDDING_DTYPE: 'fp32', EMBEDDING_MODEL: await prepareMiniLm(scratch, 'fp32') });
}, EXPORT_TIMEOUT);
afterAll(async () => {
  await Promise.all([fp32, int8, whole].map((model) => model?.encoder.dispose()));
  await rm(scratch, { recursive: true, force: true });
});

describe('the built-in model, exported from the pinned weights', () => {
  it.each(PUBLISHED)('has the published vector of "%s" where all of it is encoded', async (text, expected) => {
    const vector = await vectorOf(whole.encoder, text);
    expect(vector).toHaveLength(384);
    expect(Math.max(...expected.map((x, i) => Math.abs(x - (vector[i] as number))))).toBeLessThan(1e-3);
    expect(dot(vector, vector)).toBeCloseTo(1, 5);
  });

  it.each([...PUBLISHED.map(([text]) => text), ...SENTENCES])('has nearly the same vector of "%s" in whole numbers', async (text) => {
    expect(dot(await vectorOf(fp32.encoder, text), await vectorOf(int8.encoder, text))).toBeGreaterThan(0.996);
  });

  it('leaves nothing half-written in its cache folder', async () => {
    expect((await readdir(scratch)).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it(
    'is prepared once, also by two at a time',
    async () => {
      const cache = await mkdtemp(path.join(scratch, 'cache-'));
      const [first, second] = await Promise.all([prepareMiniLm(cache, 'int8'), prepareMiniLm(cache, 'int8')]);
      expect(first).toBe(second);
      expect(await readdir(cache)).toEqual([path.basename(first)]);
    },
    EXPORT_TIMEOUT,
  );

  it(
    'is prepared again where its cache folder is damaged',
    async () => {
      const cache = await mkdtemp(path.join(scratch, 'cache-'));
      const folder = path.join(cache, path.basename(await preparedFolder()));
      await cp(await preparedFolder(), folder, { recursive: true });
      await truncate(path.join(folder, 'onnx', 'model_quantized.onnx'), 1000);
      const { encoder } = await load({ MODEL_CACHE_DIR: cache });
      expect(dot(await vectorOf(encoder, 'Hello world'), await vectorOf(int8.encoder, 'Hello world'))).toBeGreaterThan(0.9999);
      await encoder.dispose();
    },
    EXPORT_TIMEOUT,
  );
});

describe('encoding', () => {
  it.each(['fp32', 'int8'])('gives the same vector whatever a text is batched with (%s)', async (precision) => {
    const { encoder } = precision === 'fp32' ? fp32 : int8;
    const together = await encoder.encode([...SENTENCES, 'x '.repeat(200), 'A much longer text. '.repeat(30), ''].map((text) => [text]));
    for (const [i, text] of SENTENCES.entries()) {
      expect(dot(await vectorOf(encoder, text), together[i]?.vector ?? [])).toBeGreaterThan(0.9999);
    }
  });

  it('keeps the order of its inputs and reports how far it is', async () => {
    const done: number[] = [];
    const encodings = await int8.encoder.encode(
      SENTENCES.map((text) => [text]),
      (count) => done.push(count),
    );
    expect(encodings).toHaveLength(SENTENCES.length);
    expect(done.at(-1)).toBe(SENTENCES.length);
    expect(dot(encodings[2]?.vector ?? [], await vectorOf(int8.encoder, SENTENCES[2] as string))).toBeGreaterThan(0.9999);
  });

  it('gives the parts of an input a vector each, of unit length', async () => {
    const [encoding] = await int8.encoder.encode([['Offices. ', 'The office opened.', 'It closed.']]);
    expect(encoding?.parts).toHaveLength(3);
    for (const part of encoding?.parts ?? []) expect(dot(part, part)).toBeCloseTo(1, 4);
  });

  it('gives several callers at once what each would get alone', async () => {
    const { encoder } = int8;
    const many = Array.from({ length: 120 }, (_, i) => [`Paragraph ${i} tells of the office, its rooms and its people. `.repeat(1 + (i % 5))]);
    const [together, ...alone] = await Promise.all([encoder.encode(many), ...SENTENCES.map((text) => vectorOf(encoder, text))]);
    for (const [i, text] of SENTENCES.entries()) expect(dot(alone[i] ?? [], await vectorOf(encoder, text))).toBeGreaterThan(0.9999);
    for (const i of [0, 64, 119]) expect(dot(together[i]?.vector ?? [], await vectorOf(encoder, String(many[i])))).toBeGreaterThan(0.9999);
  });

  it('lets a question go before the passages that wait', async () => {
    const { encoder } = int8;
    const order: string[] = [];
    const passages = encoder
      .encode(Array.from({ length: 200 }, (_, i) => [`Passage ${i} is about the work of the office. `.repeat(8)]))
      .then(() => order.push('passages'));
    const question = vectorOf(encoder, 'Who works there?').then(() => order.push('question'));
    await Promise.all([passages, question]);
    expect(order).toEqual(['question', 'passages']);
  });

  it('encodes many passages before others that came later and are fewer', async () => {
    const { encoder } = int8;
    const order: string[] = [];
    const encode = (name: string, count: number) =>
      encoder.encode(Array.from({ length: count }, (_, i) => [`Passage ${i} is about the work of the office. `.repeat(4)])).then(() => order.push(name));
    await Promise.all([encode('first', 100), encode('second', 70)]);
    expect(order).toEqual(['first', 'second']);
  });

  it('ends what waits when the model is closed, and refuses what comes later', async () => {
    const { encoder } = await load({});
    const waiting = encoder.encode(Array.from({ length: 200 }, (_, i) => [`Passage ${i} is about the work of the office. `.repeat(8)]));
    const refused = expect(waiting).rejects.toThrow(/was closed/);
    await encoder.dispose();
    await refused;
    await expect(encoder.encode([['Who works there?']])).rejects.toThrow(/was closed/);
  });

  it('of nothing gives nothing', async () => {
    expect(await int8.encoder.encode([])).toEqual([]);
  });

  it.each([
    'The Council (OTS), founded on 3 October 2009, has 5 members; 20 °C, €5,000 and 50% more.',
    "THE THIRD Turkic SUMMIT of 611200 m2 (A4), re-elected unaffably; __init__ 's ## [unused1]",
    'Türkiye’s İstanbul, Bakı and naïve café — e\u0301 \u0301x ﬁne',
    'Союз государств, 中文字 and Ελλάς',
    'a\u00a0b\u2009c\u200bd\ve\ff\u0000g\ufffdh\u2028i\u3000j',
    'flags 🇹🇷 and families 👩‍👩‍👧, 1.5 × 10^6, x<y>z, `code` ~ $100 | a+b=c',
  ])('counts the tokens that its tokenizer counts: %j', async (text) => {
    const folder = await preparedFolder();
    Object.assign(env, { allowRemoteModels: false, localModelPath: path.dirname(folder) });
    const tokenizer = await AutoTokenizer.from_pretrained(path.basename(folder));
    expect(int8.encoder.countTokens(text)).toBe(tokenizer.encode(text, { add_special_tokens: false }).length);
  });

  it('leaves out the marks around words, but those that end sentences and those within words', async () => {
    const vector = (text: string) => vectorOf(int8.encoder, text);
    expect(await vector('“Norport”, (the port) – of 1,200 berths – was re-opened.')).toEqual(await vector('Norport port of 1,200 berths was re-opened.'));
    expect(await vector('Norport of 1,200 berths')).not.toEqual(await vector('Norport of 1 200 berths'));
    expect(await vector('It was re-opened.')).not.toEqual(await vector('It was re-opened'));
    expect(dot(await vector('— (!)'), await vector('— (!)'))).toBeCloseTo(1, 5);
  });

  it('leaves out articles, but none that may be a name', async () => {
    const vector = (text: string) => vectorOf(int8.encoder, text);
    expect(await vector('The port of a town (the old one) has an office.')).toEqual(await vector('port of town (old one) has office.'));
    expect(await vector('Group A met')).not.toEqual(await vector('Group met'));
    expect(await vector('THE group met')).not.toEqual(await vector('group met'));
    expect(await vector('article 5(a) of it')).not.toEqual(await vector('article 5 of it'));
    expect(dot(await vector('The'), await vector('The'))).toBeCloseTo(1, 5);
  });

  it('reads a special token that a document spells as the words it is made of', () => {
    expect(int8.encoder.countTokens('The [SEP] ends')).toBe(5);
  });

  it('refuses a text longer than the window instead of cutting it', async () => {
    const { encoder } = int8;
    const fits = 'word '.repeat(encoder.maxTokens);
    expect(encoder.countTokens(fits)).toBe(encoder.maxTokens);
    await expect(encoder.encode([[fits]])).resolves.toHaveLength(1);
    await expect(encoder.encode([[`${fits} word`]])).rejects.toThrow(/longer than the model's window of 256; split it first/);
  });
});

describe('fingerprints', () => {
  it('differ where vectors must not be mixed', async () => {
    const others = await Promise.all([load({ QUERY_PREFIX: 'query: ' }), load({ EMBEDDING_WINDOW: '128' }), load({ EMBEDDING_POOLING: 'cls' })]);
    const all = [fp32, int8, ...others].map(({ fingerprint }) => fingerprint);
    await Promise.all(others.map(({ encoder }) => encoder.dispose()));
    expect(new Set(all).size).toBe(all.length);
  });

  it('are the same for the same model', async () => {
    const again = await load({});
    await again.encoder.dispose();
    expect(again.fingerprint).toBe(int8.fingerprint);
  });
});

describe('a model of one’s own', () => {
  it('is taken from its folder, and known again by its files', async () => {
    const folder = path.join(scratch, 'own-model');
    await cp(await preparedFolder(), folder, { recursive: true });
    const own = await load({ EMBEDDING_MODEL: folder });
    expect(dot(await vectorOf(own.encoder, 'Hello world'), await vectorOf(int8.encoder, 'Hello world'))).toBeGreaterThan(0.9999);
    await own.encoder.dispose();
    await writeFile(
      path.join(folder, 'config.json'),
      `${JSON.stringify({ model_type: 'bert', hidden_size: 384, max_position_embeddings: 512, changed: true })}\n`,
    );
    const changed = await load({ EMBEDDING_MODEL: folder });
    await changed.encoder.dispose();
    expect(changed.fingerprint).not.toBe(own.fingerprint);
  });

  it('whose folder lacks files is refused in one line that names them', async () => {
    const folder = await mkdtemp(path.join(scratch, 'empty-'));
    const failure = load({ EMBEDDING_MODEL: folder });
    await expect(failure).rejects.toThrow(
      `EMBEDDING_MODEL=${folder} cannot be loaded; the folder lacks config.json, tokenizer.json, tokenizer_config.json, onnx/model_quantized.onnx`,
    );
  });

  it('whose files are broken is refused in one line', async () => {
    const folder = path.join(scratch, 'broken-model');
    await cp(await preparedFolder(), folder, { recursive: true });
    await truncate(path.join(folder, 'onnx', 'model_quantized.onnx'), 1000);
    await expect(load({ EMBEDDING_MODEL: folder })).rejects.toThrow(/^EMBEDDING_MODEL=\S+ cannot be loaded \(.*\)[^\n]*$/);
  });

  it('on a hub that cannot be reached is refused in one line that names the folder to fill', async () => {
    const { remoteHost } = env;
    // Nothing listens there.
    env.remoteHost = 'http://127.0.0.1:9/';
    const failure = load({ EMBEDDING_MODEL: 'example/unreachable', MODEL_CACHE_DIR: scratch }).finally(() => {
      env.remoteHost = remoteHost;
    });
    const folder = path.join(scratch, 'example', 'unreachable');
    await expect(failure).rejects.toThrow(/^EMBEDDING_MODEL=example\/unreachable cannot be loaded \([^\n]*$/);
    await expect(failure).rejects.toThrow(`into ${folder}`);
  });
});
