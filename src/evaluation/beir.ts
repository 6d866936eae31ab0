import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import type { Document } from '../documents/document.js';
import { type GoldParagraph, type Question, type QuestionSet, QuestionSetError, readSetFile } from './question-set.js';

const entry = z.object({ _id: z.string(), title: z.string().default(''), text: z.string() });

function parseLines(text: string, file: string): z.infer<typeof entry>[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [entry.parse(JSON.parse(line))];
    } catch {
      throw new QuestionSetError(`${file}:${i + 1}: is not an object with _id and text`);
    }
  });
}

/** A text as a document of one paragraph. */
export function oneParagraph(source: string, title: string, text: string): Document {
  const sha256 = createHash('sha256').update(`${title}\n${text}`).digest('hex');
  return { source, title, text, sha256, metadata: {}, paragraphs: [{ paragraph: 1, start: 0, end: text.length, section: [], heading: false }] };
}

/** Grades above 0 by question, of a `query-id corpus-id score` table with a header. */
function parseQrels(text: string): Map<string, GoldParagraph[]> {
  const gold = new Map<string, GoldParagraph[]>();
  for (const line of text.split('\n').slice(1)) {
    const [question, source, score] = line.trim().split('\t');
    const grade = Number(score);
    if (!question || !source || !(grade > 0)) continue;
    gold.set(question, [...(gold.get(question) ?? []), { source, paragraph: 1, grade }]);
  }
  return gold;
}

/**
 * Reads a BEIR folder (`corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`). Each text is a document of one paragraph;
 * the questions are those of the test table, and only retrieval is measured.
 *
 * @throws QuestionSetError when a file is missing or of another form.
 */
export async function readBeir(folder: string): Promise<QuestionSet> {
  const read = (name: string) => readSetFile(path.join(folder, name));
  const documents = parseLines(await read('corpus.jsonl'), path.join(folder, 'corpus.jsonl')).map(({ _id, title, text }) => oneParagraph(_id, title, text));
  const gold = parseQrels(await read('qrels/test.tsv'));
  const questions = parseLines(await read('queries.jsonl'), path.join(folder, 'queries.jsonl')).flatMap(({ _id, text }): Question[] => {
    const relevant = gold.get(_id);
    return relevant ? [{ id: _id, category: 'test', question: text, answerable: true, answers: [], evidence: [], gold: relevant }] : [];
  });
  if (questions.length === 0) throw new QuestionSetError(`${folder}: no question of queries.jsonl is in qrels/test.tsv`);
  return { name: path.basename(path.resolve(folder)), file: folder, measures: 'retrieval', questions, documents };
}
