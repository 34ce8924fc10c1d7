import http from 'node:http';
import https from 'node:https';

/**
 * One request, one answer, or the news that there is none. Never throws, never retries, never follows a redirect.
 * The time-out covers everything up to the last byte. `abandon`: on time-out the socket is left alone.
 *
 * @returns {Promise<{kind:'answer',status:number,headers:object,text:string} | {kind:'lost',why:string}>}
 */
export function exchange({ url, method, headers, text, timeoutMs, agents, ca, signal, abandon = false }) {
  return new Promise((resolve) => {
    const secure = url.startsWith('https:');
    const lost = (why) => finish({ kind: 'lost', why });
    const body = text === undefined ? undefined : Buffer.from(text, 'utf8');
    let request;
    try {
      request = (secure ? https : http).request(url, {
        method,
        agent: secure ? agents.https : agents.http,
        ...(ca === undefined ? {} : { ca }),
      });
      for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
      if (body !== undefined || method === 'POST') request.setHeader('content-length', body?.length ?? 0);
    } catch (cause) {
      resolve({ kind: 'lost', why: String(cause) });
      return;
    }
    const timer = setTimeout(() => {
      lost('timeout');
      if (!abandon) request.destroy();
    }, timeoutMs);
    const onAbort = () => {
      lost('abandoned');
      request.destroy();
    };
    const finish = (result) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    request.on('error', (cause) => lost(cause.code ?? cause.message));
    request.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', (cause) => lost(cause.code ?? cause.message));
      response.on('aborted', () => lost('truncated'));
      response.on('end', () => {
        if (!response.complete) return lost('truncated');
        finish({
          kind: 'answer',
          status: response.statusCode,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    request.end(body);
  });
}

/** The connections of a session; closed with it. */
export function openAgents(keepAlive) {
  return { http: new http.Agent({ keepAlive }), https: new https.Agent({ keepAlive }) };
}

export function closeAgents(agents) {
  agents.http.destroy();
  agents.https.destroy();
}
