import { isStopWord, words } from '../text/terms.js';

/** A turn of the conversation so far. */
export interface Turn {
  role: 'user' | 'assistant';
  content: string;
}

/** Words that point back to something said before. */
const POINTS_BACK = /\b(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those|there|then|one|ones|same|such|former|latter|second one|first one)\b/i;
const CONTINUES = /^\W*(?:and|but|so|or|also|what about|how about|then)\b/i;

/** A question with fewer content words than this leans on the one before. */
const MIN_CONTENT_WORDS = 2;

/**
 * Completes a follow-up question with the last question of the history, so that it can be searched for by itself;
 * null when it stands on its own.
 */
export function rewriteFollowUp(question: string, history: Turn[]): string | null {
  const previous = history.filter(({ role }) => role === 'user').at(-1)?.content.trim();
  if (!previous) return null;
  const content = words(question).filter(({ text }) => !isStopWord(text));
  if (!CONTINUES.test(question) && !POINTS_BACK.test(question) && content.length >= MIN_CONTENT_WORDS) return null;
  return `${question.trim()} (${previous})`;
}
