import { isStopWord, words } from '../text/terms.js';
import { findValues } from '../text/values.js';

/** A turn of the conversation so far. */
export interface Turn {
  role: 'user' | 'assistant';
  content: string;
}

/** Words that point back to something said before. */
const POINTS_BACK = /\b(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those|there|then|ones?|same|such|former|latter)\b/i;
const CONTINUES = /^\W*(?:and|but|so|or|also|what about|how about|then)\b/i;

/** A question with fewer content words than this leans on the one before. */
const MIN_CONTENT_WORDS = 2;

/** What the assistant said is context, not evidence; its first words name what the next question points to. */
const MAX_ANSWER_CONTEXT = 160;

const last = (history: Turn[], role: Turn['role']): string | undefined =>
  history
    .filter((turn) => turn.role === role)
    .at(-1)
    ?.content.trim();

/** "and the second one?" after "When was the first summit?": the earlier question with the other ordinal. */
function swapOrdinal(question: string, previous: string): string | null {
  const ordinalsIn = (text: string) => findValues(text).filter(({ values }) => values[0]?.kind === 'ordinal');
  const [asked] = ordinalsIn(question);
  const [known] = ordinalsIn(previous);
  const others = words(question).filter(
    ({ text, start }) => !isStopWord(text) && !/^ones?$/i.test(text) && !(asked && start >= asked.start && start < asked.end),
  );
  if (!asked || !known || others.length > 0) return null;
  return previous.slice(0, known.start) + question.slice(asked.start, asked.end) + previous.slice(known.end);
}

/**
 * Completes a follow-up question from the history, so that it can be searched for by itself; null when it stands on
 * its own. The history only completes what is asked: whether there is an answer, the documents decide.
 */
export function rewriteFollowUp(question: string, history: Turn[]): string | null {
  const previous = last(history, 'user');
  if (!previous) return null;
  const content = words(question).filter(({ text }) => !isStopWord(text));
  if (!CONTINUES.test(question) && !POINTS_BACK.test(question) && content.length >= MIN_CONTENT_WORDS) return null;
  const swapped = swapOrdinal(question, previous);
  if (swapped) return swapped;
  const answer =
    last(history, 'assistant')
      ?.replace(/\[\d+(?:, \d+)*\]/g, '')
      .replace(/\s+/g, ' ')
      .slice(0, MAX_ANSWER_CONTEXT) ?? '';
  return `${question.trim()} (${[previous, answer].filter(Boolean).join(' ')})`;
}

/**
 * The part of a long input that asks: its sentences with a question mark, where there are any beside others and they
 * stand on their own. What surrounds a question, instructions among it, is neither searched for nor obeyed.
 */
export function askingPart(text: string): string {
  const sentences = text.split(/(?<=[.!?]["”’)]?)\s+/);
  const asking = sentences.filter((sentence) => /\?["”’)]*$/.test(sentence));
  const part = asking.join(' ');
  return asking.length === 0 || asking.length === sentences.length || POINTS_BACK.test(part) ? text : part;
}
