import type { Turn } from '../answering/rewrite.js';
import { isStopWord, words } from '../text/terms.js';
import { covers, findValues } from '../text/values.js';
import { lemma } from '../verification/wording.js';
import type { LanguageModel, WriteLimits } from './language-model.js';
import type { Prompt } from './prompt.js';

/** Turns that a follow-up is completed from, and characters of each: what it points to was said lately. */
const TURNS = 6;
const TURN_LENGTH = 600;

/** Longest question that is taken from a model. */
const MAX_LENGTH = 500;

const content = (text: string): string[] =>
  words(text)
    .filter(({ text: word }) => word.length > 1 && !isStopWord(word) && !/^ones?$/i.test(word))
    .map(({ text: word }) => lemma(word));

/** Whether a model completed the question and did nothing else: no word of its own, and none of the question's left out. */
function isCompletion(rewritten: string, question: string, history: Turn[]): boolean {
  const conversation = [question, ...history.map((turn) => turn.content)].join('\n');
  const known = new Set(content(conversation));
  const kept = new Set(content(rewritten));
  const facts = findValues(conversation).flatMap(({ values }) => values);
  const values = findValues(rewritten).flatMap((value) => value.values);
  return (
    rewritten.length <= MAX_LENGTH &&
    !/\n/.test(rewritten) &&
    kept.size > 0 &&
    [...kept].every((word) => known.has(word)) &&
    content(question).every((word) => kept.has(word)) &&
    values.every((value) => facts.some((fact) => covers(fact, value)))
  );
}

/**
 * A follow-up question completed by a language model; null where it wrote anything but the completed question.
 *
 * @throws LanguageModelError when the model fails.
 */
export async function completeQuestion(question: string, history: Turn[], model: LanguageModel, prompt: Prompt, limits: WriteLimits): Promise<string | null> {
  const conversation = history
    .slice(-TURNS)
    .map(
      ({ role, content: said }) =>
        `${role}: ${said
          .replace(/\[[\d, ]+\]/g, '')
          .replace(/[<>]/g, ' ')
          .replace(/\s+/g, ' ')
          .trim()
          .slice(0, TURN_LENGTH)}`,
    )
    .join('\n');
  let written = '';
  for await (const piece of model.write(prompt.render({ conversation, question }), limits)) written += piece;
  const rewritten = written
    .replace(/<think>[\s\S]*?<\/think>/i, '')
    .trim()
    .replace(/^["“](.*)["”]$/s, '$1');
  return isCompletion(rewritten, question, history) ? rewritten : null;
}
