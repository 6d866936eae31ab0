import type { Generation } from '../generation/open.js';
import { dot } from '../generation/vector-index.js';
import type { Passage } from '../passages/passage.js';
import { fold, terms, words } from '../text/terms.js';
import { findValues } from '../text/values.js';
import { unsupportedClaims } from '../verification/claims.js';
import { distortions } from '../verification/distortions.js';
import { readsAsInstruction } from '../verification/instructions.js';
import { type DraftSentence, type Quote, verify } from '../verification/verify.js';
import { addedWords, isPastForm } from '../verification/wording.js';

/**
 * Least cosine of a sentence with the sentence it is said to rest on. `npm run support` measures it: 95 faithful wordings
 * of sentences of the corpus lie above 0.70, and 3 of the 185 other sentences of their passages above the bound.
 */
export const MIN_SUPPORT = 0.65;

/** Unit vector of a text. */
export type EmbedText = (text: string) => Promise<Float32Array>;

/** What a model's sentence is held against. */
export interface Grounds {
  generation: Generation;
  embed: EmbedText;
  /** Numbers of the passages that the model cites for it. */
  cited: number[];
  /** The sentence said before it. */
  previous?: DraftSentence;
}

/** A sentence with the quote that proves it, or why there is none. */
export type Proof = { sentence: DraftSentence; reasons?: undefined } | { sentence?: undefined; reasons: string[] };

/** Words that point to something said before, where a sentence begins with them. */
const POINTING_SUBJECT = /^\W*(?:it|its|they|their|he|his|she|her|this|these|that|those|both|such)\b/i;
const POINTS_BACK = /\b(?:it|its|they|their|he|his|she|her|this|these|those|both)\b/i;

/** Whether a sentence of a document leans on the one before: by a pronoun, or by "the forum" where that one names a forum. */
function leansOn(text: string, before: string): boolean {
  if (POINTS_BACK.test(text)) return true;
  const named = new Set(terms(before));
  return [...text.matchAll(/\bthe\s+([\p{Ll}-]+)/giu)].some(([, noun = '']) => terms(noun).some((word) => named.has(word)));
}

/** What a sentence is about: what stands before its verb. */
function subjectOf(sentence: string): string {
  const verb = words(sentence).find(({ text }) => /^(?:is|are|was|were|has|have|had|will|would|can|may|did|does)$/i.test(text) || isPastForm(text));
  return verb ? sentence.slice(0, verb.start) : '';
}

/** Stretches of a passage that may prove a text: each sentence, also with the one it leans on; in the order of the passage. */
function stretches(generation: Generation, { source, paragraph, sentences }: Passage): Quote[][] {
  const text = generation.documents.get(source)?.text ?? '';
  const quotes = sentences.map(({ start, end }): Quote => ({ source, paragraph, start, end, quote: text.slice(start, end) }));
  return quotes.flatMap((quote, i) => {
    const before = quotes[i - 1];
    return before && leansOn(quote.quote, before.quote) ? [[quote], [before, quote]] : [[quote]];
  });
}

/** Whether a pronoun that begins the sentence points to what it points to in the document: both follow the same sentence. */
function pointsAsQuoted(text: string, { source, start, quote }: Quote, { generation, previous }: Grounds): boolean {
  const subject = words(text)[0]?.text ?? '';
  if (fold(words(quote)[0]?.text ?? '') !== fold(subject)) return false;
  const said = previous?.quotes.at(-1);
  const between = said && generation.documents.get(source)?.text.slice(said.end, start);
  return said?.source === source && /^\s*$/.test(between || 'x');
}

/** An ordinal is part of a name: the 3rd Forum. */
const holdsDateOrNumber = (claim: string): boolean => findValues(claim).some(({ values: [first] }) => first?.kind !== 'ordinal');

/** Why a text is not what its quotes say; nothing where it is. The last quote says it, one before it names what it is about. */
function doubts(text: string, quotes: Quote[], context: string, grounds: Grounds): string[] {
  const { generation } = grounds;
  const main = quotes.at(-1) as Quote;
  // The sentence before may lend what it is about; a date or number, or another name of it, would be another fact's.
  const lender = quotes.length > 1 ? subjectOf((quotes[0] as Quote).quote) : '';
  const ownAndLent = lender ? [main.quote, lender] : [main.quote];
  const reasons = distortions(text, main.quote);
  const added = addedWords(text, ownAndLent.join(' '), context);
  if (added.length > 0) reasons.push(`it adds ${added.map((word) => `"${word}"`).join(', ')}`);
  if (quotes.some(({ quote }) => readsAsInstruction(quote))) reasons.push('its quote is an instruction, not a statement');
  if (POINTING_SUBJECT.test(text) && !pointsAsQuoted(text, main, grounds)) reasons.push('nobody can tell what it points to');
  // Most sentences of a passage are about something else; the verifier, which may look into every document, is spared them.
  if (reasons.length > 0) return reasons;
  if (quotes.length > 1) {
    const foreign = unsupportedClaims(text, ownAndLent, generation.isCommonWord);
    const lent = unsupportedClaims(text, [main.quote], generation.isCommonWord).filter(holdsDateOrNumber);
    reasons.push(...[...new Set([...foreign, ...lent])].map((claim) => `"${claim}" is not said of it`));
  }
  reasons.push(...verify([{ text, quotes }], generation).rejected.flatMap((rejection) => rejection.reasons));
  return reasons;
}

/**
 * Proves one sentence of a language model: finds the sentence of a cited passage that says it, and nothing more or
 * else. Facts of two passages, or of two sentences of one, do not add up to a proof.
 */
export async function prove(text: string, grounds: Grounds): Promise<Proof> {
  const { generation, embed, cited } = grounds;
  const proofs: Quote[][] = [];
  let reasons: string[] | null = null;
  for (const id of cited) {
    const passage = generation.passages[id] as Passage;
    for (const quotes of stretches(generation, passage)) {
      const against = doubts(text, quotes, passage.context, grounds);
      if (against.length === 0) {
        const similarity = dot(await embed(text), await embed((quotes.at(-1) as Quote).quote));
        if (similarity < MIN_SUPPORT) against.push(`it is not near its quote in meaning (${similarity.toFixed(2)})`);
      }
      if (against.length === 0) {
        proofs.push(quotes);
        break;
      }
      // Fewest doubts: most likely the sentence that was meant.
      if (reasons === null || against.length < reasons.length) reasons = against;
    }
  }
  return proofs.length > 0 ? { sentence: { text, quotes: proofs.flat() } } : { reasons: reasons ?? ['it cites nothing'] };
}
