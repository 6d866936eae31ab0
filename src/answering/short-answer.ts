import { isStopWord, term, words } from '../text/terms.js';
import { findNames, findValues, type Name, nameRuns, type Value } from '../text/values.js';
import type { Question } from './question.js';

interface Stretch {
  start: number;
  end: number;
}

/** Mean distance, in characters, from a stretch to the question's words in the sentence. */
function distance(stretch: Stretch, anchors: { start: number; weight: number }[]): number {
  const total = anchors.reduce((sum, { weight }) => sum + weight, 0);
  return anchors.reduce((sum, { start, weight }) => sum + weight * Math.min(Math.abs(start - stretch.start), Math.abs(start - stretch.end)), 0) / (total || 1);
}

/** What may stand within the name of a person, a place or a body. */
const WITHIN_NAME = /^(?:\.?\s|-|\s(?:of|of the|the|al|ibn|bin|de|von)\s)$/i;

/** Where whole names stand. */
const namesIn = (sentence: string): Stretch[] =>
  nameRuns(sentence, findNames(sentence), WITHIN_NAME).map((run) => ({ start: (run[0] as Name).start, end: (run.at(-1) as Name).end }));

/**
 * The date, number, person or place a sentence holds that the question asks for, as it is written there;
 * null when the question asks for something else or the sentence holds none.
 */
export function findShortAnswer(question: Question, sentence: string): string | null {
  const weights = new Map(question.terms.map(({ term: word, weight }) => [word, weight]));
  const anchors = words(sentence).flatMap(({ text, start }) => {
    const weight = weights.get(term(text));
    return weight ? [{ start, weight }] : [];
  });
  const ofKind = (kind: 'date' | 'number') => findValues(sentence).filter(({ values }: Value) => values[0]?.kind === kind);
  const unasked = (stretch: Stretch) => words(sentence.slice(stretch.start, stretch.end)).some(({ text }) => !weights.has(term(text)) && !isStopWord(text));
  const candidates = (): Stretch[] => {
    switch (question.type) {
      case 'date':
        return ofKind('date');
      case 'number':
        return ofKind('number');
      case 'person':
      case 'agent':
        return namesIn(sentence).filter((run) => unasked(run) && /\s/.test(sentence.slice(run.start, run.end)));
      case 'place':
        return namesIn(sentence).filter((run) => unasked(run) && /\b(?:in|at|to|near|from)\s(?:the\s)?$/i.test(sentence.slice(0, run.start)));
      default:
        return [];
    }
  };
  const [best] = candidates().sort((a, b) => distance(a, anchors) - distance(b, anchors) || a.start - b.start);
  return best ? sentence.slice(best.start, best.end) : null;
}
