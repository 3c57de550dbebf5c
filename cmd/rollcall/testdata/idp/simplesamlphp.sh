#!/usr/bin/env bash
# A real SAML identity provider for tests: SimpleSAMLphp (Debian's package) on loopback, served by PHP's built-in web server.
#
#   simplesamlphp.sh start PORT [SP-METADATA...]   start, or restart with other switches
#   simplesamlphp.sh add PORT SP-METADATA...       trust more service providers while it runs
#   simplesamlphp.sh stop PORT
#   simplesamlphp.sh unpack                        fetch and unpack the program, without installing it
#   simplesamlphp.sh unpacked                      exit 0: it can be started
#
# SP-METADATA is a file, a folder of *.xml, or a URL. Exit 3: a part is missing that .ci/setup would install.
# Environment (defaults in brackets):
#   WORK [a folder per port]  state, keys and logs; several instances may run side by side
# and for start and add what holds for the service providers that the call names:
#   SIGN_RESPONSE [1]  SIGN_ASSERTION [1]  ENCRYPT [0]
#   VALIDATE_AUTHNREQUEST [0]  1: refuse unsigned requests; those of a provider whose metadata says
#                              AuthnRequestsSigned="true" are checked in any case
#   SIGALG [http://www.w3.org/2001/04/xmldsig-more#rsa-sha256]
#   KEY [idp]             idp | other: sign with a key that the metadata does not list
#   NAMEID [email]        email | persistent | transient | unspecified
#   ATTRNAMES [basic]     basic (mail, givenName, sn, c) | oid (urn:oid:...) | claims (Microsoft's claim names)
#   DROP []               attributes that are not sent, as "mail c"
#   DENY [0]              1: answer with the status Responder, as for a person who is not assigned
#   EMAIL_DOMAIN [acme.test]
# People (password "password"): alice, bob, carol (odd characters in the name); mallory has an e-mail in evil.test.
set -euo pipefail
umask 077
TEMP=/tmp/rollcall-idp.$(id -u)
FILES=$TEMP/simplesamlphp
USAGE="usage: simplesamlphp.sh start|add|stop PORT [SP-METADATA...] | unpack | unpacked"

die() { echo "simplesamlphp: $1" >&2; exit "${2:-1}"; }

# --- the program -------------------------------------------------------------------------------------------------------

# An installed package is used too; ROOT is what its paths begin with.
find_program() {
  for ROOT in "" "$FILES"; do
    if [ -f "$ROOT/usr/share/simplesamlphp/www/index.php" ]; then return 0; fi
  done
  return 1
}

# Installing the package would bring in and start a web server; unpacking it is enough.
unpack() {
  if find_program; then return 0; fi
  local new
  command -v apt-get >/dev/null || die "the program comes from Debian 12, with apt-get" 3
  mkdir -p "$TEMP"
  new=$(mktemp -d "$TEMP/new.XXXXXX")
  get() { (cd "$new" && apt-get -qq -o APT::Sandbox::User=root download simplesamlphp) >/dev/null 2>&1; }
  get || { apt-get update -qq >/dev/null 2>&1 && get; } ||
    { rm -rf "$new"; die "no package simplesamlphp in this release (Debian 12 has it)" 3; }
  dpkg-deb -x "$new"/simplesamlphp_*.deb "$new/files"
  mv -T "$new/files" "$FILES" 2>/dev/null || true # somebody else was faster
  rm -rf "$new"
  find_program || die "cannot unpack to $FILES"
}

can_start() {
  command -v curl >/dev/null && command -v openssl >/dev/null &&
    php -r 'foreach (["dom", "mbstring", "curl"] as $e) if (!extension_loaded($e)) exit(1);' 2>/dev/null && find_program
}

# --- service providers -------------------------------------------------------------------------------------------------

trust() {
  local sp file
  for sp in "$@"; do
    case "$sp" in
      http://* | https://*)
        curl -fsS --max-time 10 -o "$WORK/fetched" "$sp" || die "cannot fetch $sp"
        trust_file "$WORK/fetched" ;;
      *)
        if [ -d "$sp" ]; then
          for file in "$sp"/*.xml; do [ ! -f "$file" ] || trust_file "$file"; done
        else trust_file "$sp"; fi ;;
    esac
  done
}

# One file per entity ID, so that giving a provider again replaces it.
trust_file() {
  local id
  [ -f "$1" ] || die "no such metadata: $1"
  id=$(grep -oE "entityID=(\"[^\"]*\"|'[^']*')" "$1" | head -n 1) || die "no entityID in $1"
  grep -q AssertionConsumerService "$1" || die "no AssertionConsumerService in $1"
  id=$(printf %s "$id" | sha256sum | cut -c1-16)
  write_switches >"$WORK/sp/.$id" && mv "$WORK/sp/.$id" "$WORK/sp/$id.php"
  cp "$1" "$WORK/sp/.$id" && mv "$WORK/sp/.$id" "$WORK/sp/$id.xml"
}

# --- the server --------------------------------------------------------------------------------------------------------

busy() { (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }

# PHP's server forks workers, so its whole process group ends, and nothing else: the number in the file may be somebody else's by now.
stop() {
  local pid args i
  [ -f "$WORK/pid" ] || return 0
  pid=$(cat "$WORK/pid")
  rm -f "$WORK/pid"
  args=$({ tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null || true)
  if [ -n "$args" ] && [[ $args != *"127.0.0.1:$PORT "* ]]; then return 0; fi
  kill -- "-$pid" 2>/dev/null || return 0
  for i in $(seq 50); do busy || return 0; sleep 0.1; done
  kill -9 -- "-$pid" 2>/dev/null || true
}

launch() {
  stop
  ! busy || die "port $PORT is taken"
  setsid bash -c 'echo $$ >"$0/pid"; exec "$@"' "$WORK" "$@" >"$WORK/server.log" 2>&1 </dev/null &
}

await() { # await URL: until the metadata is there; it is kept in $WORK/idp-metadata.xml
  local i
  rm -f "$WORK/idp-metadata.xml"
  for i in $(seq 100); do
    if curl -fsS --max-time 5 "$1" -o "$WORK/idp-metadata.xml" 2>/dev/null; then break; fi
    sleep 0.2
  done
  grep -q EntityDescriptor "$WORK/idp-metadata.xml" 2>/dev/null || { stop; die "did not come up, see $WORK/server.log"; }
}

# --- its configuration -------------------------------------------------------------------------------------------------

bool() { case "$1" in 1 | true | yes | on) echo true ;; *) echo false ;; esac; }

write_config() {
  cat >"$WORK/config/config.php" <<PHP
<?php
\$config = [
  'baseurlpath' => '$BASE', 'certdir' => '$WORK/cert/', 'loggingdir' => '$WORK/log/', 'datadir' => '$WORK/data/',
  'tempdir' => '$WORK/tmp', 'metadatadir' => '$WORK/metadata/', 'attributenamemapdir' => '$ROOT/etc/simplesamlphp/attributemap/',
  'technicalcontact_name' => 'IdP Admin', 'technicalcontact_email' => 'idp@acme.test', 'timezone' => 'UTC',
  'secretsalt' => 'loopback-test-only', 'auth.adminpassword' => 'adminpass', 'admin.checkforupdates' => false,
  'debug' => ['saml' => true, 'backtraces' => true, 'validatexml' => false],
  'showerrors' => true, 'errorreporting' => false,
  'logging.level' => SimpleSAML\Logger::DEBUG, 'logging.handler' => 'file', 'logging.logfile' => 'ssp.log',
  'enable.saml20-idp' => true, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
  'session.cookie.name' => 'SSPSess$PORT', 'session.authtoken.cookiename' => 'SSPAuth$PORT',
  'session.cookie.secure' => false, 'session.cookie.samesite' => null,
  'language.cookie.secure' => false, 'language.cookie.samesite' => null, 'language.default' => 'en', 'language.available' => ['en'],
  'session.phpsession.cookiename' => 'SSP$PORT', 'session.phpsession.savepath' => '$WORK/sess', 'session.phpsession.httponly' => true,
  'store.type' => 'phpsession', 'production' => true, 'theme.use' => 'default',
  'metadata.sources' => [['type' => 'flatfile', 'directory' => '$WORK/metadata']],
  'authproc.idp' => [],
];
PHP
}

write_people() {
  cat >"$WORK/config/authsources.php" <<'PHP'
<?php
function _u($uid, $first, $last, $groups, $domain = 'acme.test') {
  return ['uid' => [$uid], 'mail' => ["$uid@$domain"], 'givenName' => [$first], 'sn' => [$last], 'displayName' => ["$first $last"],
    'c' => ['DE'], 'l' => ['Berlin'], 'groups' => $groups];
}
$config = [
  'admin' => ['core:AdminPassword'],
  'users' => ['exampleauth:UserPass',
    'alice:password'   => _u('alice', 'Alice', 'Adams', ['plan-ultimate', 'admins']),
    'bob:password'     => _u('bob', 'Bob', 'Baker', ['plan-core']),
    'carol:password'   => _u('Carol', "Zo\u{eb} & \u{c7}arol \u{201c}Stra\u{df}e\u{201d}", "O'Neil <x> \"\u{6f22}\u{5b57}\" Mu\u{308}ller ]]>", ['plan-extended']),
    'mallory:password' => _u('mallory', 'Mallory', 'Malicious', [], 'evil.test'),
  ],
];
PHP
}

write_idp() {
  cat >"$WORK/metadata/saml20-idp-hosted.php" <<PHP
<?php
\$metadata['${BASE}saml2/idp/metadata.php'] = [
  'host' => '__DEFAULT__', 'privatekey' => 'idp.pem', 'certificate' => 'idp.crt', 'auth' => 'users',
  'saml20.sign.response' => true, 'saml20.sign.assertion' => true,
];
PHP
}

# The service providers, read anew for every request. What their metadata says about NameIDFormat, WantAssertionsSigned and
# AuthnRequestsSigned would win over the switches, so the first two are dropped and the third can only add.
write_sps() {
  cat >"$WORK/metadata/saml20-sp-remote.php" <<PHP
<?php
foreach (glob('$WORK/sp/*.xml') ?: [] as \$f) {
  \$e = SimpleSAML\\Metadata\\SAMLParser::parseFile(\$f)->getMetadata20SP();
  unset(\$e['entityDescriptor']);
  \$metadata[\$e['entityid']] = (require substr(\$f, 0, -3) . 'php') + \$e;
}
foreach (glob('$WORK/sp/*.inc') ?: [] as \$f) { require \$f; } // written by hand, as in saml20-sp-remote.php
PHP
}

# write_switches prints the settings of one service provider.
write_switches() {
  local format source names map='' name_id check='' code=''
  local claim=http://schemas.xmlsoap.org/ws/2005/05/identity/claims microsoft=http://schemas.microsoft.com
  case "${NAMEID:-email}" in
    email)      format=urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress source=mail ;;
    persistent) format=urn:oasis:names:tc:SAML:2.0:nameid-format:persistent source=uid ;;
    transient)  format=urn:oasis:names:tc:SAML:2.0:nameid-format:transient source=uid ;;
    *)          format=urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified source=mail ;;
  esac
  names=urn:oasis:names:tc:SAML:2.0:attrname-format:uri
  case "${ATTRNAMES:-basic}" in
    oid)    map="30 => ['class' => 'core:AttributeMap', 'name2oid']," ;;
    claims) map="30 => ['class' => 'core:AttributeMap', 'mail' => '$claim/emailaddress', 'givenName' => '$claim/givenname',
              'sn' => '$claim/surname', 'displayName' => '$microsoft/identity/claims/displayname', 'c' => '$claim/country',
              'groups' => '$microsoft/ws/2008/06/identity/claims/groups']," ;;
    *)      names=urn:oasis:names:tc:SAML:2.0:attrname-format:basic ;;
  esac
  name_id="20 => ['class' => 'saml:AttributeNameID', 'attribute' => '$source', 'Format' => '$format'],"
  if [ "${NAMEID:-email}" = transient ]; then name_id="20 => ['class' => 'saml:TransientNameID'],"; fi
  if [ "${VALIDATE_AUTHNREQUEST:-0}" = 1 ]; then check="'validate.authnrequest' => true,"; fi
  if [ "${DENY:-0}" = 1 ]; then
    code='SimpleSAML\Auth\State::throwException($state, new SimpleSAML\Module\saml\Error(
      SAML2\Constants::STATUS_RESPONDER, SAML2\Constants::STATUS_REQUEST_DENIED, "not assigned"));'
  fi
  for name in ${DROP:-}; do code="$code unset(\$attributes['$name']);"; done
  cat <<PHP
<?php
return [
  'saml20.sign.response' => $(bool "${SIGN_RESPONSE:-1}"), 'saml20.sign.assertion' => $(bool "${SIGN_ASSERTION:-1}"),
  'assertion.encryption' => $(bool "${ENCRYPT:-0}"), $check
  'signature.algorithm' => '${SIGALG:-http://www.w3.org/2001/04/xmldsig-more#rsa-sha256}',
  'signature.privatekey' => '${KEY:-idp}.pem', 'signature.certificate' => '${KEY:-idp}.crt',
  'NameIDFormat' => '$format', 'attributes.NameFormat' => '$names',
  'authproc' => [
    10 => ['class' => 'core:PHP', 'code' => '\$attributes["mail"] = str_replace("@acme.test", "@${EMAIL_DOMAIN:-acme.test}", \$attributes["mail"]);'],
    $name_id
    25 => ['class' => 'core:PHP', 'code' => <<<'CODE'
      $code
      CODE],
    $map
  ],
];
PHP
}

start() {
  local key
  BASE="http://127.0.0.1:$PORT/"
  mkdir -p "$WORK"/{config,metadata,cert,log,data,tmp,sess}
  for key in idp other; do
    if [ -f "$WORK/cert/$key.crt" ]; then continue; fi
    openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 3650 -subj "/CN=test $key $PORT" \
      -keyout "$WORK/cert/$key.pem" -out "$WORK/cert/$key.crt" 2>/dev/null
  done
  write_config
  write_people
  write_idp
  write_sps
  export SIMPLESAMLPHP_CONFIG_DIR="$WORK/config" PHP_CLI_SERVER_WORKERS=4
  launch php -d display_errors=0 -d error_log="$WORK/log/php.log" -d session.save_path="$WORK/sess" \
    -S "127.0.0.1:$PORT" -t "$ROOT/usr/share/simplesamlphp/www"
  await "${BASE}saml2/idp/metadata.php"
  echo "metadata_url=${BASE}saml2/idp/metadata.php" # also its entity ID
  echo "metadata_file=$WORK/idp-metadata.xml"
  echo "sso_url=${BASE}saml2/idp/SSOService.php"    # ?spentityid=...&RelayState=... starts a sign-in at the provider
}

# --- what was asked for ------------------------------------------------------------------------------------------------

case "${1:-}" in
  unpack) unpack; exit 0 ;;
  unpacked) can_start || die "it cannot be started here: run .ci/setup" 3; exit 0 ;;
  start | add | stop) command=$1; shift ;;
  *) die "$USAGE" 2 ;;
esac
PORT=${1:-}
shift || true
if ! [[ $PORT =~ ^[1-9][0-9]{0,4}$ ]] || ((PORT > 65535)); then die "$USAGE" 2; fi
WORK=$(realpath -m "${WORK:-$TEMP/$PORT}")
if [ "$command" = start ]; then mkdir -p "$WORK/sp"; fi
if [ "$command" = stop ] && [ ! -e "$WORK" ]; then exit 0; fi
{ [ -d "$WORK/sp" ] && [ -O "$WORK" ]; } || die "$WORK is not a work folder of this user (was it started?)"

case "$command" in
  stop) stop ;;
  add) trust "$@" ;;
  start) can_start || die "PHP, curl, openssl or the program is missing: run .ci/setup" 3; trust "$@"; start ;;
esac
