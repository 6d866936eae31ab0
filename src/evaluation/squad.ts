import path from 'node:path';
import { z } from 'zod';
import type { Document } from '../documents/document.js';
import { oneParagraph } from './beir.js';
import { type Question, type QuestionSet, QuestionSetError, readSetFile } from './question-set.js';

const squadSchema = z.object({
  data: z.array(
    z.object({
      title: z.string(),
      paragraphs: z.array(
        z.object({
          context: z.string(),
          qas: z.array(
            z.object({ id: z.string(), question: z.string(), answers: z.array(z.object({ text: z.string() })), is_impossible: z.boolean().default(false) }),
          ),
        }),
      ),
    }),
  ),
});

/**
 * Reads a SQuAD 1.1 or 2.0 file. Each paragraph is a document, `TITLE/NUMBER`; the category tells questions with an
 * answer from those without, so that the table by category holds the official HasAns and NoAns figures.
 *
 * @throws QuestionSetError when the file has another form.
 */
export async function readSquad(file: string): Promise<QuestionSet> {
  const text = await readSetFile(file);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new QuestionSetError(`${file} is not JSON (${(error as Error).message})`);
  }
  const squad = squadSchema.safeParse(json);
  if (!squad.success)
    throw new QuestionSetError(
      `${file} is not a SQuAD file: ${squad.error.issues
        .slice(0, 3)
        .map(({ path: field, message }) => `${field.join('.')}: ${message}`)
        .join('; ')}`,
    );
  const documents: Document[] = [];
  const questions: Question[] = [];
  for (const { title, paragraphs } of squad.data.data) {
    paragraphs.forEach(({ context, qas }, i) => {
      const source = `${title}/${i + 1}`;
      documents.push(oneParagraph(source, title.replaceAll('_', ' '), context));
      for (const { id, question, answers, is_impossible: impossible } of qas) {
        questions.push({
          id,
          category: impossible ? 'no answer' : 'has answer',
          question,
          answerable: !impossible,
          answers: [],
          values: impossible ? [] : [...new Set(answers.map((answer) => answer.text))],
          evidence: [],
          gold: impossible ? [] : [{ source, paragraph: 1, grade: 1 }],
          home: [source],
        });
      }
    });
  }
  if (questions.length === 0) throw new QuestionSetError(`${file} holds no question`);
  return { name: path.basename(file, path.extname(file)), file, measures: 'answers', questions, documents };
}
