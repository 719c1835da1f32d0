/** The real network for imports: names by the system's resolver, requests that connect to the address that was checked. */
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Network, NetworkAnswer } from '../stories/index.ts';

/** Nothing from the environment (proxies) is used: a proxy would resolve the name again. */
export const systemNetwork: Network = {
  async resolve(host) {
    const found = await lookup(host, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  },
  get({ url, address, signal }) {
    return new Promise((resolve, reject) => {
      const make = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = make(
        url,
        {
          signal,
          agent: false,
          lookup: pinned(address),
          headers: {
            accept:
              'application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.8, */*;q=0.1',
            'accept-encoding': 'identity',
            'user-agent': 'Tuppence import',
          },
        },
        (incoming) => resolve(answerOf(incoming)),
      );
      outgoing.on('error', reject);
      outgoing.end();
    });
  },
};

/** Always the address that was checked, whatever the name answers now. */
function pinned(address: string): LookupFunction {
  const family = isIP(address);
  return (_host, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

function answerOf(incoming: IncomingMessage): NetworkAnswer {
  return {
    status: incoming.statusCode ?? 0,
    contentType: incoming.headers['content-type'] ?? null,
    location: incoming.headers.location ?? null,
    body: incoming,
    close: () => incoming.destroy(),
  };
}
