// @ts-check
/**
 * The chat page: asks, and shows the conversation.
 *
 * @import { Reply, SourceSummary, Turn } from './server.js'
 */
import { announce, byId, counted, h } from './dom.js';
import { closePanel, markOpenLinks, route } from './panel.js';
import { errorBody, progress, replyBody, spokenReply } from './reply.js';
import { deleteConversation, postQuestion, readConversation, readReady, readSources, ServerError } from './server.js';

const MAX_HISTORY_ITEMS = 20;
/** Characters of a turn that are sent along with the next question. */
const MAX_HISTORY_CHARACTERS = 2000;
const MAX_QUESTION_CHARACTERS = 2000;
const EXAMPLES = 4;
const READY_RETRY_MS = 4000;

const page = {
  state: byId('state'),
  newConversation: byId('new-conversation'),
  welcome: byId('welcome'),
  examples: byId('examples'),
  exampleList: byId('example-list'),
  turns: byId('turns'),
  composer: /** @type {HTMLFormElement} */ (byId('composer')),
  question: /** @type {HTMLTextAreaElement} */ (byId('question')),
  send: /** @type {HTMLButtonElement} */ (byId('send')),
  count: byId('count'),
};

/** What is sent along with the next question. @type {Turn[]} */
let said = [];

/** Where the browser keeps the name of the conversation, so that it is there again when the page is opened again. */
const CONVERSATION = 'verbatim.conversation';

/** Whether the server keeps conversations. */
let kept = false;

/** Set while a question is under way. @type {AbortController | null} */
let underWay = null;

let turnCount = 0;

/** Whether there is a mouse, and so most likely a keyboard that takes no room on the screen. */
const keyboard = matchMedia('(hover: hover)');

/** Cuts a text without splitting a character that takes two code units. @param {string} text */
const cut = (text) => text.slice(0, MAX_HISTORY_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '');

/** @param {string} question @param {string} answer */
function remember(question, answer) {
  said.push({ role: 'user', content: cut(question) }, { role: 'assistant', content: cut(answer) });
  said = said.slice(-MAX_HISTORY_ITEMS);
}

/** @param {boolean} busy */
function showBusy(busy) {
  page.send.textContent = busy ? 'Stop' : 'Ask';
  page.send.classList.toggle('stop', busy);
}

/** @param {string} question */
function addTurn(question) {
  const id = `turn-${++turnCount}`;
  const body = h('div', { class: 'reply' });
  const turn = h('article', { class: 'turn', 'aria-labelledby': id }, h('h2', { class: 'asked', id, dir: 'auto' }, question), body);
  page.welcome.hidden = true;
  page.newConversation.hidden = false;
  page.turns.append(turn);
  return { turn, body };
}

/**
 * @param {string} question
 * @param {Reply} reply
 * @param {HTMLElement} body
 */
function showReply(question, reply, body) {
  body.replaceChildren(.../** @type {Node[]} */ (replyBody(question, reply).filter((part) => part !== null)));
  remember(question, reply.answer);
}

/**
 * Asks in the conversation that the server keeps, else with what was said on this page.
 *
 * @param {string} question
 * @param {AbortSignal} signal
 * @param {Parameters<typeof postQuestion>[2]} onEvent
 */
async function postInConversation(question, signal, onEvent) {
  if (!kept) return postQuestion({ question, ...(said.length > 0 ? { history: said } : {}) }, signal, onEvent);
  const conversationId = localStorage.getItem(CONVERSATION) ?? 'new';
  const reply = await postQuestion({ question, conversationId }, signal, onEvent).catch((error) => {
    // It is too old, or was ended in another window.
    if (conversationId === 'new' || !(error instanceof ServerError) || !error.fields.includes('conversationId')) throw error;
    return postQuestion({ question, conversationId: 'new' }, signal, onEvent);
  });
  if (reply.conversationId) localStorage.setItem(CONVERSATION, reply.conversationId);
  return reply;
}

/** Shows the kept conversation again. */
async function restoreConversation() {
  const id = localStorage.getItem(CONVERSATION);
  if (!id || turnCount > 0) return;
  const { turns } = await readConversation(id).catch(() => {
    localStorage.removeItem(CONVERSATION);
    return { turns: [] };
  });
  for (const { question, reply } of turns) showReply(question, reply, addTurn(question).body);
  page.turns.lastElementChild?.scrollIntoView({ block: 'start' });
}

/**
 * @param {string} question
 * @param {{turn: HTMLElement, body: HTMLElement}} [existing] The turn to fill again.
 */
async function ask(question, existing) {
  const { turn, body } = existing ?? addTurn(question);
  const controller = new AbortController();
  underWay = controller;
  showBusy(true);
  const underProgress = progress();
  body.replaceChildren(...underProgress.parts);
  turn.setAttribute('aria-busy', 'true');
  turn.scrollIntoView({ block: 'start' });
  announce('Reading the documents');
  try {
    const reply = await postInConversation(question, controller.signal, underProgress.show);
    showReply(question, reply, body);
    announce(spokenReply(reply));
    markOpenLinks();
  } catch (error) {
    // A new conversation has taken the turn away.
    if (!turn.isConnected) return;
    showFailure(error, question, { turn, body }, underProgress.said());
  } finally {
    turn.removeAttribute('aria-busy');
    if (underWay === controller) {
      underWay = null;
      showBusy(false);
    }
  }
  turn.scrollIntoView({ block: 'start' });
}

/**
 * @param {unknown} error
 * @param {string} question
 * @param {{turn: HTMLElement, body: HTMLElement}} turn
 * @param {Node[]} shown What the turn shows of the answer.
 */
function showFailure(error, question, turn, shown) {
  const stopped = error instanceof Error && error.name === 'AbortError';
  const failure = stopped
    ? new ServerError('Stopped', 'The question was not answered.')
    : error instanceof ServerError
      ? error
      : new ServerError('The reply could not be read', 'The server sent something this page does not understand.');
  if (failure.status === 0 && !stopped) checkReady();
  const again = () => {
    if (underWay) return;
    page.turns.append(turn.turn);
    ask(question, turn);
    page.question.focus();
  };
  turn.body.replaceChildren(...shown, errorBody(failure, again));
  announce(`${failure.title}. ${failure.message}`);
  // What was refused can be mended and asked again.
  if (failure.status === 400 && page.question.value === '') setQuestion(question);
}

/** @param {string} text */
function setQuestion(text) {
  page.question.value = text;
  fitQuestion();
  page.question.focus();
  page.question.setSelectionRange(text.length, text.length);
}

/** Lets the field grow with its text and counts characters near the limit. */
function fitQuestion() {
  const { question, count } = page;
  question.style.height = 'auto';
  question.style.height = `${question.scrollHeight}px`;
  const { length } = question.value;
  count.hidden = length < MAX_QUESTION_CHARACTERS * 0.8;
  count.classList.toggle('over', length > MAX_QUESTION_CHARACTERS);
  count.textContent = `${length.toLocaleString('en')} of ${MAX_QUESTION_CHARACTERS.toLocaleString('en')} characters`;
}

function submit() {
  if (underWay) return;
  const question = page.question.value.trim();
  if (!question) return page.question.focus();
  setQuestion('');
  // On a phone the keyboard would hide the answer.
  if (!keyboard.matches) page.question.blur();
  ask(question);
}

page.composer.addEventListener('submit', (event) => {
  event.preventDefault();
  if (underWay) underWay.abort();
  else submit();
});

page.question.addEventListener('input', fitQuestion);

page.question.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});

page.newConversation.addEventListener('click', () => {
  underWay?.abort();
  said = [];
  const id = localStorage.getItem(CONVERSATION);
  localStorage.removeItem(CONVERSATION);
  // Nothing on the page leads to it any more.
  if (kept && id) deleteConversation(id).catch(() => {});
  page.turns.replaceChildren();
  page.welcome.hidden = false;
  page.newConversation.hidden = true;
  closePanel();
  announce('New conversation');
  page.question.focus();
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let readyTimer;

/** @param {'' | 'down'} kind @param {...(Node | string)} content */
function showState(kind, ...content) {
  page.state.className = `state ${kind}`;
  page.state.replaceChildren(...content);
}

/** Shows what the server answers from; asks again while it is not there or not ready. */
async function checkReady() {
  clearTimeout(readyTimer);
  try {
    const { ready, counts, warnings = [], conversations = false } = await readReady();
    if (!ready) throw new ServerError('The documents are being prepared', '', { status: 503 });
    if (conversations && !kept) await restoreConversation();
    kept = conversations;
    const notes = warnings.length > 0 ? [', ', h('a', { href: '#documents' }, counted(warnings.length, 'note'))] : [];
    showState('', `${counted(counts.documents, 'document')}, ${counted(counts.paragraphs, 'paragraph')}`, ...notes);
    if (page.exampleList.childElementCount === 0) await showExamples();
  } catch (error) {
    const preparing = error instanceof ServerError && error.status === 503;
    showState('down', preparing ? 'The documents are being prepared' : 'The server cannot be reached');
    readyTimer = setTimeout(checkReady, READY_RETRY_MS);
  }
}

/** Offers the beginning of a question for a few documents, spread over the list. */
async function showExamples() {
  const { sources } = await readSources();
  const titled = sources.filter(({ title }) => title.length <= 60);
  const step = Math.max(1, titled.length / EXAMPLES);
  const chosen = Array.from({ length: Math.min(EXAMPLES, titled.length) }, (_, i) => /** @type {SourceSummary} */ (titled[Math.floor(i * step)]));
  page.exampleList.replaceChildren(
    ...chosen.map(({ title }) => {
      const start = `What does “${title}” say about `;
      return h('li', {}, h('button', { type: 'button', class: 'example', onclick: () => setQuestion(start) }, `${start}…`));
    }),
  );
  page.examples.hidden = chosen.length === 0;
}

checkReady();
if (location.hash) route();
else if (keyboard.matches) page.question.focus();
