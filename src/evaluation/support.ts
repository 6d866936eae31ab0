import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { createAssistant } from '../assistant/assistant.js';
import { readConfig } from '../config/config.js';
import { LocalEmbeddings } from '../embedding/embeddings.js';
import { MIN_SUPPORT, prove } from '../generative/prove.js';
import type { Passage } from '../passages/passage.js';

/** A sentence of the corpus, ways to say the same, and ways to say something else with nearly the same words. */
const wordingSchema = z.object({ source: z.string(), quote: z.string(), faithful: z.array(z.string()), false: z.array(z.string()) });

/** The checks were made with the first set in view; the second afterwards: when it was written they let 3 of its 48 false wordings through, by numbers that belong to something else. */
const SETS = ['eval/support/wordings.jsonl', 'eval/support/held-out.jsonl'];

/** Values at these shares of a sorted list. */
const SHARES = [0, 0.01, 0.05, 0.5, 0.95, 0.99, 1];

function distribution(name: string, values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(3);
  return `${name.padEnd(34)} ${String(sorted.length).padStart(4)}  ${SHARES.map(at).join('  ')}`;
}

/**
 * Measures how well the proof of a language model's sentences tells faithful wordings from false ones: the cosines that
 * {@link MIN_SUPPORT} is set from, and what each check makes of the wordings. `-v` prints what it gets wrong.
 */
const assistant = await createAssistant(readConfig());
const generation = assistant.generation();
const { encoder, prefixes } = assistant.models.embedding;
const embeddings = new LocalEmbeddings(encoder, prefixes);
const embed = async (text: string) => Float32Array.from(((await embeddings.embedDocuments([text])) as [number[]])[0]);
const verbose = process.argv.includes('-v');
for (const set of SETS) {
  const lines = (await readFile(set, 'utf8')).split('\n').filter(Boolean);
  const [own, neighbours, lies]: [number[], number[], number[]] = [[], [], []];
  const counts = { faithful: 0, faithfulProved: 0, false: 0, falseProved: 0 };
  for (const line of lines) {
    const { source, quote, faithful, false: wrong } = wordingSchema.parse(JSON.parse(line));
    const at = generation.documents.get(source)?.text.indexOf(quote) ?? -1;
    const id = generation.passages.findIndex((passage) => passage.source === source && passage.start <= at && at < passage.end);
    if (at < 0 || id < 0) throw new Error(`${set}: ${source} does not hold "${quote}"`);
    const passage = generation.passages[id] as Passage;
    const index = passage.sentences.findIndex(({ start, end }) => start <= at && at < end);
    const text = generation.documents.get(source)?.text ?? '';
    const sentences = await Promise.all(passage.sentences.map(({ start, end }) => embed(text.slice(start, end))));
    for (const [kind, texts] of [
      ['faithful', faithful],
      ['false', wrong],
    ] as const)
      for (const text of texts) {
        const said = await embed(text);
        const scores = sentences.map((vector) => vector.reduce((sum, x, i) => sum + x * (said[i] as number), 0));
        (kind === 'faithful' ? own : lies).push(scores[index] as number);
        if (kind === 'faithful') neighbours.push(...scores.filter((_, i) => i !== index));
        const { sentence, reasons } = await prove(text, { generation, embed, cited: [id] });
        counts[kind]++;
        if (sentence) counts[`${kind}Proved`]++;
        if (verbose && Boolean(sentence) !== (kind === 'faithful')) console.log(`${kind}: ${text}\n    ${reasons?.join('; ') ?? 'proved'}`);
      }
  }
  console.log(`\n${set}`);
  console.log(`cosine with a sentence of the passage  n  ${SHARES.map((share) => `${share * 100} %`.padEnd(5)).join('  ')}`);
  console.log(distribution('faithful wording, its sentence', own));
  console.log(distribution('faithful wording, other sentences', neighbours));
  console.log(distribution('false wording, its sentence', lies));
  console.log(
    `bound ${MIN_SUPPORT}: ${own.filter((x) => x >= MIN_SUPPORT).length} of ${own.length} faithful, ${neighbours.filter((x) => x >= MIN_SUPPORT).length} of ${neighbours.length} neighbours are above`,
  );
  console.log(`proved: ${counts.faithfulProved} of ${counts.faithful} faithful wordings, ${counts.falseProved} of ${counts.false} false ones`);
}
await assistant.close();
