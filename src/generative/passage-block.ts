import type { Generation } from '../generation/open.js';
import type { Passage } from '../passages/passage.js';
import { splitSentences } from '../passages/sentences.js';
import { areStatements } from '../verification/instructions.js';

/** Passages as a language model sees them. */
export interface PassageBlock {
  text: string;
  /** Number of the passage in the generation by the id that the model cites, such as `P1`. */
  byId: ReadonlyMap<string, number>;
}

/** A document cannot close the block, open another or cite: its angle and square brackets become round ones. */
const harmless = (text: string): string =>
  text
    .replace(/[<[]/g, '(')
    .replace(/[>\]]/g, ')')
    .replace(/[\p{Cf}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Sentences that order the answerer about are left out; nobody can quote them either. */
function withoutInstructions(text: string): string {
  const sentences = splitSentences(text).map(({ start, end }) => text.slice(start, end));
  const stated = areStatements(sentences);
  return sentences.filter((_, i) => stated[i]).join(' ');
}

/**
 * Delimits passages and gives them ids, best first, as many as fit.
 *
 * @param ids Numbers of passages in the generation.
 * @param maxTokens Tokens of the embedding model; those of the language model are about as many.
 */
export function passageBlock(generation: Generation, ids: number[], maxTokens: number, countTokens: (text: string) => number): PassageBlock {
  const byId = new Map<string, number>();
  const parts: string[] = [];
  let room = maxTokens;
  for (const id of ids) {
    const passage = generation.passages[id] as Passage;
    const text = harmless(withoutInstructions(generation.text(passage)));
    if (!text) continue;
    const name = `P${byId.size + 1}`;
    const part = `<passage id="${name}" about="${harmless(withoutInstructions(passage.context)).replaceAll('"', "'")}">\n${text}\n</passage>`;
    room -= countTokens(part);
    if (room < 0) break;
    byId.set(name, id);
    parts.push(part);
  }
  return { text: parts.join('\n'), byId };
}
