import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { loadReader, type Reader } from '../../src/reading/reader.js';
import { READER_FOLDER, ReaderUnavailableError } from '../../src/reading/reader-weights.js';
import { temporaryFolder } from '../fixtures.js';

const { MODEL_CACHE_DIR } = readConfig({});
const PASSAGES = [
  { prefix: 'The Varna Pact | Founding', text: 'The Varna Pact was signed on 14 May 2009 in Constanta. Elena Marinova drafted its text.' },
  { prefix: 'Pilot Training', text: 'The training centre has its seat in Samsun. It has trained 318 pilots.' },
];

/** Quantised activations move a logit by a few tenths; the logits span some twenty. */
const LOGIT_TOLERANCE = 0.8;

describe('the trained reader', () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await loadReader(MODEL_CACHE_DIR, { threads: 2 });
  });
  afterAll(() => reader.dispose());

  const spanOf = async (question: string, passage: number) => {
    const reading = (await reader.read(question, PASSAGES))[passage];
    return { reading, words: reading?.span ? PASSAGES[passage]?.text.slice(reading.span.start, reading.span.end) : null };
  };

  it('points at the answer in the passage that has it, and finds that one more relevant', async () => {
    expect((await spanOf('When was the Varna Pact signed?', 0)).words).toBe('14 May 2009');
    expect((await spanOf('How many pilots were trained?', 1)).words).toContain('318');
    const [pact, training] = await reader.read('Who drafted the text of the pact?', PASSAGES);
    expect(pact?.relevance).toBeGreaterThan(training?.relevance as number);
    expect(pact?.margin).toBeGreaterThan(training?.margin as number);
  });

  it('computes what the training computed, up to the rounding of 8-bit arithmetic', async () => {
    const references = JSON.parse(await readFile(path.join(READER_FOLDER, 'reference.json'), 'utf8'));
    expect(references.length).toBeGreaterThan(1);
    for (const { question, prefix, passage, answerable, relevance, margin, answer } of references) {
      const [reading] = await reader.read(question, [{ prefix, text: passage }]);
      expect(Math.abs((reading?.answerable as number) - answerable), question).toBeLessThan(LOGIT_TOLERANCE);
      expect(Math.abs((reading?.relevance as number) - relevance), question).toBeLessThan(LOGIT_TOLERANCE);
      expect(Math.abs((reading?.margin as number) - margin), question).toBeLessThan(2 * LOGIT_TOLERANCE);
      if (margin > 0) expect(passage.slice(reading?.span?.start, reading?.span?.end)).toBe(answer);
    }
  });

  it('reads a passage the same alone and among others', async () => {
    const [alone] = await reader.read('Where is the seat?', PASSAGES.slice(1));
    const [, among] = await reader.read('Where is the seat?', PASSAGES);
    expect(among?.span).toEqual(alone?.span);
    expect(among?.relevance).toBeCloseTo(alone?.relevance as number, 3);
  });

  it('reads a passage longer than its window to the end', async () => {
    const text = `${'The harbour was busy that year and many ships came and went. '.repeat(60)}The lighthouse was lit on 3 April 1901.`;
    const [reading] = await reader.read('When was the lighthouse lit?', [{ prefix: '', text }]);
    expect(text.slice(reading?.span?.start, reading?.span?.end)).toContain('3 April 1901');
  });

  it('answers several callers at once as each alone', async () => {
    const questions = ['When was the Varna Pact signed?', 'How many pilots were trained?', 'Where is the seat?'];
    const together = await Promise.all(questions.map((question) => reader.read(question, PASSAGES)));
    for (const [i, question] of questions.entries()) {
      expect(together[i]?.map(({ span }) => span)).toEqual((await reader.read(question, PASSAGES)).map(({ span }) => span));
    }
  });

  it('limits a span to a stretch of the text', async () => {
    const [reading] = await reader.read('When was the Varna Pact signed?', PASSAGES);
    const second = PASSAGES[0]?.text.indexOf('Elena') as number;
    expect(reading?.spanWithin(second, 1000)?.start).toBeGreaterThanOrEqual(second);
    expect(reading?.marginWithin(second, 1000)).toBeLessThan(reading?.marginWithin(0, second) as number);
  });
});

describe('a missing or damaged reader', () => {
  it('is refused by name, so that the product can go on without it', async () => {
    const folder = await temporaryFolder();
    await expect(loadReader(MODEL_CACHE_DIR, { threads: 1, folder })).rejects.toThrow(ReaderUnavailableError);
    await cp(READER_FOLDER, folder, { recursive: true });
    await writeFile(path.join(folder, 'reader-int8.safetensors'), 'not weights');
    await expect(loadReader(MODEL_CACHE_DIR, { threads: 1, folder })).rejects.toThrow(/damaged/);
    await cp(path.join(READER_FOLDER, 'reader-int8.safetensors'), path.join(folder, 'reader-int8.safetensors'));
    await rm(path.join(folder, 'input-ranges.json'));
    await expect(loadReader(MODEL_CACHE_DIR, { threads: 1, folder })).rejects.toThrow(/input-ranges.json is missing/);
    await rm(path.join(folder, 'reader-int8.safetensors'));
    await expect(loadReader(MODEL_CACHE_DIR, { threads: 1, folder })).rejects.toThrow(/missing/);
  });
});
