import { withAliases } from '../aliases/expand.js';
import { termSet } from '../text/terms.js';
import { covers, findValues } from '../text/values.js';
import { coverage } from './evidence.js';
import type { Question } from './question.js';

/** Words that turn a statement round, or say that the thing did not come about. */
const NEGATION =
  /\b(?:not|no|never|neither|nor|without|cannot|none|nobody|nothing|failed|refused|rejected|declined|postponed|cancell?ed|called off|suspended|abandoned)\b|n[’']t\b/gi;

/** What is planned, hoped for or asked has not happened. */
const UNDECIDED =
  /\b(?:will|would|shall|should|may|might|could|plan(?:s|ned|ning)?|propos\w+|expect\w*|intend\w*|aim\w*|seek\w*|hop(?:e|es|ed|ing)|consider\w*|scheduled|agreed to|decided to|invited to|called (?:on|for)|under negotiation|negotiat\w+|pending|draft)\b/i;

/** "All", "only", "the first": a statement about some thing does not settle them. */
const QUANTIFIED = /\b(?:all|only|every|each|always|both|entire(?:ly)?|whole|first|last|more than|less than|at least|at most|exclusively|same)\b/i;

/** Share of the question's weight that the sentence must have for a word to be said for it. */
const MIN_COVERAGE = 0.85;

const negations = (text: string): number => (text.match(NEGATION) ?? []).length;

/**
 * Whether a sentence settles a yes or no question by itself, and how; null where it only bears on it, which is the
 * rule: a wrong "yes" is worse than a quote that leaves the word to its reader.
 */
export function polarityOf(question: Question, sentence: string): 'Yes' | 'No' | null {
  if (question.type !== 'yesno' || question.terms.length === 0 || QUANTIFIED.test(question.text)) return null;
  if (UNDECIDED.test(sentence) && !UNDECIDED.test(question.text)) return null;
  const present = withAliases(termSet(sentence), question.mentions);
  if (coverage(question, present) < MIN_COVERAGE || !question.names.every((name) => present.has(name))) return null;
  const facts = findValues(sentence).flatMap(({ values }) => values);
  const open = question.values.filter((claim) => !facts.some((fact) => covers(fact, claim)));
  const turned = (negations(question.text) + negations(sentence)) % 2 === 1;
  if (open.length === 0) return turned ? 'No' : 'Yes';
  // The same said of another date or number; another ordinal would be another event.
  const other = open.every(({ kind }) => kind !== 'ordinal' && facts.filter((fact) => fact.kind === kind).length === 1);
  return other && !turned ? 'No' : null;
}
