#!/usr/bin/env bash
# A till in bash 5 with curl, grep and the like, for the driver `oneshot` (docs/client-protocol.md): started once per command, with the method in
# POSCERT_METHOD, the parameters as JSON on standard input and those of `initialize` in POSCERT_SESSION. The result is one JSON object on
# standard output, exit 0; exit 10 is refused, 11 gave up, 12 not supported. Standard error is the log. Put your own client in place of the
# middle part. Money is counted in øre and cent.
set -u
umask 077
LC_ALL=C

READ_TIMEOUT=${TILL_READ_TIMEOUT:-0.5}    # seconds for a GET, as documented
WRITE_TIMEOUT=${TILL_WRITE_TIMEOUT:-2}    # seconds for a POST or DELETE, as documented
RETRY_DELAY=${TILL_RETRY_DELAY:-0.25}
RETRIES=2                                 # advised; more than 5 are forbidden
COMMANDS='createPointOfSale deletePointOfSale awaitCheckin initiatePayment preparePayment awaitPairing readyPayment awaitPayment
  capturePayment cancelPayment initiateRefund awaitRefund captureRefund cancelRefund recover settle'

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
minor() { # 100.5 -> 10050; more digits are cut off
  local whole=${1%%.*} part=00
  [[ $1 == *.* ]] && part=${1#*.}00
  printf '%d' $((10#0$whole * 100 + 10#${part:0:2}))
}
RETRY_MS=$(($(minor "$RETRY_DELAY") * 10))
major() { printf '%d.%02d' $(($1 / 100)) $(($1 % 100)); }
encode() { # for a query
  local i c
  for ((i = 0; i < ${#1}; i++)); do
    c=${1:i:1}
    case $c in [A-Za-z0-9._~-]) printf '%s' "$c" ;; *) printf '%%%02X' $(($(printf '%d' "'$c") & 255)) ;; esac
  done
}
one_of() { [[ " $2 " == *" $1 "* ]]; }
is_active() { one_of "$1" 'Prepared Paired Initiated IssuedToUser'; } # these block the PoS for the next payment
is_cancelled() { one_of "$1" 'CancelledByUser CancelledByClient CancelledByMobilePay ExpiredAndCancelled'; }
is_paid() { one_of "$1" 'Captured ExpiredAndCaptured'; }
is_ended() { is_cancelled "$1" || is_paid "$1"; }

# ---- what must outlive a power cut: a file a fact, each whole or not at all ----
put() { printf '%s' "$2" >"$1.new" && mv -f "$1.new" "$1"; }
get() { if [[ -f $1 ]]; then printf '%s' "$(<"$1")"; fi; }

# ---- HTTP: one request, then with a token, then with retries, then at the pace that the backend sets ----
STATUS=0 BODY='' AFTER=0 CODE='' REASON=''
# send METHOD URL [HEADER...]: the body in $SENT. One request, no redirect is followed. 1 where there is no usable answer.
# Headers and body go over standard input, so that no secret shows in the list of processes.
SENT=''
send() {
  local method=$1 url=$2 limit=$WRITE_TIMEOUT out heads
  shift 2
  [[ $method == GET ]] && limit=$READ_TIMEOUT
  heads=$(mktemp "$DIR/heads.XXXXXX")
  out=$(
    {
      printf 'url = "%s"\nrequest = "%s"\nmax-time = "%s"\n' "$url" "$method" "$limit"
      for header in "$@" 'Expect:'; do printf 'header = "%s"\n' "$header"; done
      [[ -n $CA ]] && printf 'cacert = "%s"\n' "$CA"
      if [[ $method != GET ]]; then
        local data=${SENT//\\/\\\\}
        printf 'data-raw = "%s"\n' "${data//\"/\\\"}"
      fi
    } | curl -q --silent --show-error --noproxy '*' --config - --dump-header "$heads" --write-out '\n%{http_code}'
  )
  local failed=$?
  AFTER=$(grep -iE '^retry-after:[[:space:]]*[0-9]{1,4}[[:space:]]*$' "$heads" | head -n1 | tr -cd '0-9')
  rm -f "$heads"
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
  AFTER=''
  [[ -z ${BODY//[[:space:]]/} || ${BODY//[[:space:]]/} == '{'*'}' ]] || { REASON='the answer is no JSON object'; return 1; }
  [[ -z $need || -n $(raw_of "$need" "$BODY") ]] || { REASON="no $need in the answer"; return 1; }
}

# call ...: repeats after network errors and 5xx, with the same key and body; never after a 4xx. 10 refused, 11 gave up
call() {
  local repetition result rest after
  for ((repetition = 0; ; repetition++)); do
    attempt "$@"
    result=$?
    ((result == 1)) || return $result
    log "$1 $2: $REASON"
    ((repetition < RETRIES)) || return 11
    rest=$((RETRY_MS * 2 ** repetition * (100 + RANDOM % 50) / 100))
    after=$((${AFTER:-0} > 10 ? 10000 : ${AFTER:-0} * 1000))
    rest_ms $((after > rest ? after : rest))
  done
}

# poll PATH: asks once, not before the last delay is over; 1 if no answer came. The delay is kept on disk for a restart
poll() {
  local file="$DIR/polls/${1//\//_}" not_before=0 delay=1000 wait result asked
  [[ -f $file ]] && read -r not_before delay <"$file"
  wait=$((not_before - $(now_ms)))
  ((wait > 10000 && wait > delay)) && wait=10000
  rest_ms "$wait"
  attempt GET "$1"
  result=$?
  wait=0
  if ((result == 0)); then
    asked=$(text_of pollDelayInMs "$BODY")
    delay=${asked:-$delay}
  else
    log "GET $1: $REASON"
    wait=$((${AFTER:-0} * 1000))
  fi
  put "$file" "$(($(now_ms) + (wait > delay + 10 ? wait : delay + 10))) $delay"$'\n'
  return $result
}

look() {
  local turn result
  for ((turn = 0; turn <= RETRIES; turn++)); do
    poll "$1"
    result=$?
    ((result == 1)) || return $result
  done
  REASON="$1 could not be read"
  return 11
}

# ---- deals: payments and refunds, each a folder named after its key, there before its first request is sent ----
DEAL=''
remember() { # remember NAME VALUE ...: a new one, in DEAL
  local key fresh
  key=$(guid)
  fresh="$DIR/new-$key"
  mkdir -p "$fresh"
  printf '%s' "$(now_ms)" >"$fresh/at"
  while (($# > 0)); do
    printf '%s' "$2" >"$fresh/$1"
    shift 2
  done
  DEAL="$DIR/deals/$key"
  mv "$fresh" "$DEAL"
}
fact() { get "$DEAL/$1"; }
note() { put "$DEAL/$1" "$2"; }
deal() { # deal KIND ID: the one that is known, else a new one
  local one
  for one in "$DIR"/deals/*/; do
    DEAL=${one%/}
    [[ $(fact kind) == "$1" && $(fact id | tr A-F a-f) == $(tr A-F a-f <<<"$2") ]] && return 0
  done
  remember kind "$1" id "$2"
}
path_of() { printf '/%s/%s' "$(fact kind)" "$(fact id)"; }
forget() { rm -rf "$DEAL"; } # it never came to be
unfinished() { # unfinished KIND: folders of what has not ended
  local one
  for one in "$DIR"/deals/*/; do
    DEAL=${one%/}
    [[ -d $DEAL && $(fact kind) == "$1" ]] && ! is_ended "$(fact state)" && printf '%s\n' "$DEAL"
  done
  return 0
}

observe() { # what the backend says of DEAL, in BODY
  local status amount currency
  status=$(text_of status "$BODY") amount=$(text_of amount "$BODY") currency=$(text_of currencyCode "$BODY")
  if is_active "$status" || is_ended "$status" || [[ $status == Reserved ]]; then note state "$status"; else note state Unknown; fi
  note partial "$(text_of partialCapturePossible "$BODY")"
  [[ -n $amount ]] && note amount "$(minor "$amount")"
  [[ -n $currency ]] && note currency "$currency"
  return 0
}
present() { look "$(path_of)" && observe; }

# follow TEST: polls DEAL until TEST, the end, or patience is over. Six polls without an answer cancel a payment: nobody knows of it
follow() {
  local until=$(($(now_ms) + 2 * $(text_of patienceMs "$SESSION"))) silent=0 result
  while ((silent < 6)); do
    poll "$(path_of)"
    result=$?
    case $result in
      0)
        silent=0
        observe
        if is_ended "$(fact state)" || "$1" || (($(now_ms) > until)); then return 0; fi
        ;;
      1) silent=$((silent + 1)) ;;
      *) return $result ;;
    esac
  done
  REASON='six polls without an answer'
  [[ $(fact kind) == refunds ]] && return 11
  BODY=''
  decide cancel
}
is_reserved() { [[ $(fact state) == Reserved ]]; }
is_paired() { one_of "$(fact state)" 'Paired IssuedToUser Reserved'; }
is_paired_and_known() { is_paired && [[ -n $(raw_of loyaltyIds "$BODY") ]]; }

# decide WHAT [AMOUNT]: keeps the decision first, carries it out, and asks what is true when it was refused (409) or not answered
decide() {
  local what=$1 amount=${2-} result body='' code reason
  note decision "$what $amount"
  [[ -n $amount ]] && body="{\"amount\":$(major "$amount")}"
  call POST "$(path_of)/$what" "$body"
  result=$?
  if ((result == 0)); then
    if [[ $what == capture ]]; then note state Captured; else note state CancelledByClient; fi
    return 0
  fi
  code=$CODE reason=$REASON
  if ((result == 10)); then
    ((STATUS == 409)) || return 10
    present || return $?
  else
    CODE='' code=''
    poll "$(path_of)" && observe || { REASON=$reason; return 11; }
  fi
  CODE=$code REASON=$reason
  [[ $code == 1307 ]] && return $result
  if [[ $what == capture ]]; then is_paid "$(fact state)"; else is_cancelled "$(fact state)"; fi || return $result
}

start_payment() { # start_payment PATH POS ORDER BODY
  local turn result
  remember kind payments posId "$2" orderId "$3"
  local mine=$DEAL key=${DEAL##*/}
  for turn in 1 2 3; do
    DEAL=$mine
    call POST "$1" "$4" "$key" paymentId
    result=$?
    case $result in
      0)
        note id "$(text_of paymentId "$BODY")"
        answer "{\"paymentId\":$(quote "$(fact id)"),\"orderId\":$(quote "$3")}"
        return
        ;;
      11)
        withdraw # it may stand all the same: find it and cancel it
        return 11
        ;;
    esac
    if [[ $CODE == 1301 ]]; then
      clean_up "$2" # another payment blocks this PoS
      result=$?
      DEAL=$mine
      ((result == 0)) && continue
    fi
    forget
    return $result
  done
  forget
  CODE=1301 REASON='this PoS is blocked by another payment'
  return 10
}

clean_up() {
  local id
  call GET "/payments?posId=$(encode "$1")" '' '' paymentIds || return $?
  for id in $(ids_of paymentIds "$BODY"); do
    deal payments "$id"
    present || return $?
    is_active "$(fact state)" || continue # Reserved ones don't block, and are somebody's money
    decide cancel || [[ $CODE == 1300 ]] || return 10 # 1300: it has ended by itself meanwhile
  done
}

# A creating POST whose answer stayed lost: looks for what came of it and cancels that. `settle` tries again
withdraw() {
  local reason=$REASON mine=$DEAL
  note decision 'cancel '
  if find_deal; then
    present && { is_active "$(fact state)" || is_reserved; } && decide cancel
  fi
  DEAL=$mine CODE='' REASON=$reason
  [[ -z $(fact id) ]] && (($(now_ms) - $(fact at) > 60000)) && forget # by now it would have arrived
  return 0
}

find_deal() { # the id of DEAL, whose answer was lost
  local mine=$DEAL kind query list id claimed=' ' one
  kind=$(fact kind)
  if [[ $kind == payments ]]; then query="posId=$(encode "$(fact posId)")&orderId=$(encode "$(fact orderId)")"; else query="paymentId=$(encode "$(fact paymentId)")"; fi
  list=${kind%s}Ids
  for one in "$DIR"/deals/*/; do claimed+="$(get "${one}id") "; done
  call GET "/$kind?$query" '' '' "$list" || return 1
  for id in $(ids_of "$list" "$BODY"); do
    one_of "$id" "$claimed" && continue
    look "/$kind/$id" || return 1
    DEAL=$mine
    [[ $(text_of refundOrderId "$BODY") == "$(fact refundOrderId)" ]] && note id "$id"
  done
  [[ -n $(fact id) ]]
}

finish() { # one more try at what was decided; the state last seen, if it fails again
  local what amount
  [[ -n $(fact id) ]] || withdraw
  [[ -d $DEAL && -n $(fact id) ]] || return 0
  read -r what amount <<<"$(fact decision)"
  if present; then
    if is_reserved || { [[ $what == cancel ]] && ! is_ended "$(fact state)"; }; then decide "$what" $amount || log "still hanging: $REASON"; fi
  fi
  return 0
}

PAYMENTS='' REFUNDS=''
tell() { # DEAL in the lists of `recover` and `settle`
  [[ -d $DEAL && -n $(fact id) ]] || return 0
  local kind state
  kind=$(fact kind) state=$(fact state)
  local told="{\"${kind%s}Id\":$(quote "$(fact id)"),\"state\":$(quote "${state:-Unknown}")}"
  if [[ $kind == payments ]]; then PAYMENTS+=${PAYMENTS:+,}$told; else REFUNDS+=${REFUNDS:+,}$told; fi
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
charge() { printf ',"amount":%s,"currencyCode":%s' "$(major "$(minor "$(text_of amount "$P")")")" "$(raw_of currencyCode "$P")"; terms; }
terms() {
  local delay
  delay=$(raw_of plannedCaptureDelay "$P")
  printf ',"plannedCaptureDelay":%s' "${delay:-\"None\"}"
  with merchantPaymentLabel "$P"
  with restrictions "$P"
}
or_new() { # or_new NAME: the parameter, or a new id
  local given
  given=$(text_of "$1" "$P")
  if [[ -n $given ]]; then printf '%s' "$given"; else guid; fi
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
  local id result folder one
  id=$(text_of posId "$P")
  for one in $(unfinished payments); do
    DEAL=$one
    [[ $(fact posId) == "$id" ]] || continue
    clean_up "$id" || return $?
    break
  done
  call DELETE "/pointofsales/$id"
  result=$?
  ((result == 0 || STATUS == 404)) || return $result # gone already: as good
  for folder in "$DIR"/pos/*/; do
    [[ $(get "${folder}posId") == "$id" ]] && rm -rf "$folder"
  done
  answer '{}'
}

awaitCheckin() {
  need posId || return 1
  local until=$(($(now_ms) + 2 * $(text_of patienceMs "$SESSION"))) silent=0 result there
  while ((silent < 6)); do
    poll "/pointofsales/$(text_of posId "$P")/checkin"
    result=$?
    case $result in
      0)
        silent=0
        there=$(text_of isUserCheckedIn "$BODY")
        if [[ $there == true ]] || (($(now_ms) > until)); then
          answer "{\"isUserCheckedIn\":${there:-false}$(with loyaltyIds "$BODY")}"
          return
        fi
        ;;
      1) silent=$((silent + 1)) ;;
      *) return $result ;;
    esac
  done
  REASON='six polls without an answer'
  return 11
}

initiatePayment() {
  need posId amount currencyCode || return 1
  local order
  order=$(or_new orderId)
  start_payment /payments "$(text_of posId "$P")" "$order" "{\"posId\":$(raw_of posId "$P"),\"orderId\":$(quote "$order")$(charge)}"
}
preparePayment() {
  need posId || return 1
  local order
  order=$(or_new orderId)
  start_payment /payments/prepare "$(text_of posId "$P")" "$order" "{\"posId\":$(raw_of posId "$P"),\"orderId\":$(quote "$order")}"
}
awaitPairing() {
  need paymentId || return 1
  deal payments "$(text_of paymentId "$P")"
  local test=is_paired
  [[ $(text_of loyalty "$P") == true ]] && test=is_paired_and_known
  follow $test || return $?
  answer "{\"state\":$(quote "$(fact state)")$(with loyaltyIds "$BODY")}"
}
readyPayment() {
  need paymentId amount currencyCode || return 1
  local body result
  body=$(charge)
  call POST "/payments/$(text_of paymentId "$P")/ready" "{${body#,}}"
  result=$?
  if ((result == 10 && STATUS == 409)); then
    local code=$CODE reason=$REASON
    deal payments "$(text_of paymentId "$P")"
    present
    CODE=$code REASON=$reason
  fi
  ((result == 0)) || return $result
  answer '{}'
}
awaitPayment() {
  need paymentId || return 1
  deal payments "$(text_of paymentId "$P")"
  is_ended "$(fact state)" || follow is_reserved || return $?
  local partial=''
  is_reserved && partial=",\"partialCapturePossible\":$([[ $(fact partial) == true ]] && printf true || printf false)"
  answer "{\"state\":$(quote "$(fact state)")$partial}"
}
capturePayment() {
  need paymentId amount || return 1
  deal payments "$(text_of paymentId "$P")"
  local amount reserved
  amount=$(minor "$(text_of amount "$P")")
  if [[ $(fact state) != Captured ]] && { ! is_reserved || [[ -n $(fact decision) ]]; }; then present || return $?; fi
  local captured
  captured=$(fact captured)
  if [[ $(fact state) != Captured || ${captured:-$amount} != "$amount" ]]; then
    is_reserved || { REASON="it is $(fact state)"; return 10; } # never before Reserved was seen
    reserved=$(fact amount)
    ((amount <= reserved)) || { REASON='more than was reserved'; return 10; }
    if ((amount < reserved)) && [[ $(fact partial) != true ]]; then
      decide cancel || return $?
    else
      note captured "$amount"
      decide capture "$amount" || return $?
    fi
  fi
  answer "{\"state\":$(quote "$(fact state)")}"
}
cancelPayment() { need paymentId && deal payments "$(text_of paymentId "$P")" && cancel_deal; }
cancelRefund() { need refundId && deal refunds "$(text_of refundId "$P")" && cancel_deal; }
cancel_deal() {
  is_paid "$(fact state)" && { REASON='the money has moved'; return 10; }
  is_cancelled "$(fact state)" || decide cancel || return $?
  answer "{\"state\":$(quote "$(fact state)")}"
}

initiateRefund() {
  need amount currencyCode || return 1
  local payment ids order amount limit=0 earlier=0 one captured currency pos body result
  payment=$(text_of paymentId "$P") amount=$(minor "$(text_of amount "$P")") order=$(or_new refundOrderId)
  if [[ -z $payment ]]; then
    call GET "/payments?orderId=$(encode "$(text_of orderId "$P")")&state=Captured" '' '' paymentIds || return $?
    ids=$(ids_of paymentIds "$BODY")
    [[ -n $ids && $ids != *$'\n'* ]] || { REASON='not one captured payment fits'; return 10; }
    payment=$ids
  fi
  deal payments "$payment"
  if [[ $(fact state) != Captured ]]; then present || return $?; fi
  [[ $(fact state) == Captured ]] || { REASON='only what was captured is refunded'; return 10; }
  captured=$(fact captured) currency=$(fact currency) pos=$(fact posId)
  limit=${captured:-$(fact amount)}
  local paid=$DEAL
  for one in "$DIR"/deals/*/; do
    DEAL=${one%/}
    [[ $(fact paymentId) == "$payment" ]] && ! is_cancelled "$(fact state)" && earlier=$((earlier + $(fact amount)))
  done
  ((earlier + amount <= limit)) || { REASON='more than was captured'; return 10; }
  [[ -z $currency || $currency == "$(text_of currencyCode "$P")" ]] || { REASON='paid in another currency'; return 10; }
  remember kind refunds posId "$pos" paymentId "$payment" refundOrderId "$order" amount "$amount"
  body="{\"paymentId\":$(quote "$payment"),\"refundOrderId\":$(quote "$order"),\"amount\":$(major "$amount"),\"currencyCode\":$(raw_of currencyCode "$P")}"
  call POST /refunds "$body" "${DEAL##*/}" refundId
  result=$?
  if ((result == 0)); then
    note id "$(text_of refundId "$BODY")"
  elif ((result == 11)); then
    local reason=$REASON
    note decision 'cancel ' # should it turn up later: 24 h on it would be paid out
    find_deal || { REASON=$reason CODE=''; return 11; }
    rm -f "$DEAL/decision"
  else
    local code=$CODE reason=$REASON
    forget
    ((STATUS == 409)) && DEAL=$paid && present # a conflict: ask what is true
    CODE=$code REASON=$reason
    return $result
  fi
  answer "{\"refundId\":$(quote "$(fact id)"),\"refundOrderId\":$(quote "$order")}"
}
awaitRefund() {
  need refundId || return 1
  deal refunds "$(text_of refundId "$P")"
  is_ended "$(fact state)" || follow is_reserved || return $?
  answer "{\"state\":$(quote "$(fact state)")}"
}
captureRefund() {
  need refundId || return 1
  deal refunds "$(text_of refundId "$P")"
  is_reserved || is_ended "$(fact state)" || follow is_reserved || return $?
  if ! is_paid "$(fact state)"; then
    is_reserved || { REASON="it is $(fact state)"; return 10; }
    decide capture || return $?
  fi
  answer "{\"state\":$(quote "$(fact state)")}"
}

# What the till does when it starts: its PoS, then what a power cut has left. This till cancels what was still open.
recover() {
  local folder posId='' count=0 one
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
    posId=$(get "$folder/posId") count=$((count + 1))
  done
  for one in $(unfinished payments) $(unfinished refunds); do
    DEAL=$one
    [[ -n $(fact id) ]] && present
    if [[ -z $(fact decision) ]] && { [[ -z $(fact id) ]] || { [[ $(fact kind) == payments ]] && is_active "$(fact state)"; }; }; then note decision 'cancel '; fi
    [[ -n $(fact decision) ]] && finish
    tell
  done
  ((count == 1)) && posId="\"posId\":$(quote "$posId")," || posId=''
  answer "{$posId\"payments\":[$PAYMENTS],\"refunds\":[$REFUNDS]}"
}

# The scheduled job: finishes what was decided and never got through; it decides nothing by itself.
settle() {
  local one
  for one in $(unfinished payments) $(unfinished refunds); do
    DEAL=$one
    [[ -n $(fact decision) ]] || continue
    finish
    tell
  done
  answer "{\"payments\":[$PAYMENTS],\"refunds\":[$REFUNDS]}"
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
  mkdir -p "$DIR/deals" "$DIR/pos" "$DIR/polls"
  shopt -s nullglob
  case $method in
    initialize)
      names=$(printf ',"%s"' $COMMANDS)
      answer "{\"protocol\":1,\"name\":\"Shell example till\",\"version\":$(quote "$VERSION"),\"commands\":[${names#,}],\"behaviours\":[\"cancelsOnRestart\"]}"
      return 0
      ;;
    shutdown)
      answer '{}'
      return 0
      ;;
  esac
  if ! one_of "$method" "$(tr -s ' \n' ' ' <<<"$COMMANDS")"; then
    answer "{\"message\":$(quote "$method is not supported")}"
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
