import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a chat client asks for, as the OpenAI protocol has it. */
export interface ChatRequest {
  model: string;
  stream?: boolean;
  max_tokens?: number;
  messages: { role: string; content: string }[];
}

/** What the server does with one request; `request` is what was asked, `response` is where to write. */
export type Behaviour = (request: ChatRequest, response: ServerResponse) => void;

/** A language model that says what a test wants, over the protocol of OpenAI's chat completions. */
export interface ModelServer {
  url: string;
  /** What it does from now on; several are done one after the other, the last one again and again. */
  does(...behaviours: Behaviour[]): void;
  requests: ChatRequest[];
  /** Headers of the requests, in the same order. */
  headers: IncomingMessage['headers'][];
  /** How many connections were closed before their answer was complete. */
  hungUp(): number;
  close(): Promise<void>;
}

/** Id of the passage in the prompt that holds a text. */
export function passageWith(request: ChatRequest, text: string): string {
  const prompt = request.messages.map(({ content }) => content).join('\n');
  const found = [...prompt.matchAll(/<passage id="(P\d+)"[^>]*>\n([\s\S]*?)\n<\/passage>/g)].find(([, , passage = '']) => passage.includes(text));
  if (!found) throw new Error(`no passage holds "${text}":\n${prompt}`);
  return found[1] as string;
}

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'scripted', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const begin = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ role: 'assistant', content: '' }));
};

/** Writes a text as a stream, a few characters at a time. @param text With `{words}` for the id of the passage that holds them. */
export const says =
  (text: string): Behaviour =>
  (request, response) => {
    const written = text.replace(/\{([^}]+)\}/g, (_, words: string) => passageWith(request, words));
    begin(response);
    for (const piece of written.match(/[\s\S]{1,7}/g) ?? []) response.write(chunk({ content: piece }));
    response.write(chunk({}, 'stop'));
    response.end('data: [DONE]\n\n');
  };

/** Writes a text and then does nothing more. */
export const stallsAfter =
  (text: string): Behaviour =>
  (request, response) => {
    begin(response);
    response.write(chunk({ content: text.replace(/\{([^}]+)\}/g, (_, words: string) => passageWith(request, words)) }));
  };

/** Writes a text and then cuts the connection. */
export const dropsAfter =
  (text: string): Behaviour =>
  (request, response) => {
    begin(response);
    response.write(chunk({ content: text.replace(/\{([^}]+)\}/g, (_, words: string) => passageWith(request, words)) }), () =>
      setTimeout(() => response.destroy(), 20),
    );
  };

/** Never answers. */
export const stalls: Behaviour = () => {};

export const refuses =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message: `scripted ${status}`, type: 'scripted' } }));
  };

/** Sends a body that is not of the protocol. */
export const sends =
  (body: string, type = 'text/html'): Behaviour =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type });
    response.end(body);
  };

export async function startModelServer(): Promise<ModelServer> {
  let script: Behaviour[] = [stalls];
  let hungUp = 0;
  const requests: ChatRequest[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer((incoming, response) => {
    response.on('close', () => {
      if (!response.writableFinished) hungUp++;
    });
    if (incoming.method === 'GET' && incoming.url === '/v1/models') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'scripted', object: 'model' }] }));
      return;
    }
    let body = '';
    incoming.on('data', (data) => {
      body += data;
    });
    incoming.on('end', () => {
      const request = JSON.parse(body) as ChatRequest;
      requests.push(request);
      headers.push(incoming.headers);
      const behaviour = script.length > 1 ? script.shift() : script[0];
      (behaviour as Behaviour)(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    headers,
    does(...behaviours) {
      script = behaviours;
      requests.length = 0;
      headers.length = 0;
      hungUp = 0;
    },
    hungUp: () => hungUp,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
