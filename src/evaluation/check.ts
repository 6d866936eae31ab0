import { readFile, writeFile } from 'node:fs/promises';
import { type GoldDocuments, locateLoosely, locateQuote, type Place } from './gold.js';
import type { Evidence, Question } from './question-set.js';

/** What became of a gold quote. A moved one stands word for word elsewhere, or in its place with other punctuation. */
export type EvidenceState = { state: 'valid'; place: Place } | { state: 'moved'; place: Place } | { state: 'gone' };

export type CheckedEvidence = EvidenceState & { id: string; evidence: Evidence };

/** Finds where a gold quote stands now: in its document, else in the others, first word for word, then loosely. */
export function checkEvidence(evidence: Evidence, documents: GoldDocuments): EvidenceState {
  const { source, quote, paragraph } = evidence;
  const own = documents.get(source);
  const place = own && locateQuote(source, own, quote);
  if (place) return { state: paragraph === undefined || paragraph === place.paragraph ? 'valid' : 'moved', place };
  const order = [...(own ? [[source, own] as const] : []), ...[...documents].filter(([name]) => name !== source)];
  for (const locate of [locateQuote, locateLoosely]) {
    for (const [name, document] of order) {
      const found = locate(name, document, quote);
      if (found) return { state: 'moved', place: found };
    }
  }
  return { state: 'gone' };
}

/** The state of every gold quote, in the order of the set. */
export const checkQuestions = (questions: Question[], documents: GoldDocuments): CheckedEvidence[] =>
  questions.flatMap(({ id, evidence }) => evidence.map((item) => ({ id, evidence: item, ...checkEvidence(item, documents) })));

/** A moved quote as the set should name it now. */
export function relocated(evidence: Evidence, place: Place, documents: GoldDocuments): Evidence {
  const quote = documents.get(place.source)?.text.slice(place.start, place.end) ?? evidence.quote;
  return { source: place.source, quote, ...(evidence.paragraph === undefined ? {} : { paragraph: place.paragraph }) };
}

/**
 * Rewrites the moved quotes of a `.jsonl` set; lines without one stay byte for byte.
 *
 * @returns The new text.
 */
export function rewriteMoved(text: string, documents: GoldDocuments): string {
  const lines = text.split('\n').map((line) => {
    if (line.trim() === '') return line;
    const question = JSON.parse(line) as Question;
    let changed = false;
    const evidence = (question.evidence ?? []).map((item) => {
      const checked = checkEvidence(item, documents);
      if (checked.state !== 'moved') return item;
      changed = true;
      return { ...item, ...relocated(item, checked.place, documents) };
    });
    return changed ? JSON.stringify({ ...question, evidence }) : line;
  });
  return lines.join('\n');
}

/** Rewrites the moved quotes of a set's file in place. @throws Error when the file cannot be read or written. */
export async function rewriteFile(file: string, documents: GoldDocuments): Promise<void> {
  await writeFile(file, rewriteMoved(await readFile(file, 'utf8'), documents));
}

/** The states as lines for the terminal: each quote that is not valid, then the counts. */
export function checkText(name: string, checked: CheckedEvidence[]): string {
  const count = (state: EvidenceState['state']) => checked.filter((one) => one.state === state).length;
  const lines = checked.flatMap((one) => {
    if (one.state === 'valid') return [];
    const to = one.state === 'moved' ? ` to ${one.place.source} paragraph ${one.place.paragraph}` : '';
    return [`  ${one.state}${to}: ${one.id} ${one.evidence.source} "${one.evidence.quote}"`];
  });
  return [`${name}: ${checked.length} gold quotes, ${count('valid')} valid, ${count('moved')} moved, ${count('gone')} gone`, ...lines].join('\n');
}
