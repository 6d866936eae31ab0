import { findNames, findValues } from '../text/values.js';
import { rewriteFollowUp } from './rewrite.js';

/** A second question in the same sentence: ", and what has come of it?". */
const SECOND_QUESTION = /,?\s+and\s+(?=(?:(?:at|in|on|by|with|for|to) )?(?:what|when|where|who|whom|how|which|why)\b)/i;

/** Fewer words before the "and" make one question with two interrogatives: "where and when ...". */
const MIN_WORDS = 4;

/** "the second and (the) third X": the question once for each. */
function splitOrdinals(question: string): string[] | null {
  const ordinals = findValues(question).filter(({ values }) => values[0]?.kind === 'ordinal');
  const [first, second] = ordinals;
  if (!first || !second || ordinals.length !== 2) return null;
  if (!/^\s*(?:and|or|,)\s*(?:the\s+)?$/i.test(question.slice(first.end, second.start))) return null;
  const [before, after] = [question.slice(0, first.start), question.slice(second.end)];
  return [first, second].map(({ start, end }) => before + question.slice(start, end) + after);
}

/**
 * The questions that a question is made of, each complete; the question itself where it is one.
 */
export function decompose(question: string): string[] {
  const ordinals = splitOrdinals(question);
  if (ordinals) return ordinals;
  const match = SECOND_QUESTION.exec(question);
  if (!match) return [question];
  const first = question.slice(0, match.index).trim();
  const second = question.slice(match.index + match[0].length).trim();
  if (first.split(/\s+/).length < MIN_WORDS || second.split(/\s+/).length < 2) return [question];
  return [first, rewriteFollowUp(second, [{ role: 'user', content: first }]) ?? second];
}

/** Between two names of which a question asks the same: "X and Y", "X or Y", "X, Y". */
const JOINS_NAMES = /^\s*(?:,|,?\s*(?:and|or)(?:\s+(?:the|in|with|by|for|to|of))?)\s*$/i;

/**
 * The question once for each of the things whose names it joins by "and" or "or", the others left out; null where it
 * joins none. Only worth asking when no sentence speaks of all of them.
 */
export function splitNames(question: string): { name: string; question: string }[] | null {
  const names = findNames(question).filter(({ initial }) => !initial);
  const runs: { start: number; end: number }[] = [];
  for (const { start, end } of names) {
    const last = runs.at(-1);
    if (last && /^(?:[\s.-]|\s(?:of|of the|the|de)\s)+$/i.test(question.slice(last.end, start))) last.end = end;
    else runs.push({ start, end });
  }
  const at = runs.findIndex((run, i) => i > 0 && JOINS_NAMES.test(question.slice(runs[i - 1]?.end, run.start)));
  const [first, second] = [runs[at - 1], runs[at]];
  if (!first || !second || (runs[at + 1] && JOINS_NAMES.test(question.slice(second.end, runs[at + 1]?.start)))) return null;
  const [before, after] = [question.slice(0, first.start), question.slice(second.end)];
  return [first, second].map(({ start, end }) => ({ name: question.slice(start, end), question: before + question.slice(start, end) + after }));
}
