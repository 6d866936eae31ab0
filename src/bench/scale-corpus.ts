import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Document } from '../documents/document.js';
import { readFolder } from '../documents/read-folder.js';
import { readBeir } from '../evaluation/beir.js';
import { readSquad } from '../evaluation/squad.js';
import { words } from '../text/terms.js';
import { randomNumbers } from './random.js';

/** Paragraphs of a generated file, and words of a generated paragraph at least and at most. */
const PARAGRAPHS = 20;
const WORDS = [30, 90] as const;
/** Of so many words one is made up, so that the vocabulary grows with the text as that of real documents does. */
const MADE_UP = 60;

const SYLLABLES = 'ba de ki lo mu na pe ri so tu va ze cha sho kar tem bul dan vor lin'.split(' ');

/** Documents of public sets: BEIR folders and SQuAD files. */
async function publicDocuments(sets: string[]): Promise<Document[]> {
  const documents: Document[] = [];
  for (const set of sets) documents.push(...((await ((await stat(set)).isDirectory() ? readBeir : readSquad)(set)).documents ?? []));
  return documents;
}

/**
 * Writes a folder of about so many passages: the documents of public sets as far as they go, the rest made of the words
 * of the founding corpus in its frequencies, each file on a few words of its own.
 *
 * @returns Sentences to search for, drawn from all over the folder.
 */
export async function writeCorpus(folder: string, passages: number, sets: string[]): Promise<string[]> {
  const random = randomNumbers(passages);
  const upTo = (n: number) => Math.floor(random() * n);
  const given = (await publicDocuments(sets)).slice(0, Math.floor(passages / 2));
  const { documents } = await readFolder('corpus', { maxBytes: 2 ** 24 });
  const vocabulary = [...documents, ...given].flatMap(({ text }) => words(text).map((word) => word.text.toLowerCase()));
  const madeUp = () => Array.from({ length: 2 + upTo(3) }, () => SYLLABLES[upTo(SYLLABLES.length)]).join('');
  const questions: string[] = [];
  const put = async (name: string, text: string) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  };
  for (const [i, { title, text }] of given.entries()) {
    await put(`given/${i % 50}/${i}.txt`, `${title}\n\n${text.replace(/\s*\n\s*/g, ' ')}\n`);
    questions.push(text.split(/(?<=[.?!]) /)[0] ?? '');
  }
  for (let written = given.length, file = 0; written < passages; file++) {
    const topic = Array.from({ length: 6 }, () => (upTo(2) ? madeUp() : (vocabulary[upTo(vocabulary.length)] as string)));
    const word = () =>
      upTo(8) === 0 ? (topic[upTo(topic.length)] as string) : upTo(MADE_UP) === 0 ? madeUp() : (vocabulary[upTo(vocabulary.length)] as string);
    const sentence = () => {
      const text = Array.from({ length: 8 + upTo(14) }, word).join(' ');
      return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
    };
    const paragraphs = Array.from({ length: Math.min(PARAGRAPHS, passages - written) }, () => {
      let text = sentence();
      for (const length = WORDS[0] + upTo(WORDS[1] - WORDS[0]); text.split(' ').length < length; ) text += ` ${sentence()}`;
      return text;
    });
    written += paragraphs.length;
    questions.push((paragraphs[0] as string).split('. ')[0] as string);
    await put(`made/${file % 100}/${file}.md`, `# ${topic.slice(0, 3).join(' ')}\n\n${paragraphs.join('\n\n')}\n`);
  }
  return questions.filter((question) => question.length > 10);
}
