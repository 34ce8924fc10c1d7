#!/usr/bin/env bash
# The adapter between poscert and your till: a start in bash 5 with curl, grep and the like, for the driver `oneshot`.
#
# poscert starts it once per command: the method is in POSCERT_METHOD, the parameters come as JSON on standard input, those of `initialize` are in
# POSCERT_SESSION. The result is one JSON object on standard output, exit 0; exit 10 is refused, 11 gave up, 12 not supported. Everything else
# that you want to say goes to standard error. What is here onboards a point of sale, enough for the first cases to pass. Put your own client in
# its place, command by command; `not_yet` names those that are still to be written. A complete one: examples/shell in the package of poscert.
set -u
umask 077
LC_ALL=C

READ_TIMEOUT=${TILL_READ_TIMEOUT:-0.5}    # seconds for a GET, as documented
WRITE_TIMEOUT=${TILL_WRITE_TIMEOUT:-2}    # seconds for a POST or DELETE, as documented
RETRY_DELAY=${TILL_RETRY_DELAY:-0.25}
RETRIES=2
COMMANDS='createPointOfSale deletePointOfSale recover' # add each command that you write

not_yet() {
  case $1 in
    awaitCheckin) echo 'poll GET /pointofsales/{posId}/checkin until a user is checked in' ;;
    initiatePayment) echo 'POST /payments; cancel what blocks the PoS when the answer is 409 1301' ;;
    awaitPayment) echo 'poll GET /payments/{paymentId} until it is Reserved or has ended' ;;
    capturePayment) echo 'POST /payments/{paymentId}/capture, never more than the amount' ;;
    cancelPayment) echo 'POST /payments/{paymentId}/cancel' ;;
    preparePayment) echo 'POST /payments/prepare' ;;
    awaitPairing) echo 'poll GET /payments/{paymentId} until it is Paired or has ended' ;;
    readyPayment) echo 'POST /payments/{paymentId}/ready' ;;
    initiateRefund) echo 'POST /refunds' ;;
    awaitRefund) echo 'poll GET /refunds/{refundId} until it is Reserved or has ended' ;;
    captureRefund) echo 'POST /refunds/{refundId}/capture' ;;
    cancelRefund) echo 'POST /refunds/{refundId}/cancel' ;;
    settle) echo 'finish the captures and cancels that never got through' ;;
    *) echo 'the protocol does not know it' ;;
  esac
}

log() { printf '%s\n' "$*" >&2; }
now_ms() { local t=${EPOCHREALTIME/[.,]/}; printf '%s' "${t%???}"; }
rest_ms() { (($1 > 0)) && sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; return 0; }
guid() {
  local h
  h=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s-%s-4%s-%x%s-%s' "${h:0:8}" "${h:8:4}" "${h:13:3}" $((8 + 0x${h:16:1} % 4)) "${h:17:3}" "${h:20:12}"
}

# ---- as much JSON as is needed: the API's bodies are flat ----
text_of() { # text_of NAME JSON: a member as a bare text or number; nothing where it is missing or null
  local pattern="\"$1\"[[:space:]]*:[[:space:]]*(\"(([^\"\\\\]|\\\\.)*)\"|-?[0-9][0-9.eE+-]*|true|false)" text
  [[ $2 =~ $pattern ]] || return 0
  text=${BASH_REMATCH[1]}
  if [[ $text == \"* ]]; then
    text=${BASH_REMATCH[2]//\\\"/\"}
    text=${text//\\\//\/}
    text=${text//\\\\/\\}
  fi
  printf '%s' "$text"
}
raw_of() { # raw_of NAME JSON: a member as JSON: a list, an object, a text, a number
  local pattern="\"$1\"[[:space:]]*:[[:space:]]*(\\[[^]]*\\]|\\{[^}]*\\}|\"([^\"\\\\]|\\\\.)*\"|-?[0-9][0-9.eE+-]*|true|false)"
  [[ $2 =~ $pattern ]] && printf '%s' "${BASH_REMATCH[1]}"
}
ids_of() { raw_of "$1" "$2" | grep -oE '"[^"]+"' | tr -d '"'; } # a list of ids, one a line
quote() {
  local s=${1//\\/\\\\}
  s=${s//\"/\\\"}
  printf '"%s"' "${s//[[:cntrl:]]/ }"
}
with() { # with NAME JSON: `,"name":value` where the member is there
  local value
  value=$(raw_of "$1" "$2")
  [[ -n $value ]] && printf ',"%s":%s' "$1" "$value"
  return 0
}
retry_ms() { # 0.25 -> 250
  local whole=${RETRY_DELAY%%.*} part=000
  [[ $RETRY_DELAY == *.* ]] && part=${RETRY_DELAY#*.}000
  printf '%d' $((10#0$whole * 1000 + 10#${part:0:3}))
}
encode() { # for a query
  local i c
  for ((i = 0; i < ${#1}; i++)); do
    c=${1:i:1}
    case $c in [A-Za-z0-9._~-]) printf '%s' "$c" ;; *) printf '%%%02X' $(($(printf '%d' "'$c") & 255)) ;; esac
  done
}
one_of() { [[ " $2 " == *" $1 "* ]]; }
# ---- what must outlive a power cut: a file a fact, each whole or not at all ----
put() { printf '%s' "$2" >"$1.new" && mv -f "$1.new" "$1"; }
get() { if [[ -f $1 ]]; then printf '%s' "$(<"$1")"; fi; }

# ---- HTTP: one request, then with a token, then with retries, then at the pace that the backend sets ----
STATUS=0 BODY='' CODE='' REASON=''
# send METHOD URL [HEADER...]: the body in $SENT. One request, no redirect is followed. 1 where there is no usable answer.
# Headers and body go over standard input, so that no secret shows in the list of processes.
SENT=''
send() {
  local method=$1 url=$2 limit=$WRITE_TIMEOUT out
  shift 2
  [[ $method == GET ]] && limit=$READ_TIMEOUT
  out=$(
    {
      printf 'url = "%s"\nrequest = "%s"\nmax-time = "%s"\n' "$url" "$method" "$limit"
      for header in "$@" 'Expect:'; do printf 'header = "%s"\n' "$header"; done
      [[ -n $CA ]] && printf 'cacert = "%s"\n' "$CA"
      if [[ $method != GET ]]; then
        local data=${SENT//\\/\\\\}
        printf 'data-raw = "%s"\n' "${data//\"/\\\"}"
      fi
    } | curl -q --silent --show-error --noproxy '*' --config - --write-out '\n%{http_code}'
  )
  local failed=$?
  STATUS=${out##*$'\n'} BODY=${out%$'\n'*}
  ((failed == 0)) || { REASON="curl exit $failed"; return 1; }
}

token() {
  local until
  until=$(get "$DIR/token-until")
  [[ -n $until ]] && (($(now_ms) < until)) && return 0
  local basic life
  basic=$(printf '%s:%s' "$(text_of clientId "$API")" "$(text_of clientSecret "$API")" | base64 | tr -d '\n')
  SENT='grant_type=client_credentials'
  send POST "$(text_of authBaseUrl "$API")/connect/token" "Authorization: Basic $basic" 'Content-Type: application/x-www-form-urlencoded' || return 1
  if ((STATUS >= 400 && STATUS < 500)); then CODE='' REASON="no token: HTTP $STATUS; check id and secret"; return 10; fi
  life=$(text_of expires_in "$BODY")
  if ((STATUS != 200)) || [[ -z $(text_of access_token "$BODY") ]]; then REASON="HTTP $STATUS without a token"; return 1; fi
  put "$DIR/token" "$(text_of access_token "$BODY")"
  put "$DIR/token-until" $(($(now_ms) + ${life:-0} * 500))
}

# attempt METHOD PATH [BODY [KEY [NEED]]]: 0, 1 where no usable answer came, 10 where it was refused
attempt() {
  local method=$1 path=$2 body=${3-} key=${4-} need=${5-} turn
  for turn in 1 2; do
    token || return $?
    local headers=("Authorization: Bearer $(get "$DIR/token")" "X-MobilePay-Client-System-Version: $VERSION"
      "X-MobilePay-Merchant-VAT-Number: $(text_of merchantVat "$API")")
    [[ -n $key ]] && headers+=("X-MobilePay-Idempotency-Key: $key")
    if [[ -n $body ]]; then headers+=('Content-Type: application/json'); else headers+=('Content-Type:'); fi
    SENT=$body
    send "$method" "$(text_of baseUrl "$API")$path" "${headers[@]}" || return 1
    ((STATUS == 401)) || break
    rm -f "$DIR/token-until" # one new token and the same request again, same key
  done
  if ((STATUS >= 400 && STATUS < 500)); then
    CODE=$(text_of code "$BODY") REASON="HTTP $STATUS $(text_of message "$BODY")"
    return 10
  fi
  ((STATUS >= 200 && STATUS < 300)) || { REASON="HTTP $STATUS"; return 1; }
  [[ -z ${BODY//[[:space:]]/} || ${BODY//[[:space:]]/} == '{'*'}' ]] || { REASON='the answer is no JSON object'; return 1; }
  [[ -z $need || -n $(raw_of "$need" "$BODY") ]] || { REASON="no $need in the answer"; return 1; }
}

# call ...: repeats after network errors and 5xx, with the same key and body; never after a 4xx. 10 refused, 11 gave up
call() {
  local repetition result
  for ((repetition = 0; ; repetition++)); do
    attempt "$@"
    result=$?
    ((result == 1)) || return $result
    log "$1 $2: $REASON"
    ((repetition < RETRIES)) || return 11
    rest_ms $(($(retry_ms) * 2 ** repetition))
  done
}

# ---- the commands of the client protocol; the parameters are in P ----
P='{}'
answer() { printf '%s\n' "$1"; }
need() { # a parameter without which nothing can be done
  local name
  for name in "$@"; do
    [[ -n $(raw_of "$name" "$P") ]] || { REASON="$name is missing"; return 1; }
  done
}
createPointOfSale() {
  need supportedBeaconTypes || return 1
  local store name body folder
  call GET "/stores?merchantBrandId=$(encode "$(text_of merchantBrandId "$SESSION")")&merchantLocationId=$(encode "$(text_of merchantLocationId "$SESSION")")" '' '' storeIds || return $?
  store=$(ids_of storeIds "$BODY")
  [[ -n $store && $store != *$'\n'* ]] || { REASON='not one store fits'; return 10; }
  name=$(text_of merchantPosId "$P")
  [[ -n $name ]] || name="till-$(guid | cut -c1-13)"
  body=$(text_of name "$P")
  body="{\"merchantPosId\":$(quote "$name"),\"name\":$(quote "${body:-Till ${name: -4}}"),\"storeId\":$(quote "$store")"
  body+="$(with supportedBeaconTypes "$P")$(with beaconId "$P")$(with callbackAlias "$P")$(with requirePaymentBeforeCheckin "$P")}"
  folder="$DIR/pos/$(encode "$name")"
  mkdir -p "$folder"
  put "$folder/name" "$name"
  put "$folder/body" "$body"
  put "$folder/key" "$(guid)"
  send_pos "$folder" || return $?
  answer "{\"posId\":$(quote "$(get "$folder/posId")"),\"merchantPosId\":$(quote "$name"),\"beaconId\":$(quote "$BEACON")}"
}

FOUND=''
send_pos() {
  local folder=$1 result
  call POST /pointofsales "$(get "$folder/body")" "$(get "$folder/key")" posId
  result=$?
  if ((result == 0)); then
    put "$folder/posId" "$(text_of posId "$BODY")"
  elif ((result == 11)); then
    find_pos "$folder" && [[ -n $FOUND ]] || return 11 # its answers were lost, but it may stand
    put "$folder/posId" "$FOUND"
  else
    local code=$CODE reason=$REASON
    ((STATUS == 409)) && find_pos "$folder" # taken: ask what stands there
    rm -rf "$folder"
    CODE=$code REASON=$reason
    return $result
  fi
  beacon "$folder"
}
BEACON=''
beacon() {
  BEACON=$(text_of beaconId "$(get "$1/body")")
  [[ -n $BEACON ]] && return 0
  call GET "/pointofsales/$(get "$1/posId")" '' '' beaconId || return $?
  BEACON=$(text_of beaconId "$BODY")
}
find_pos() {
  call GET "/pointofsales?merchantPosId=$(encode "$(get "$1/name")")" '' '' posIds || return $?
  FOUND=$(ids_of posIds "$BODY" | head -n1)
}

deletePointOfSale() {
  need posId || return 1
  local id result folder
  id=$(text_of posId "$P")
  call DELETE "/pointofsales/$id"
  result=$?
  ((result == 0 || STATUS == 404)) || return $result # gone already: as good
  for folder in "$DIR"/pos/*/; do
    [[ $(get "${folder}posId") == "$id" ]] && rm -rf "$folder"
  done
  answer '{}'
}

# What the till does when it starts: finds its PoS, or creates it again.
recover() {
  local folder posId=''
  for folder in "$DIR"/pos/*/; do
    [[ -f ${folder}body ]] || continue
    folder=${folder%/}
    find_pos "$folder" || return $?
    if [[ -n $FOUND ]]; then
      put "$folder/posId" "$FOUND"
      beacon "$folder" || return $? # one that MobilePay made is asked for at every start
    else
      [[ -f $folder/posId ]] && put "$folder/key" "$(guid)"
      send_pos "$folder" || return $?
    fi
    posId=$(get "$folder/posId")
  done
  answer "{${posId:+\"posId\":$(quote "$posId")}}"
}

# ---- one command ----
main() {
  local method=${POSCERT_METHOD:?started by poscert with driver oneshot} result names
  P=$(cat)
  SESSION=${POSCERT_SESSION:-$P} # initialize brings it as its parameters
  API=$(raw_of api "$SESSION")
  DIR=$(text_of stateDir "$SESSION")
  CA=$(text_of ca "$API")
  VERSION=$(text_of systemVersion "$API")
  VERSION=${VERSION:-1.0.0}
  mkdir -p "$DIR/pos"
  shopt -s nullglob
  case $method in
    initialize)
      names=$(printf ',"%s"' $COMMANDS)
      answer "{\"protocol\":1,\"name\":\"Adapter in shell\",\"version\":$(quote "$VERSION"),\"commands\":[${names#,}],\"behaviours\":[]}"
      return 0
      ;;
    shutdown)
      answer '{}'
      return 0
      ;;
  esac
  if ! one_of "$method" "$COMMANDS"; then
    answer "{\"message\":$(quote "$method is not written yet: $(not_yet "$method")")}"
    return 12
  fi
  CODE='' REASON=''
  "$method"
  result=$?
  ((result == 0)) && return 0
  ((result == 10)) || CODE=''
  answer "{\"message\":$(quote "$REASON"),\"data\":{\"reason\":$(quote "$REASON")${CODE:+,\"apiCode\":$(quote "$CODE")}}}"
  return $result
}
main
