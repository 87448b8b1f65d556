// Holds credentials against verifiers that are not ours. Reads from standard input
//   {contexts: {url: document}, did: document, lists: {url: credential}, credentials: [...], tokens: [...]}
// and prints {credentials: [{verified, revoked, error}], tokens: [{verified, error}]}. Nothing is fetched.
import { webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

globalThis.crypto ??= webcrypto; // Node 18 keeps it to itself

// The packages stand in .tools/, apart from this file.
const from = createRequire(pathToFileURL(process.argv[2] + '/'));
const load = (name) => import(pathToFileURL(from.resolve(name)));
const [vc, { DataIntegrityProof }, { cryptosuite }, Ed25519Multikey, { checkStatus }, jose] = await Promise.all([
  '@digitalbazaar/vc', '@digitalbazaar/data-integrity', '@digitalbazaar/eddsa-rdfc-2022-cryptosuite',
  '@digitalbazaar/ed25519-multikey', '@digitalbazaar/vc-bitstring-status-list', 'jose',
].map(load));

const given = JSON.parse(readFileSync(0, 'utf8'));
const did = given.did;

async function documentLoader(url) {
  const method = did.verificationMethod.find((one) => one.id === url);
  const document = given.contexts[url] ?? given.lists?.[url] ?? (url === did.id ? did
    : method && { '@context': 'https://w3id.org/security/multikey/v1', ...method });
  if (!document) throw new Error(`Not given: ${url}`);
  return { contextUrl: null, documentUrl: url, document };
}
const suite = new DataIntegrityProof({ cryptosuite });

async function verify(credential) {
  let revoked = null;
  const answer = await vc.verifyCredential({
    credential, suite, documentLoader,
    // A list may be asked about by hand, and a revoked credential still is one: so the status is told apart.
    checkStatus: async (options) => {
      const said = await checkStatus({ ...options, suite, documentLoader, verifyBitstringStatusListCredential: true });
      if (said.error) return said;
      revoked = said.results.some((one) => one.status);
      return { verified: true };
    },
  });
  const why = answer.error && [answer.error.message, ...(answer.error.errors ?? []).map((one) => one.message)].join('; ');
  return { verified: answer.verified, revoked, error: why ?? null };
}

async function verifyToken(token) {
  try {
    const kid = jose.decodeProtectedHeader(token).kid;
    const method = did.verificationMethod.find((one) => one.id === kid);
    if (!method || !did.assertionMethod.includes(kid)) throw new Error(`No such key: ${kid}`);
    const key = await jose.importJWK(method.publicKeyJwk, 'ES256');
    const said = await jose.jwtVerify(token, key, { issuer: did.id, typ: 'JWT', algorithms: ['ES256'] });
    return { verified: true, error: null, name: said.payload.name };
  } catch (problem) {
    return { verified: false, error: problem.message };
  }
}

console.log(JSON.stringify({
  credentials: await Promise.all((given.credentials ?? []).map(verify)),
  tokens: await Promise.all((given.tokens ?? []).map(verifyToken)),
}));
