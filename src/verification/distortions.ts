import { fold, isStopWord, words, wordsIn } from '../text/terms.js';
import { misplacedValues } from './attachments.js';
import { swappedNames, turnedVerbs } from './roles.js';
import { contentWords, lemma } from './wording.js';

/** Words that change what is said of the words beside them, by what they do. Each pattern is about English, never about a subject. */
const FRAMES: [string, RegExp][] = [
  [
    'negation',
    /\b(?:not|never|no(?! ?\.? ?\d)|none|nobody|nothing|neither|nor|cannot|without|fail(?:s|ed)? to|refus(?:es?|ed|al)|reject(?:s|ed)?|den(?:y|ies|ied)|lack(?:s|ed)?)\b|n[’']t\b/i,
  ],
  [
    'a plan',
    /\b(?:will|would|shall|plan(?:s|ned|ning)?|intend(?:s|ed)?|scheduled|upcoming|expect(?:s|ed)?|propos(?:es|ed?|als?)|consider(?:s|ed|ing)?|hop(?:es?|ed|ing)|aim(?:s|ed)? to|(?:is|are|was|were) to|ready to|willing to|(?:want|wish|tr|attempt|promis|pledg|seek)(?:s|es|ed|y|ies|ied)? to|to be held|agreed to|decided to|call(?:s|ed)? (?:for|on)|invit(?:es|ed) to|urg(?:es|ed)|should|must|could|might)\b|\bmay(?= [a-z]+\b)/,
  ],
  ['a condition', /\b(?:if|unless|whether|provided that|in case|subject to|as if)\b/i],
  [
    'a report',
    /\b(?:claim(?:s|ed)?|alleg(?:e|es|ed|edly)|reportedly|rumou?r(?:s|ed)?|believ(?:es?|ed)|argu(?:es|ed)|suppos(?:ed|edly)|reply that|answer that|say that|assum(?:es?|ed))\b/i,
  ],
];

/** Words that make a statement larger than it is, when a quote does not have them. */
const UNIVERSAL = /\b(?:all|every|each|always|only|solely|entire(?:ly)?|whole|exclusively|most|last|largest|smallest|best|worst|sole)\b/gi;

/** Opposites: who says one where the quote says the other has turned it round. */
const OPPOSITES: [string, string][] =
  `open close|begin end|start end|start stop|start finish|rise fall|increase decrease|grow shrink|increase reduce|rise decline|accept reject|approve reject|adopt reject|join leave|join withdraw
win lose|more less|more fewer|before after|north south|east west|northern southern|eastern western|man woman|male female|import export|buy sell|give take|give receive|send receive|lend borrow
allow forbid|permit prohibit|permit ban|support oppose|agree disagree|success failure|succeed fail|oldest youngest|largest smallest|first last|highest lowest|upper lower|public private
enter leave|arrive depart|appoint dismiss|elect dismiss|create abolish|found dissolve|establish dissolve|establish abolish|hire dismiss|friend enemy|war peace|above below|over under|inside outside
include exclude|strengthen weaken|expand reduce|teach learn|major minor|old new|early late|earlier later|maximum minimum|import produce|suspend resume|lift impose|full associate|full observer
member observer|permanent temporary|host attend|chair attend|sign reject|ratify reject|present absent|predecessor successor|succeed precede|son father|daughter mother|employer employee`
    .split(/[|\n]/)
    .map((pair) => pair.trim().split(' ').map(lemma) as [string, string]);

const matches = (text: string, pattern: RegExp): string[] => (text.match(pattern) ?? []).map((word) => word.toLowerCase());

/** Where one clause of a sentence ends and the next begins. */
const CLAUSE = /[;:]|,?\s+(?=(?:but|because|while|whereas|although|though)\b)|,\s+(?=(?:and|which|who|whose|since|as|so|where|when|after|before)\b)/i;

/** The clauses of a quote that a sentence speaks of: those with a word of it that is no name, else all. */
function spokenOf(sentence: string, quote: string): string {
  const said = new Set(contentWords(sentence));
  const speaksOf = (clause: string) => words(clause).some(({ text }) => /^\p{Ll}/u.test(text) && !isStopWord(text) && said.has(lemma(text)));
  const clauses = quote.split(CLAUSE).filter(speaksOf);
  return clauses.length > 0 ? clauses.join('; ') : quote;
}

/** Whether a sentence says of the past what its quote says of now, or the other way. */
function otherTense(sentence: string, quoted: string): boolean {
  const [now, past] = [/\b(?:is|are|has|have)\b/i, /\b(?:was|were|had)\b/i];
  const only = (text: string, these: RegExp, those: RegExp) => these.test(text) && !those.test(text);
  return (only(sentence, now, past) && only(quoted, past, now)) || (only(sentence, past, now) && only(quoted, now, past));
}

/** "the second largest" is not "the largest". */
const RANKED = /\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:nd|rd|th))[\s-]+(?:\p{Ll}+est|most|last)\b/iu;

/** A number bound from one side: "more than 300" is not "300". */
const bounds = (text: string): string[] => [
  ...matches(text, /\b(?:more than|over|at least|exceed(?:s|ed|ing)?|no (?:less|fewer) than)(?= (?:\p{Sc}|US\$)? ?\d)/giu).map(() => 'more'),
  ...matches(text, /\b(?:less than|fewer than|under|at most|up to|no more than|nearly|almost)(?= (?:\p{Sc}|US\$)? ?\d)/giu).map(() => 'less'),
];

/**
 * How a sentence says something else than its quote although it uses the quote's words: turned round, or shorn of a
 * "not", a "will" or an "if". Heuristics that would rather refuse a true sentence than let a false one through.
 */
export function distortions(sentence: string, quote: string): string[] {
  const region = spokenOf(sentence, quote);
  const found: string[] = [];
  for (const [name, pattern] of FRAMES) {
    const [said, quoted] = [pattern.test(sentence), pattern.test(region)];
    if (said !== quoted) found.push(`${said ? 'it adds' : 'it leaves out'} ${name}`);
  }
  const quotedWords = new Set(wordsIn(quote).map(fold));
  for (const word of matches(sentence, UNIVERSAL)) if (!quotedWords.has(word)) found.push(`its quote does not say "${word}"`);
  const [said, quoted] = [new Set(wordsIn(sentence).map(lemma)), new Set(wordsIn(quote).map(lemma))];
  for (const [a, b] of OPPOSITES)
    for (const [here, there] of [
      [a, b],
      [b, a],
    ] as const)
      if (said.has(here) && !quoted.has(here) && quoted.has(there)) found.push(`it says "${here}" where its quote says "${there}"`);
  if (otherTense(sentence, region)) found.push('it is of another time');
  if (RANKED.test(region) && /\b(?:\p{Ll}+est|most|last)\b/iu.test(sentence) && !RANKED.test(sentence)) found.push('it leaves out a rank');
  const quotedBounds = bounds(region);
  if (bounds(sentence).some((bound) => !quotedBounds.includes(bound))) found.push('it bounds a number that its quote does not');
  if (quotedBounds.length > 0 && bounds(sentence).length === 0 && /\d/.test(sentence)) found.push('it leaves out the bound of a number');
  // A stretch of the quote, word for word, has everything in its place.
  const inOrder = (text: string) =>
    ` ${words(text)
      .map((word) => fold(word.text))
      .join(' ')} `;
  if (inOrder(quote).includes(inOrder(sentence))) return found;
  found.push(...misplacedValues(sentence, quote).map((value) => `"${value}" belongs to something else in its quote`));
  found.push(...swappedNames(sentence, quote).map((pair) => `${pair} have changed places`));
  found.push(...turnedVerbs(sentence, quote).map((pair) => `${pair} have changed places`));
  return found;
}
