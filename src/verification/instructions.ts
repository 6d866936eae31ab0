/** Ways in which a text speaks to whoever answers from it, instead of saying something. About English, never about a subject. */
const INSTRUCTIONS = [
  /\b(?:ignore|disregard|forget|override|bypass)\b[^.!?]{0,60}\b(?:above|previous|prior|preceding|earlier|all|any|other|these|those|your|instructions?|rules?|passages?|prompts?|context)\b/i,
  /\b(?:you (?:are|must|should|will|shall|may only)|your (?:task|job|answer|reply|response|instructions?|role))\b[^.!?]{0,60}\b(?:answer|reply|respond|say|tell|output|write|act|pretend|assistant|model|chatbot|ai|instructions?|user)\b/i,
  /(?:^\W*|[.:;"“(]\s*|\b(?:please|then|always|just|simply)\s+)(?:answer|reply|respond|output|print|repeat|say|tell|write)\b[^.!?]{0,40}(?:\b(?:that|with|only|exactly|following|the user|users|whatever|instead)\b|:\s)/i,
  /\b(?:system|assistant|developer|user)\s*(?:prompt|message|instructions?|override|note)?\s*:/i,
  /<\/?\s*(?:system|assistant|user|instructions?|passages?|im_start|im_end)\b|<\|/i,
  /\b(?:language model|chatbot|ai assistant|ai system|llm)s?\b[^.!?]{0,60}\b(?:must|should|shall|please|answer|reply|respond|ignore|say)\b/i,
];

/**
 * Whether a stretch of a document reads as an order to the answerer. What it says is then no statement of the document:
 * it is neither shown to a language model nor taken as a proof of what one says.
 */
export const readsAsInstruction = (text: string): boolean => INSTRUCTIONS.some((pattern) => pattern.test(text));
