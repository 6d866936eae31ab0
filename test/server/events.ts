/** A server-sent event, its data read as JSON. */
export interface ServerSentEvent {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: each kind of event has its own fields, which the tests name
  data: any;
}

/** Events of a whole stream; comments are left out. */
export const parseEvents = (text: string): ServerSentEvent[] =>
  text
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith(':')))
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      const field = (name: string) => lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : [])).join('\n');
      return { event: field('event'), data: JSON.parse(field('data')) };
    });
