/** The server under test, a process of its own: the application of {@link openBenchNewsroom} behind the real server. */
import { z } from 'zod';
import { listen } from '../../src/web/server.ts';
import { answerParent, settingsOf } from '../child.ts';
import { openBenchNewsroom } from './newsroom.ts';
import { answerUsage, inProcessQuestion, type inProcessResult } from './usage.ts';

const settings = settingsOf(
  z.object({ databaseUrl: z.string(), directory: z.string(), project: z.string() }),
);
const server = await listen({ host: '127.0.0.1', port: 0 });
const open = await openBenchNewsroom({
  ...settings,
  connectionAddress: (asker) => server.connectionAddress(asker) ?? '127.0.0.1',
});
server.serve(open.application);

answerParent({
  ready: { port: server.port },
  answer: (question) => {
    const inProcess = inProcessQuestion.safeParse(question);
    return inProcess.success ? answerInProcess(inProcess.data) : answerUsage(server.port);
  },
  stop: async () => {
    await server.stop(1_000);
    await open.close();
  },
});

/** Request to Response without a socket, for so long; the body is read, as a server would to send it. */
async function answerInProcess(
  question: z.infer<typeof inProcessQuestion>,
): Promise<z.infer<typeof inProcessResult>> {
  const { path, headers, durationMs } = question;
  const before = answerUsage(server.port).cpuMicroseconds;
  const until = performance.now() + durationMs;
  let answered = 0;
  while (performance.now() < until) {
    const request = new Request(`http://localhost${path}`, { headers });
    const response = await open.application.fetch(request);
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
    await response.arrayBuffer();
    answered += 1;
  }
  return { answered, cpuMicroseconds: answerUsage(server.port).cpuMicroseconds - before };
}
