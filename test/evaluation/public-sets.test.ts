import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBeir } from '../../src/evaluation/beir.js';
import { readSquad } from '../../src/evaluation/squad.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-sets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a BEIR folder', () => {
  it('gives a document for each text, and the graded questions of the test table', async () => {
    const beir = path.join(folder, 'scifact');
    await mkdir(path.join(beir, 'qrels'), { recursive: true });
    await writeFile(
      path.join(beir, 'corpus.jsonl'),
      '{"_id":"10","title":"White matter","text":"It develops.","metadata":{}}\n{"_id":"11","text":"Untitled."}\n',
    );
    await writeFile(path.join(beir, 'queries.jsonl'), '{"_id":"1","text":"develops?"}\n{"_id":"2","text":"only in train"}\n');
    await writeFile(path.join(beir, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\n1\t10\t2\n1\t11\t0\n');
    const set = await readBeir(beir);
    expect(set).toMatchObject({ name: 'scifact', measures: 'retrieval' });
    expect(set.documents?.map(({ source, title, paragraphs }) => [source, title, paragraphs.length])).toEqual([
      ['10', 'White matter', 1],
      ['11', '', 1],
    ]);
    expect(set.questions).toMatchObject([{ id: '1', question: 'develops?', gold: [{ source: '10', paragraph: 1, grade: 2 }] }]);
  });

  it('says which file is missing', async () => {
    await expect(readBeir(path.join(folder, 'nothing'))).rejects.toThrow(/corpus\.jsonl cannot be read \(ENOENT\)/);
  });
});

describe('a SQuAD file', () => {
  const write = async (value: unknown) => {
    const file = path.join(folder, 'dev-v2.0.json');
    await writeFile(file, JSON.stringify(value));
    return file;
  };

  it('gives a document for each paragraph, and tells questions without an answer', async () => {
    const qas = [
      {
        id: 'q1',
        question: 'Who led?',
        answers: [
          { text: 'Rollo', answer_start: 0 },
          { text: 'Rollo', answer_start: 0 },
        ],
        is_impossible: false,
      },
      { id: 'q2', question: 'Who lost?', answers: [], plausible_answers: [{ text: 'Rollo', answer_start: 0 }], is_impossible: true },
    ];
    const set = await readSquad(await write({ version: 'v2.0', data: [{ title: 'The_Normans', paragraphs: [{ context: 'Rollo led.', qas }] }] }));
    expect(set).toMatchObject({ name: 'dev-v2.0', measures: 'answers' });
    expect(set.documents).toMatchObject([
      { source: 'The_Normans/1', title: 'The Normans', text: 'Rollo led.', paragraphs: [{ paragraph: 1, start: 0, end: 10 }] },
    ]);
    expect(set.questions).toMatchObject([
      { id: 'q1', category: 'has answer', answerable: true, values: ['Rollo'], gold: [{ source: 'The_Normans/1', paragraph: 1 }], home: ['The_Normans/1'] },
      { id: 'q2', category: 'no answer', answerable: false, values: [], gold: [] },
    ]);
  });

  it('is refused when it is another JSON file', async () => {
    await expect(readSquad(await write({ data: [{}] }))).rejects.toThrow(/is not a SQuAD file: data\.0\.title/);
  });
});
