/**
 * The body of a company's answer as text, read to its end, so that one that breaks off half-way throws; `null` when it passes
 * the limit: what is larger than any page of a listing is not the API.
 */
export async function readAnswerText(answer: Response, limitBytes: number): Promise<string | null> {
  if (answer.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > limitBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
