// A real authorization server (npm `oidc-provider`) on loopback, for the tests of live keys and introspection.
//
//     npm ci --no-audit --no-fund && node issuer.mjs [port [control-port]]
//
// It prints one line of JSON when it listens: `issuer`, `control`, and the client that may ask for tokens. Without ports it takes
// free ones. It ends when its standard input does, so that it never outlives a test.
//
// Tokens: grant `client_credentials` with `resource` (RFC 8707). `https://rs256.example/mcp` and `https://es256.example/mcp` get
// JWTs (RFC 9068) of that algorithm; `https://opaque.example/mcp` gets opaque tokens, which only introspection explains.
//
// Control, by GET: /rotate?keep=1 (sign with new keys, publish the old ones as well), /rotate (without the old ones),
// /outage?on=1 (close every connection unanswered), /redirect?to=URL (answer for the keys with a redirect; without `to` no more),
// /count (how often keys were asked for).
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const CLIENT = { id: 'adarga test', secret: 'p:a+s s%w0rd-0123456789abcdef' };
const FORMATS = {
  'https://rs256.example/mcp': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } },
  'https://es256.example/mcp': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } },
  'https://opaque.example/mcp': { accessTokenFormat: 'opaque' },
};

const state = { keys: [], old: [], outage: false, redirect: undefined, jwks: 0, handle: undefined };

function newKeys() {
  const jwk = (alg, type, options) => {
    const { privateKey } = generateKeyPairSync(type, options);
    return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg };
  };
  return [jwk('RS256', 'rsa', { modulusLength: 2048 }), jwk('ES256', 'ec', { namedCurve: 'P-256' })];
}

// The first key of an algorithm signs. JWTs of before are verified as long as their keys are published; opaque tokens are forgotten.
function rotate(issuer, keep) {
  state.old = keep ? state.keys : [];
  state.keys = newKeys();
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
    }],
    jwks: { keys: [...state.keys, ...state.old] },
    scopes: ['read:content'],
    ttl: { ClientCredentials: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(context, resource) {
          if (!FORMATS[resource]) throw new Error(`unknown resource ${resource}`);
          return { scope: 'read:content', audience: resource, ...FORMATS[resource] };
        },
      },
    },
  });
  state.handle = provider.callback();
}

function serve(request, response) {
  if (state.outage) return request.socket.destroy();
  if (new URL(request.url, 'http://x').pathname === '/jwks') {
    state.jwks += 1;
    if (state.redirect) return response.writeHead(302, { location: state.redirect }).end();
  }
  return state.handle(request, response);
}

function control(issuer, request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://x');
  if (pathname === '/rotate') rotate(issuer, searchParams.has('keep'));
  else if (pathname === '/outage') state.outage = searchParams.has('on');
  else if (pathname === '/redirect') state.redirect = searchParams.get('to') ?? undefined;
  else if (pathname !== '/count') return response.writeHead(404).end();
  return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jwks: state.jwks }));
}

async function listen(server, port) {
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

const [port, controlPort] = process.argv.slice(2).map(Number);
const issuer = await listen(createServer(serve), port ?? 0);
const controlUrl = await listen(createServer((request, response) => control(issuer, request, response)), controlPort ?? 0);
rotate(issuer, false);
console.log(JSON.stringify({ issuer, control: controlUrl, client: CLIENT }));
process.stdin.resume().once('end', () => process.exit(0)).once('error', () => process.exit(0));
