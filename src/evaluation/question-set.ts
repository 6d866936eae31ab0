import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Document } from '../documents/document.js';

const pattern = z.string().min(1).refine(isPattern, 'is not a regular expression');

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'i'));
  } catch {
    return false;
  }
}

const evidenceSchema = z.object({
  source: z.string().min(1),
  /** Words of the document that prove the answer; white space need not agree. */
  quote: z.string().min(1),
  /** Paragraph that held the quote when the set was written, where the writer noted it. */
  paragraph: z.number().int().positive().optional(),
});

const questionSchema = z
  .object({
    id: z.string().min(1),
    category: z.string().min(1),
    question: z.string().min(1),
    history: z.array(z.object({ role: z.enum(['user', 'assistant']), content: z.string() })).optional(),
    answerable: z.boolean(),
    /** Regular expressions that must all match the answer, in any case of letters. */
    answers: z.array(pattern).default([]),
    /** Accepted short answers, any of which will do. */
    values: z.array(z.string().min(1)).optional(),
    evidence: z.array(evidenceSchema).default([]),
    notes: z.string().optional(),
  })
  .refine(({ answerable, answers, values }) => !answerable || answers.length > 0 || (values?.length ?? 0) > 0, {
    path: ['answers'],
    error: 'an answerable question needs answers or values',
  })
  .refine(({ answerable, evidence }) => !answerable || evidence.length > 0, { path: ['evidence'], error: 'an answerable question needs evidence' })
  .refine(({ answerable, evidence }) => answerable || evidence.length === 0, { path: ['evidence'], error: 'an unanswerable question cannot have evidence' });

/** Words that prove an answer, and the document they stand in. */
export type Evidence = z.infer<typeof evidenceSchema>;

/** A paragraph that a question should find. */
export interface GoldParagraph {
  source: string;
  paragraph: number;
  /** Relevance above 0; 1 where the set knows no grades. */
  grade: number;
}

/** One question and what is known to be right. */
export type Question = z.infer<typeof questionSchema> & {
  /** Where a public set names paragraphs instead of quoting them; `evidence` is then empty. */
  gold?: GoldParagraph[];
  /** Sources it was written for, where a public set gives each question its own. */
  home?: string[];
};

/** Questions over one collection of documents. */
export interface QuestionSet {
  /** File or folder name without its extension; thresholds go by it. */
  name: string;
  /** Where it was read from. */
  file: string;
  /** `answers`: questions are asked. `retrieval`: only what is found for them counts. */
  measures: 'answers' | 'retrieval';
  questions: Question[];
  /** The documents, where the set brings its own; else they are those of the corpus folder. */
  documents?: Document[];
}

/** Thrown when a question set cannot be read; the message has a line for each fault, with file, line and field. */
export class QuestionSetError extends Error {}

/** @throws QuestionSetError when the file cannot be read. */
export async function readSetFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new QuestionSetError(`${file} cannot be read (${error.code})`);
  });
}

/**
 * Parses the lines of a `.jsonl` question set.
 *
 * @param file Named in faults.
 * @throws QuestionSetError that lists every fault.
 */
export function parseQuestions(text: string, file: string): Question[] {
  const faults: string[] = [];
  const firstLine = new Map<string, number>();
  const questions: Question[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const at = `${file}:${i + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      faults.push(`${at}: is not JSON (${(error as Error).message})`);
      return;
    }
    const result = questionSchema.safeParse(value);
    if (!result.success) {
      for (const { path: field, message } of result.error.issues) faults.push(`${at}: ${field.join('.') || 'the line'}: ${message}`);
      return;
    }
    const known = firstLine.get(result.data.id);
    if (known !== undefined) faults.push(`${at}: id: ${result.data.id} is the id of line ${known} already`);
    firstLine.set(result.data.id, i + 1);
    questions.push(result.data);
  });
  if (faults.length > 0) throw new QuestionSetError(faults.join('\n'));
  if (questions.length === 0) throw new QuestionSetError(`${file} holds no question`);
  return questions;
}

/** Reads a `.jsonl` question set. @throws QuestionSetError that lists every fault. */
export async function readQuestionSet(file: string): Promise<QuestionSet> {
  return { name: path.basename(file, path.extname(file)), file, measures: 'answers', questions: parseQuestions(await readSetFile(file), file) };
}

/** SHA-256 of what is asked and expected; notes and the order of lines do not count. */
export function fingerprintQuestions(questions: Question[]): string {
  const lines = questions.map(({ id, category, question, history, answerable, answers, values, evidence, gold }) =>
    JSON.stringify([
      id,
      category,
      question,
      history ?? [],
      answerable,
      answers,
      values ?? null,
      evidence.map(({ source, quote }) => [source, quote]),
      gold ?? null,
    ]),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
