// @ts-check
/**
 * How an answer, an abstention and a failure look.
 *
 * @import { AskEvent, Citation, Passage, Reply, ServerError } from './server.js'
 */
import { copyFrom, counted, day, h } from './dom.js';
import { citationLink, citationText, linkTo, placeText } from './places.js';

/**
 * The numbers of citations as links, such as [1][3].
 *
 * @param {number[]} ids
 * @param {Citation[]} citations
 */
function citationMarks(ids, citations) {
  return ids.flatMap((id) => {
    const citation = citations.find((one) => one.id === id);
    if (!citation) return [];
    const label = `Citation ${id}: ${citation.title}, ${placeText(citation)}`;
    return [h('a', { class: 'mark-link', href: citationLink(citation), 'aria-label': label, title: `${citation.title}, ${placeText(citation)}` }, `[${id}]`)];
  });
}

/**
 * The text of an answer with its `[1]` and `[1, 2]` as links; brackets that name no citation stay text.
 *
 * @param {string} answer
 * @param {Citation[]} citations
 */
function answerText(answer, citations) {
  const paragraph = h('p', { class: 'answer', dir: 'auto' });
  let at = 0;
  for (const match of answer.matchAll(/\s?\[(\d+(?:,\s*\d+)*)\]/g)) {
    const ids = /** @type {string} */ (match[1]).split(',').map(Number);
    if (!ids.every((id) => citations.some((citation) => citation.id === id))) continue;
    // A no-break space keeps the number on the line of the sentence it belongs to.
    paragraph.append(answer.slice(at, match.index), '\u00a0', ...citationMarks(ids, citations));
    at = match.index + match[0].length;
  }
  paragraph.append(answer.slice(at));
  return paragraph;
}

/** What is said while a question is worked at. @type {Record<string, string>} */
const STATUS = {
  searching: 'Searching the documents',
  reading: 'Reading what was found',
  writing: 'Wording the answer',
  verifying: 'Checking each sentence against its quote',
};

/** How far an answer has come: what is being done, and the sentences that are verified, which stay as they are. */
export function progress() {
  const answer = h('div', {});
  const status = h('p', { class: 'busy' }, /** @type {string} */ (STATUS.searching));
  /** @type {Citation[]} */
  const citations = [];
  let text = '';
  return {
    parts: [answer, status],
    /** What has been said stays, also where nothing more comes. */
    said: () => (text ? [answer] : []),
    /** @param {AskEvent} event */
    show({ event, data }) {
      if (event === 'status') status.textContent = STATUS[data.status] ?? status.textContent;
      if (event === 'sources') status.textContent = `Reading ${counted(data.passages.length, 'passage')}`;
      if (event === 'sentence') {
        text += data.text;
        citations.push(...data.citations);
        answer.replaceChildren(answerText(text, citations));
      }
    },
  };
}

/** @param {Citation[]} citations */
function citationList(citations) {
  const items = citations.map((citation) =>
    h(
      'li',
      {},
      h(
        'a',
        { class: 'source-link', href: citationLink(citation) },
        h('span', { class: 'number' }, String(citation.id)),
        h(
          'span',
          { class: 'what' },
          h('span', { class: 'title', dir: 'auto' }, citation.title),
          h('span', { class: 'where' }, `${citation.source}, ${placeText(citation)}`),
          h('q', { class: 'quote', dir: 'auto' }, citation.quote),
        ),
      ),
    ),
  );
  return h('ol', { class: 'sources', 'aria-label': 'Citations' }, ...items);
}

/** @param {Passage[]} passages */
function passageList(passages) {
  const items = passages.map(({ source, title, paragraph, page, text }) =>
    h(
      'li',
      {},
      h(
        'a',
        { class: 'source-link', href: linkTo({ source, paragraph }) },
        h(
          'span',
          { class: 'what' },
          h('span', { class: 'excerpt', dir: 'auto' }, text),
          h('span', { class: 'where' }, `${title} · ${source}, ${placeText({ paragraph, page })}`),
        ),
      ),
    ),
  );
  return h('ul', { class: 'sources passages' }, ...items);
}

/** @param {Reply['conflicts'][number]} conflict @param {Citation[]} citations */
function conflictNote({ values }, citations) {
  /** @param {number[]} ids */
  const places = (ids) => {
    const cited = citations.filter(({ id }) => ids.includes(id));
    return [...new Set(cited.map((citation) => `${citation.title}, ${placeText(citation)}`))].join('; ');
  };
  return h(
    'div',
    { class: 'conflict', role: 'note' },
    h('h3', {}, 'The documents disagree'),
    h(
      'ul',
      {},
      ...values.map(({ value, citations: ids }) =>
        h(
          'li',
          {},
          h('span', { class: 'value', dir: 'auto' }, value),
          ' ',
          ...citationMarks(ids, citations),
          h('span', { class: 'where', dir: 'auto' }, places(ids)),
        ),
      ),
    ),
  );
}

/** The answer as text to paste into a note. @param {string} question @param {Reply} reply */
const answerAsText = (question, { answer, citations }) =>
  [question, '', answer, '', ...citations.map((citation) => `[${citation.id}] ${citationText(citation.quote, citation)}`)].join('\n');

/** @param {string} text */
const asSentence = (text) => `${text.replace(/^./, (letter) => letter.toUpperCase())}.`;

/** @param {string} question @param {Reply} reply */
export function replyBody(question, reply) {
  const { answered, shortAnswer, citations, conflicts, passages, rewrittenQuestion, confidence, index, mode, aliases = [], warnings = [] } = reply;
  const readAs = rewrittenQuestion ? h('p', { class: 'read-as' }, 'Understood as: ', h('span', { dir: 'auto' }, rewrittenQuestion)) : null;
  const remarks = [...aliases.map(({ said, used }) => `“${said}” is “${used}” in the documents`), ...warnings];
  const notes = remarks.length > 0 ? h('ul', { class: 'reply-notes' }, ...remarks.map((remark) => h('li', {}, asSentence(remark)))) : null;
  if (!answered) {
    return [
      readAs,
      h(
        'div',
        { class: 'no-answer' },
        h('p', { class: 'no-answer-title' }, reply.answer || 'The documents do not answer this question.'),
        h('p', {}, passages.length > 0 ? 'These passages come nearest to it.' : 'No passage comes near it.'),
      ),
      passages.length > 0 ? passageList(passages) : null,
      notes,
    ];
  }
  const copyAnswer = h('button', { type: 'button', class: 'quiet small', onclick: () => copyFrom(copyAnswer, answerAsText(question, reply)) }, 'Copy answer');
  const consulted =
    passages.length > 0 ? h('details', { class: 'consulted' }, h('summary', {}, `Passages consulted (${passages.length})`), passageList(passages)) : null;
  return [
    readAs,
    shortAnswer ? h('p', { class: 'short-answer', dir: 'auto' }, shortAnswer) : null,
    answerText(reply.answer, citations),
    ...conflicts.map((conflict) => conflictNote(conflict, citations)),
    citationList(citations),
    h(
      'div',
      { class: 'about-answer' },
      h(
        'p',
        {},
        h('span', { title: 'How likely the quoted evidence is to answer the question' }, `Confidence ${Math.round(confidence * 100)} %`),
        ...(mode === 'generative' ? [h('span', {}, 'Worded by a language model, checked against the quotes')] : []),
        h('span', { title: `Index generation ${index.generation}` }, `Documents as of ${day(index.builtAt)}`),
      ),
      copyAnswer,
    ),
    notes,
    consulted,
  ];
}

/** What is read out when a reply has come. @param {Reply} reply */
export function spokenReply({ answer, answered, shortAnswer, conflicts, citations, passages }) {
  if (!answered) return `${answer} ${counted(passages.length, 'nearest passage')} listed.`;
  const disagreement = conflicts.length > 0 ? 'The documents disagree. ' : '';
  return `${disagreement}${shortAnswer ? `${shortAnswer}. ` : ''}${answer.replace(/\s?\[[\d, ]+\]/g, '')} ${counted(citations.length, 'citation')}.`;
}

/** @param {ServerError} error @param {() => void} again */
export function errorBody(error, again) {
  const retry = h('button', { type: 'button', class: 'secondary', onclick: again }, 'Try again');
  let seconds = error.retryAfter ?? 0;
  const tick = () => {
    retry.disabled = seconds > 0;
    retry.textContent = seconds > 0 ? `Try again in ${counted(seconds, 'second')}` : 'Try again';
    if (seconds-- > 0) setTimeout(tick, 1000);
  };
  tick();
  const canRetry = error.status !== 400 && error.status !== 413;
  return h(
    'div',
    { class: 'failure' },
    h('p', { class: 'failure-title' }, error.title),
    h('p', { class: 'failure-detail' }, error.message),
    canRetry ? retry : null,
  );
}
