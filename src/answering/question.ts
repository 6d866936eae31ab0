import type { AliasMention } from '../aliases/expand.js';
import type { LexicalIndex } from '../generation/lexical-index.js';
import { fold, isStopWord, term, words } from '../text/terms.js';
import { blank, type DateValue, findNames, findValues, type NumberValue } from '../text/values.js';
import { askedUnit, type Unit } from './asked-kind.js';
import { type TemporalFocus, temporalFocus, temporalWords } from './temporal.js';

/** What kind of thing the answer must hold; an agent is a person, or a body or country that did something. */
export type AnswerType = 'date' | 'number' | 'person' | 'agent' | 'place' | 'list' | 'yesno' | 'definition' | 'reason' | 'other';

/** Kinds of answers that are said by one value, or by yes or no. */
export const ONE_VALUE: ReadonlySet<AnswerType> = new Set(['number', 'date', 'yesno']);

/** A search term of the question with its weight: the rarer in the documents, the heavier. */
export interface WeightedTerm {
  term: string;
  weight: number;
}

/** Weight of the terms that are among those of a text; of all terms where no text is given. */
export const weightOf = (asked: WeightedTerm[], present?: ReadonlySet<string>): number =>
  asked.reduce((sum, { term: word, weight }) => sum + (!present || present.has(word) ? weight : 0), 0);

/** A question as the answerer sees it. */
export interface Question {
  text: string;
  type: AnswerType;
  terms: WeightedTerm[];
  /** Dates, numbers and ordinals it names. */
  values: (DateValue | NumberValue)[];
  /** Search terms of the names in it. */
  names: string[];
  /** Search terms of the thing asked for: "who is the [director general] of", "what [interest rate]", "how many [medals]". */
  focus: string[];
  /** Search term of what "how many ..." counts. */
  counted: string | null;
  /** The words of it: "how many [travel industry workers] were". */
  countedThing: string | null;
  /** Whether it asks who. */
  asksWho: boolean;
  /** "What was the budget": the unit of the answer. */
  unit: Unit | null;
  temporal: TemporalFocus;
  /** Names in it that the documents also call otherwise. */
  mentions: AliasMention[];
}

/** The first pattern that fits names the type. They are about English question words, never about a subject. */
const TYPES: [AnswerType, RegExp][] = [
  ['reason', /^\W*(?:why|what (?:for|was the (?:reason|purpose|aim|goal))|for what (?:reason|purpose))\b/i],
  [
    'date',
    /\b(?:when|since when|(?:what|which|on what|in what|in which) (?:(?:exact|start|opening|closing) )?(?:dates?|days?|years?|months?)|what(?:'s| is| was| were) the dates?)\b/i,
  ],
  ['number', /\b(?:how (?:many|much|often|long|old|far|large|big|tall|high)|what (?:number|share|percentage|amount|sum|turnout)|number of)\b/i],
  [
    'person',
    /\b(?:whom\b|who(?:['’]s|se| (?:is|was|are|were|serves|served)) (?:the|an?)\b|(?:which (?:\w+ )?|name (?:of )?the (?:\w+ )?|who (?:is|was) (?:\w+['’]?s? )?)(?:person|politician|minister|president|vice-president|chairman|chairwoman|chairperson|chair|head|director|official|ambassador|leader|envoy|author|scientist|rapporteur|man|woman))\b/iu,
  ],
  ['agent', /\b(?:who|whose)\b/i],
  ['place', /\b(?:where|(?:what|which|in what|in which) (?:\w+ )?(?:city|country|town|capital|place|state|region|venue|village))\b/i],
  [
    'list',
    /^\W*(?:list|name|enumerate)\b|\b(?:what|which) (?:are|were)\b|\bwhich \w{3,}s of (?:\w+ ){1,3}(?:are|were|have|do|did|will|can)\b|\b(?:what|which) (?:\w+ ){0,2}(?:\w{3,}s) (?:are|were|have|do|did|will|can|make|made|belong|took|take)\b/i,
  ],
  ['definition', /^\W*(?:what(?:'s| is| are| was| does| do)|explain|define|describe|tell me about)\b/i],
  ['yesno', /^\W*(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should)\b/i],
];

/** The noun after "how many", with at most two words before it; the last one that is no stop word and no verb of being. */
function countedNoun(text: string): string | null {
  const [, after = ''] =
    /\bhow (?:many|much)\s+((?:[\p{L}-]+\s+){0,2}?[\p{L}-]+)(?=\s+(?:is|are|was|were|do|does|did|has|have|had|can|will|took|came|got|\p{L}+ed)\b|\s*\?|\s*$)/iu.exec(
      text,
    ) ?? [];
  const noun = words(after).at(-1)?.text;
  return noun && !isStopWord(noun) ? term(noun) : null;
}

/** What ends the noun phrase of the thing asked for: a verb, a preposition, or the end of the question. */
const ENDS_PHRASE =
  /^(?:is|are|was|were|be|been|do|does|did|has|have|had|can|could|will|would|should|may|might|of|in|on|at|for|to|from|by|with|under|between|among|about|as|that|which|who|when|where|and|or|\p{L}{2,}ed)$/iu;
const BEFORE_FOCUS =
  /\b(?:(?:who|what)(?:['’]s|\s+(?:is|are|was|were|will be))\s+(?:the\s+|an?\s+)?|(?:what|which|whose|how many|how much)\s+(?!(?:is|are|was|were|do|does|did|has|have|had|can|will|would|should|of)\b))/iu;

const IRREGULAR_PAST = /^(?:took|came|got|went|gave|made|met|won|sat|saw|sent|held|ran|had|left|lost|said|spoke|flew|fell|built|bought|sold)$/i;

const BEFORE_COUNTED = /\b(?:how many|total number of)\s+/i;

/** Words of the phrase that names what is counted, those that join two things among them. */
const MAX_COUNTED_WORDS = 5;

function countedThing(text: string): string | null {
  const match = BEFORE_COUNTED.exec(text);
  if (!match) return null;
  const following = words(text.slice(match.index + match[0].length)).map(({ text: word }) => word);
  const ends = (word: string) => !/^(?:and|or)$/i.test(word) && (isStopWord(word) || ENDS_PHRASE.test(word) || IRREGULAR_PAST.test(word));
  const begin = following.findIndex((word) => !isStopWord(word));
  const end = following.findIndex((word, i) => i > begin && ends(word));
  return begin < 0
    ? null
    : following
        .slice(begin, end < 0 ? undefined : end)
        .slice(0, MAX_COUNTED_WORDS)
        .join(' ');
}

/** Words of the phrase that names what is asked for; none where only "when", "where" or "who" does. */
const MAX_FOCUS_WORDS = 4;

function focusOf(text: string): string[] {
  const match = BEFORE_FOCUS.exec(text);
  if (!match) return [];
  const phrase: string[] = [];
  for (const { text: word } of words(text.slice(match.index + match[0].length))) {
    if (ENDS_PHRASE.test(word) || phrase.length === MAX_FOCUS_WORDS) break;
    phrase.push(word);
  }
  return [...new Set(phrase.filter((word) => !isStopWord(word)).map((word) => term(word)))];
}

function typeOf(text: string): AnswerType {
  if (TYPES.at(-1)?.[1].test(text)) return 'yesno';
  return TYPES.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';
}

/** How much a term tells: 1 for one that a single passage holds, less the more do. */
function weight(lexical: LexicalIndex, word: string): number {
  const size = Math.max(2, lexical.size);
  return Math.log((size + 1) / (lexical.documentFrequency(word) + 1)) / Math.log(size + 1);
}

/** "what year", "which city": they name the kind of the answer, which its passage need not. */
const ASKED_KIND = /\b(?:what|which)\s+(?:dates?|days?|years?|months?|city|cities|country|countries|town|place|number)\b/gi;

/** Reads a question: its expected kind of answer and what it mentions. */
export function analyseQuestion(text: string, lexical: LexicalIndex, mentions: AliasMention[] = []): Question {
  const values = findValues(text);
  // "8th" and "eighth" are one value; as words they would differ.
  const kinds = [...text.matchAll(ASKED_KIND)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  const content = [...values, ...kinds, ...temporalWords(text)].reduce(blank, text);
  const distinct = new Set(
    words(content)
      .filter((word) => !isStopWord(word.text))
      .map((word) => term(word.text)),
  );
  return {
    text,
    type: typeOf(text),
    terms: [...distinct].map((word) => ({ term: word, weight: weight(lexical, word) })),
    values: values.flatMap(({ values: each }) => each),
    names: findNames(text)
      .filter(({ initial, text: name }) => !initial && !isStopWord(name))
      .map(({ text: name }) => term(fold(name))),
    focus: focusOf(text),
    counted: countedNoun(text),
    countedThing: countedThing(text),
    asksWho: /\b[Ww]ho(?:m|se)?\b/.test(text),
    unit: askedUnit(text),
    temporal: temporalFocus(text),
    mentions,
  };
}
