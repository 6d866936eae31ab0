import { isForeign, translateNames } from '../answering/foreign.js';
import { askingPart, rewriteFollowUp, type Turn } from '../answering/rewrite.js';
import { correctSpelling, isKnownWord } from '../answering/spelling.js';
import type { Encoder } from '../embedding/encoder.js';
import type { Generation } from '../generation/open.js';
import { LanguageModelError, type WriteLimits } from '../generative/language-model.js';
import { completeQuestion } from '../generative/rewrite-question.js';
import type { Writer } from './word-answer.js';

/**
 * Completes a follow-up question from the history: by the language model where there is one, else by rules.
 *
 * @param warnings Takes what went wrong with the language model.
 */
export async function completeFollowUp(question: string, history: Turn[], writer: Writer | null, limits: WriteLimits, warnings: string[]): Promise<string> {
  const byRules = rewriteFollowUp(question, history);
  if (byRules === null) return askingPart(question);
  if (!writer) return byRules;
  try {
    return (await completeQuestion(question, history, writer.model, writer.prompts.rewrite, limits)) ?? byRules;
  } catch (error) {
    if (!(error instanceof LanguageModelError)) throw error;
    warnings.push(`the language model could not complete the question: ${error.message}; it was completed by rules`);
    return byRules;
  }
}

/** Whether a question is in another language than the documents. */
export const isInOtherLanguage = ({ lexical }: Generation, { countTokens }: Encoder, text: string): boolean =>
  isForeign(text, lexical, (word) => isKnownWord(word, countTokens));

/** A question in the words of the documents: misspelt ones corrected, names of another language in their form here. */
export const inWordsOfDocuments = (generation: Generation, encoder: Encoder, text: string): string =>
  isInOtherLanguage(generation, encoder, text)
    ? translateNames(text, generation.lexical)
    : (correctSpelling(text, generation.lexical, (word) => isKnownWord(word, encoder.countTokens)) ?? text);
