// An OpenID Connect provider on loopback, for the tests of sign-in.
//
//     node provider.mjs PORT KEYS REDIRECT
//
// It is `oidc-provider` as it comes, with its own pages for signing in. KEYS is a file
// of private keys (made if absent): another file is what a rotation of keys is.
// REDIRECT is the address that a sign-in may come back to; a sign-out comes back to
// the same place's front page.
//
// Only POST /fault is ours: from then on what the provider tells in an identity token
// is changed and signed again with its own key, as a provider that is at fault, or
// that was set up wrongly, would send it. Says "ready" when it answers.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair, importJWK, decodeJwt, SignJWT } from 'jose';
import Provider from 'oidc-provider';

const [port, keyFile, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

async function keys() {
  if (!existsSync(keyFile)) {
    const made = await generateKeyPair('RS256', { extractable: true });
    const key = { ...await exportJWK(made.privateKey), kid: keyFile, use: 'sig', alg: 'RS256' };
    writeFileSync(keyFile, JSON.stringify({ keys: [key] }));
  }
  return JSON.parse(readFileSync(keyFile, 'utf8'));
}

const jwks = await keys();
const client = {
  client_id: 'assetmap',
  client_secret: 'a secret: with % and +',
  redirect_uris: [redirect],
  post_logout_redirect_uris: [new URL('/', redirect).href],
};
const clients = [
  client,
  { ...client, client_id: 'by-post', token_endpoint_auth_method: 'client_secret_post' },
  { ...client, client_id: 'public', token_endpoint_auth_method: 'none' },
];
delete clients[2].client_secret;
const provider = new Provider(issuer, {
  clients,
  jwks,
  cookies: { keys: ['for this test only'] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  conformIdTokenClaims: false,
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `${id} of the council`, email: 'shared@example.org', department: 'parks' }),
  }),
});

let fault = null;

async function withFault(token) {
  const [key] = jwks.keys;
  const told = { ...decodeJwt(token), ...fault.claims };
  for (const name of fault.without ?? []) delete told[name];
  const header = { alg: 'RS256', kid: key.kid, ...fault.header };
  if (header.alg === 'none') {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part(header)}.${part(told)}.`;
  }
  const { privateKey } = fault.forged
    ? await generateKeyPair('RS256')
    : { privateKey: await importJWK(key, 'RS256') };
  return new SignJWT(told).setProtectedHeader(header).sign(privateKey);
}

provider.use(async (ctx, next) => {
  if (ctx.method === 'POST' && ctx.path === '/fault') {
    let text = '';
    for await (const part of ctx.req) text += part;
    fault = JSON.parse(text);
    ctx.body = 'told';
    return;
  }
  if (fault?.status && ctx.path === fault.path) {
    ctx.status = fault.status;
    ctx.body = fault.body ?? 'broken';
    return;
  }
  await next();
  if (fault && !fault.status && ctx.path === '/token' && ctx.body?.id_token) {
    ctx.body.id_token = await withFault(ctx.body.id_token);
  }
});

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
