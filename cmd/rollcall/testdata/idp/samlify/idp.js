// A real SAML identity provider for tests: samlify (xml-crypto and xmldom, so no XML code in common with Rollcall) on loopback.
//
//   node idp.js PORT WORK
//
// Prints "ready" and serves until its standard input ends. Service providers are the pairs NAME.xml (metadata) and
// NAME.json (switches) in the folder WORK/sp, read anew for every request. Switches, all strings:
//   SIGN_RESPONSE [1]  SIGN_ASSERTION [1]  ENCRYPT [0] ("gcm" or "cbc")
//   VALIDATE_AUTHNREQUEST [0]  1: the request must be signed with the key in the provider's metadata
//   SIGALG [rsa-sha256]
//   NAMEID [email]        email | persistent
//   EMAIL_DOMAIN [acme.test]
//   AUDIENCE []           the audience, where another one than the entity ID was typed
//   CLOCK [0]             seconds that this server's clock is fast
// People (password "password"): alice, bob, carol (odd characters in the name).
'use strict'
const crypto = require('crypto')
const fs = require('fs')
const http = require('http')
const path = require('path')
const samlify = require('samlify')

console.warn = () => {} // samlify warns of every provider that has no logout
const [port, work] = process.argv.slice(2)
const base = `http://127.0.0.1:${port}`
const format = { email: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress', persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' }
const algorithm = { 'rsa-sha256': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'rsa-sha1': 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }
const cipher = { gcm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm', cbc: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc' }
const read = (name) => fs.readFileSync(path.join(work, name), 'utf8')

// The requests come from the service provider under test; its own XML is what is looked at, by signature.
samlify.setSchemaValidator({ validate: async () => 'not validated against the schema' })

const people = {
  alice: ['Alice', 'Adams'],
  bob: ['Bob', 'Baker'],
  carol: ['Zo\u00eb & \u00c7arol \u201cStra\u00dfe\u201d', 'O\'Neil <x> "\u6f22\u5b57" Mu\u0308ller ]]>'],
}

function providers() {
  return fs.readdirSync(path.join(work, 'sp')).filter((n) => n.endsWith('.xml')).map((n) => ({
    metadata: read(path.join('sp', n)), switches: JSON.parse(read(path.join('sp', n.replace('.xml', '.json')))),
  }))
}

function find(entityID) {
  const found = providers().find((p) => samlify.SPMetadata(p.metadata).getEntityID() === entityID)
  if (!found) throw new Error(`no service provider ${entityID}`)
  const s = found.switches
  const signed = { '0': 'false', '1': 'true' }[s.SIGN_ASSERTION || '1']
  const sp = samlify.ServiceProvider({
    metadata: found.metadata.replace(/WantAssertionsSigned="[a-z]*"/, `WantAssertionsSigned="${signed}"`),
    wantMessageSigned: s.SIGN_RESPONSE !== '0',
  })
  return { sp, switches: s, idp: identityProvider(s) }
}

function identityProvider(s) {
  return samlify.IdentityProvider({
    entityID: `${base}/metadata`, privateKey: read('idp.pem'), signingCert: read('idp.crt'),
    wantAuthnRequestsSigned: s.VALIDATE_AUTHNREQUEST === '1', requestSignatureAlgorithm: algorithm[s.SIGALG || 'rsa-sha256'],
    isAssertionEncrypted: !!cipher[s.ENCRYPT], dataEncryptionAlgorithm: cipher[s.ENCRYPT],
    nameIDFormat: [format[s.NAMEID || 'email']],
    singleSignOnService: ['redirect', 'post'].map((b) => ({ Binding: samlify.Constants.namespace.binding[b], Location: `${base}/sso` })),
    loginResponseTemplate: {
      context: samlify.SamlLib.defaultLoginResponseTemplate.context,
      attributes: ['email', 'firstName', 'lastName', 'country'].map((name) => ({
        name, valueTag: name, nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', valueXsiType: 'xs:string',
      })),
    },
  })
}

// answer is the page that posts the response of a person who has signed in.
async function answer(form) {
  const { sp, idp, switches: s } = find(form.sp)
  const [first, last] = people[form.username]
  const email = `${form.username}@${s.EMAIL_DOMAIN || 'acme.test'}`
  const now = Date.now() + 1000 * Number(s.CLOCK || 0)
  const iso = (seconds) => new Date(now + 1000 * seconds).toISOString()
  const acs = sp.entityMeta.getAssertionConsumerService('post')
  const values = {
    ID: `_${crypto.randomUUID()}`, AssertionID: `_${crypto.randomUUID()}`, Destination: acs, SubjectRecipient: acs, AssertionConsumerServiceURL: acs,
    Audience: s.AUDIENCE || form.sp, Issuer: idp.entityMeta.getEntityID(), StatusCode: samlify.Constants.StatusCode.Success,
    InResponseTo: form.request || undefined, // undefined: samlify leaves the attribute out
    IssueInstant: iso(0), ConditionsNotBefore: iso(0), ConditionsNotOnOrAfter: iso(300), SubjectConfirmationDataNotOnOrAfter: iso(300),
    NameIDFormat: format[s.NAMEID || 'email'], NameID: s.NAMEID === 'persistent' ? `id-${form.username}` : email, AuthnStatement: '',
    attrEmail: email, attrFirstName: first, attrLastName: last, attrCountry: 'DE',
  }
  const fill = (template) => ({ id: values.ID, context: samlify.SamlLib.replaceTagsByValue(template, values) })
  const request = { extract: { request: { id: form.request } } }
  const made = await idp.createLoginResponse(sp, request, 'post', { email }, {
    customTagReplacement: fill, relayState: form.relay, encryptThenSign: !!cipher[s.ENCRYPT], // else the response's signature no longer fits
  })
  return page(`<form method="post" action="${escape(acs)}">${hidden('SAMLResponse', made.context)}${hidden('RelayState', form.relay)}<button>Go on</button></form>`)
}

// login asks who is there, once the request was found good.
async function login(query, binding, octets) {
  const request = binding === 'initiate' ? { id: '', sp: query.sp } : await parse(query, binding, octets)
  return page(`<form method="post" action="${base}/login">${hidden('sp', request.sp)}${hidden('request', request.id)}` +
    `${hidden('relay', query.RelayState || '')}<input name="username"><input name="password" type="password"><button>Sign in</button></form>`)
}

// signedPart is what a signature of the redirect binding covers (SAML bindings 3.4.4.1): three parameters as they came, in this order.
function signedPart(search) {
  const raw = Object.fromEntries(search.slice(1).split('&').map((p) => [p.split('=')[0], p]))
  return ['SAMLRequest', 'RelayState', 'SigAlg'].map((n) => raw[n]).filter(Boolean).join('&')
}

// parse finds who sent a request and lets samlify read it, with its signature where one is asked for.
async function parse(query, binding, octets) {
  const raw = Buffer.from(query.SAMLRequest, 'base64')
  const text = binding === 'redirect' ? require('zlib').inflateRawSync(raw).toString() : raw.toString()
  const { sp, idp, switches } = find(/<(?:\w+:)?Issuer[^>]*>([^<]+)</.exec(text)[1])
  if (switches.VALIDATE_AUTHNREQUEST === '1' && !sp.entityMeta.isAuthnRequestSigned()) throw new Error('the metadata promises no signed requests')
  const { extract } = await idp.parseLoginRequest(sp, binding, binding === 'post' ? { body: query } : { query, octetString: octets })
  return { id: extract.request.id, sp: extract.issuer }
}

const escape = (s) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
const hidden = (name, value) => `<input type="hidden" name="${name}" value="${escape(value)}">`
const page = (body) => `<!DOCTYPE html><meta charset="utf-8"><title>Test identity provider</title>${body}`

async function body(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()))
}

async function serve(request) {
  const url = new URL(request.url, base)
  const query = Object.fromEntries(url.searchParams)
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /metadata': return identityProvider({}).getMetadata()
    case 'GET /sso': return login(query, 'redirect', signedPart(url.search))
    case 'POST /sso': return login(await body(request), 'post')
    case 'GET /initiate': return login(query, 'initiate')
    case 'POST /login': return answer(await body(request))
  }
  throw new Error('no such page')
}

http.createServer(async (request, response) => {
  try {
    const text = await serve(request)
    response.writeHead(200, { 'Content-Type': text.startsWith('<!') ? 'text/html; charset=utf-8' : 'application/samlmetadata+xml' }).end(text)
  } catch (e) {
    response.writeHead(400, { 'Content-Type': 'text/html; charset=utf-8' }).end(page(`<p>${escape(String(e.stack || e))}</p>`))
  }
}).listen(Number(port), '127.0.0.1', () => console.log('ready'))
process.stdin.on('end', () => process.exit(0)).resume()
