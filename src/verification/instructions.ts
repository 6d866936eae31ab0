/** Where an order begins: a sentence, a clause of one, or after a word that makes it one. */
const ORDER = String.raw`(?:^\W*|[.:;!?"“”>\])—-]\s*|\b(?:please|must|should|shall|and|then|always|just|simply|now)\s+)`;

const pattern = (source: string): RegExp => new RegExp(source, 'i');

/**
 * Ways in which a text takes the answerer over: it calls off its orders, plays its system or its tokens, tells it who it
 * is, or asks for its prompt. About English, never about a subject.
 */
const TAKEOVERS = [
  pattern(
    String.raw`${ORDER}(?:ignore|disregard|forget|override|bypass)\s+(?:(?:all|any|every|each|the|your|of|these|those|other|previous|prior|preceding|earlier|above|given|following)\s+)*(?:instructions?|prompts?|passages?|documents?|sources?|context|rules|guidelines|messages?|text|above|everything|previous)\b`,
  ),
  // A sentence of some length after it; "System: Debian 12" is a line of a table.
  /(?:^\W*|[.!?>\]]\s*)system\s*:\s+(?:\S+\s+){3,}/i,
  /(?:^\W*|[.!?>\]]\s*)(?:(?:system|developer)\s+(?:prompt|message|instructions?|override|note)|new instructions?(?: for [^.:]{1,40})?)\s*[\])]*\s*:/i,
  pattern(String.raw`(?:^\W*|[.!?>\]]\s*)(?:assistant|developer)\s*:\s*(?:you\b|your\b|ignore|disregard|forget|answer|reply|respond|say|from now)`),
  /<\|\s*\w+\s*\|?>|<\/?\s*(?:system|assistant|instructions?|passages?|im_start|im_end)\s*>|\[\/?INST\]|<<\/?SYS>>/i,
  /(?:^\W*|[.:;!?]\s*)you are (?:now\b|(?:an?|the)\s+(?:[\w-]+\s+){0,3}(?:assistant|language model|chatbot|ai)\b(?!\s+(?:to|of|at|in|professor|manager|director|secretary)\b))/i,
  pattern(String.raw`${ORDER}(?:output|print|reveal|show|repeat|send|disclose)\b[^.!?]{0,40}\b(?:system prompt|your (?:prompt|instructions))`),
];

/** Ways in which a text orders what to answer. People write such orders to people, too; so only the sentence is doubted. */
const ORDERS = [
  pattern(String.raw`${ORDER}(?:answer|reply|respond|say)\s+(?:that|with|only|exactly|so|["“])`),
  pattern(String.raw`${ORDER}(?:answer|reply|respond)\b[^.!?]{0,20}\b(?:any|every|all|each)\b[^.!?]{0,80}\b(?:with|that)\b`),
  /\b(?:answer|reply|respond|say) so\b/i,
  pattern(String.raw`${ORDER}(?:do not|don't|never)\s+(?:mention|cite|quote)\b`),
  /\b(?:language model|llm|chatbot|ai (?:assistant|system|model|agent)|assistant|whoever answers)s?\b[^.!?]{0,40}\b(?:must|should|shall|has to|have to|is to)\b[^.!?]{0,30}\b(?:answer|reply|respond|say|tell|output|ignore|state|claim|pretend|repeat)\b/i,
];

const takesOver = (text: string): boolean => TAKEOVERS.some((one) => one.test(text));

/**
 * Whether a stretch of a document reads as an order to the answerer. What it says is then no statement of the document:
 * it is neither shown to a language model nor taken as a proof of what one says.
 */
export const readsAsInstruction = (text: string): boolean => takesOver(text) || ORDERS.some((one) => one.test(text));

/**
 * Which sentences of a passage, given in order, state something: none that gives orders, and none after one that takes
 * the answerer over, for what follows it is what the orders are about.
 */
export function areStatements(sentences: string[]): boolean[] {
  const takeover = sentences.findIndex(takesOver);
  return sentences.map((sentence, i) => (takeover < 0 || i < takeover) && !readsAsInstruction(sentence));
}
