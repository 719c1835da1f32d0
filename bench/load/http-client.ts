/**
 * One keep-alive connection that sends requests and reads answers, one at a time, over a bare socket: a load generator
 * built on an HTTP library would spend as much as the server it measures.
 */
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_PIECE = Buffer.from('0\r\n\r\n');

export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

export class HttpClient {
  readonly #socket: Socket;
  #held: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
  }

  /** To loopback only: a benchmark asks no other machine. */
  static async open(port: number): Promise<HttpClient> {
    const socket = connect({ host: '127.0.0.1', port });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return new HttpClient(socket);
  }

  send(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const headEnd = this.#held.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#held.toString('latin1', 0, headEnd);
    const status = Number(head.slice(9, 12));
    const bodyStart = headEnd + HEAD_END.length;
    const end = this.#bodyEnd({ head, status, bodyStart });
    if (end === undefined || this.#held.length < end) return;
    const body = this.#held.subarray(bodyStart, end);
    this.#held = this.#held.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status, head, body });
  }

  /** Where the body ends; undefined: not known yet. Of bodies in pieces, only an empty one is expected. */
  #bodyEnd(answer: {
    readonly head: string;
    readonly status: number;
    readonly bodyStart: number;
  }): number | undefined {
    const { head, status, bodyStart } = answer;
    if (status === 204 || status === 304) return bodyStart;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) return bodyStart + Number(length);
    const lastPiece = this.#held.indexOf(LAST_PIECE, bodyStart);
    return lastPiece < 0 ? undefined : lastPiece + LAST_PIECE.length;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

/** A request as it goes over the wire. */
export function wireRequest(options: {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}): Buffer {
  const { method, path, headers, body } = options;
  const length = body === undefined ? [] : [`content-length: ${Buffer.byteLength(body)}`];
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${path} HTTP/1.1`, 'host: localhost', ...lines, ...length];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`);
}
