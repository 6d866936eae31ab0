/** A numbered block of a document's text. Offsets are UTF-16 code units into `Document.text`. */
export interface Paragraph {
  /** 1-based number within the document. */
  paragraph: number;
  start: number;
  end: number;
  /** Titles of the sections around it, outermost first; the document's own title is not among them. */
  section: string[];
  /** A heading-like block is numbered and citable, but only gives context to what follows it. */
  heading: boolean;
  /** Line that introduces the block ("The members are:") or the header row of its table; context, not part of a quote. */
  lead?: string;
  /** 1-based page of its first character, in a document that has pages. */
  page?: number;
}

/** A document as it is indexed, cited and served: `text` is what every offset refers to. */
export interface Document {
  /** Path below the corpus folder, with forward slashes. */
  source: string;
  title: string;
  /** Decoded text, with LF line ends and without characters that nobody sees. */
  text: string;
  /** SHA-256 of the file's bytes, in hex. */
  sha256: string;
  /** Values of the front matter as text (date, organisation, topics ...). */
  metadata: Record<string, string>;
  paragraphs: Paragraph[];
}

/** A file that was left out, and why, in words for the maintainer. */
export interface SkippedFile {
  source: string;
  reason: string;
}

/** Thrown for a file that holds no text we can get at; the message completes "FILE ...". */
export class UnreadableError extends Error {}
