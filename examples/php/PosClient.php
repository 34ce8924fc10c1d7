<?php
/*
 * A small MobilePay PoS V10 client in PHP 8.1 with its curl extension: what stands in for your own. Its methods are named after the commands of
 * poscert's client protocol, so that till.php stays short. Money is counted in øre and cent.
 */
declare(strict_types=1);

/** It can't be done: tell the cashier. */
final class Refused extends Exception
{
    public function __construct(string $reason, public ?string $apiCode = null, public int $status = 0)
    {
        parent::__construct($reason);
    }
}
/** Retries are spent, the outcome is unknown. */
final class GaveUp extends Exception {}
/** One request without a usable answer. */
final class Lost extends Exception
{
    public float $retryAfter = 0.0;
}

const RETRIES = 2; // advised; more than 5 are forbidden
const VERSION = '1.0.0'; // of this till, where the configuration declares none
const ACTIVE = ['Prepared', 'Paired', 'Initiated', 'IssuedToUser']; // these block the PoS for the next payment
const CANCELLED = ['CancelledByUser', 'CancelledByClient', 'CancelledByMobilePay', 'ExpiredAndCancelled'];
const PAID = ['Captured', 'ExpiredAndCaptured'];
const ENDED = [...CANCELLED, ...PAID];
const KNOWN = [...ACTIVE, ...ENDED, 'Reserved'];
const POS_MEMBERS = ['merchantPosId', 'name', 'supportedBeaconTypes', 'beaconId', 'callbackAlias', 'requirePaymentBeforeCheckin'];
const CHARGE_MEMBERS = ['plannedCaptureDelay', 'merchantPaymentLabel', 'restrictions'];

/** A time-out from the environment, in seconds. */
function seconds(string $name, float $otherwise): float
{
    $text = getenv($name);
    return $text === false ? $otherwise : (float) $text;
}

function say(string $text): void
{
    fwrite(STDERR, $text . "\n");
}

function guid(): string
{
    $hex = bin2hex((random_bytes(6)) . chr(0x40 | ord(random_bytes(1)) & 0x0f) . random_bytes(1) . chr(0x80 | ord(random_bytes(1)) & 0x3f) . random_bytes(7));
    return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split($hex, 4));
}

function minor(int|float $amount): int
{
    return (int) round($amount * 100);
}

function only(array $from, array $names): array
{
    return array_filter(array_intersect_key($from, array_flip($names)), fn($value) => $value !== null);
}

function charge(array $p): array
{
    return [...['amount' => minor($p['amount']) / 100, 'currencyCode' => $p['currencyCode'], 'plannedCaptureDelay' => 'None'], ...only($p, CHARGE_MEMBERS)];
}

function parsed(string $text): array
{
    $body = trim($text) === '' ? [] : json_decode($text, true);
    if (!is_array($body)) throw new Lost('the answer is no JSON object');
    return $body;
}

final class PosClient
{
    public readonly string $version;
    private array $api;
    private string $file;
    private array $state = ['token' => null, 'pos' => [], 'deals' => [], 'polls' => []];

    public function __construct(private array $session)
    {
        $this->api = $session['api'];
        $this->version = $this->api['systemVersion'] ?? VERSION;
        $this->file = $session['stateDir'] . '/till.json';
        if (is_file($this->file)) $this->state = json_decode(file_get_contents($this->file), true, 512, JSON_THROW_ON_ERROR);
    }

    /** Whole or not at all, and on the disk when it returns: a power cut must not take a decision away. */
    private function save(): void
    {
        $file = fopen($this->file . '.new', 'w');
        fwrite($file, json_encode($this->state, JSON_THROW_ON_ERROR));
        fsync($file);
        fclose($file);
        rename($this->file . '.new', $this->file);
    }

    // ---- HTTP: one request, then with a token, then with retries, then at the pace that the backend sets ----

    /** One request; no redirect is followed, so the token goes nowhere else. The time is for the whole answer. Throws Lost. */
    private function send(string $method, string $url, array $headers, ?string $body): array
    {
        $wait = $method === 'GET' ? seconds('TILL_READ_TIMEOUT', 0.5) : seconds('TILL_WRITE_TIMEOUT', 2);
        $handle = curl_init($url);
        $after = '';
        curl_setopt_array($handle, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT_MS => (int) ($wait * 1000),
            CURLOPT_NOSIGNAL => true,
            CURLOPT_FORBID_REUSE => true,
            CURLOPT_PROXY => '',
            CURLOPT_HTTPHEADER => [...$headers, 'Expect:'],
            CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$after): int {
                if (stripos($line, 'retry-after:') === 0) $after = trim(substr($line, 12));
                return strlen($line);
            },
        ]);
        if ($method !== 'GET') curl_setopt($handle, CURLOPT_POSTFIELDS, $body ?? '');
        if (isset($this->api['ca'])) curl_setopt($handle, CURLOPT_CAINFO, $this->api['ca']);
        $text = curl_exec($handle);
        if ($text === false) throw new Lost(curl_error($handle));
        return [curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $text, $after];
    }

    private function token(): string
    {
        $held = $this->state['token'];
        if ($held && microtime(true) < $held['until']) return $held['text'];
        $basic = base64_encode($this->api['clientId'] . ':' . $this->api['clientSecret']);
        $headers = ["Authorization: Basic $basic", 'Content-Type: application/x-www-form-urlencoded'];
        [$status, $text] = $this->send('POST', $this->api['authBaseUrl'] . '/connect/token', $headers, 'grant_type=client_credentials');
        if ($status >= 400 && $status < 500) throw new Refused("no token: HTTP $status; check id and secret", null, $status);
        $body = parsed($text);
        if ($status !== 200 || empty($body['access_token'])) throw new Lost("HTTP $status without a token");
        $life = $body['expires_in'] ?? 0;
        $this->state['token'] = ['text' => $body['access_token'], 'until' => microtime(true) + max($life / 2, $life - 600)];
        $this->save();
        return $body['access_token'];
    }

    private function attempt(string $method, string $path, ?array $body = null, ?string $key = null, ?string $need = null): array
    {
        foreach ([false, true] as $last) {
            $headers = [
                'Authorization: Bearer ' . $this->token(),
                'X-MobilePay-Client-System-Version: ' . $this->version,
                'X-MobilePay-Merchant-VAT-Number: ' . $this->api['merchantVat'],
            ];
            if ($key !== null) $headers[] = "X-MobilePay-Idempotency-Key: $key";
            if ($body !== null) $headers[] = 'Content-Type: application/json';
            $json = $body === null ? null : json_encode($body, JSON_THROW_ON_ERROR);
            [$status, $text, $after] = $this->send($method, $this->api['baseUrl'] . $path, $headers, $json);
            if ($status !== 401) break;
            $this->state['token'] = null; // one new token and the same request again, same key
        }
        if ($status >= 400 && $status < 500) {
            $error = json_decode($text, true); // or a proxy's page instead of the API's own words
            $code = $error['code'] ?? null;
            throw new Refused("HTTP $status " . ($error['message'] ?? ''), $code === null ? null : (string) $code, $status);
        }
        if ($status < 200 || $status >= 300) {
            $lost = new Lost("HTTP $status");
            $lost->retryAfter = min((float) $after, 10.0);
            throw $lost;
        }
        $result = parsed($text);
        if ($need !== null && !isset($result[$need])) throw new Lost("no $need in the answer");
        return $result;
    }

    /** Repeats after network errors and 5xx, with the same key and body; never after a 4xx. Throws Refused, GaveUp. */
    private function call(string $method, string $path, ?array $body = null, ?string $key = null, ?string $need = null): array
    {
        for ($repetition = 0; ; $repetition++) {
            try {
                return $this->attempt($method, $path, $body, $key, $need);
            } catch (Lost $lost) {
                say("$method $path: {$lost->getMessage()}");
                if ($repetition === RETRIES) throw new GaveUp($lost->getMessage());
                $rest = seconds('TILL_RETRY_DELAY', 0.25) * 2 ** $repetition * (1 + mt_rand() / mt_getrandmax() / 2);
                usleep((int) (1e6 * max($lost->retryAfter, $rest)));
            }
        }
    }

    /** Asks once, not before the last delay is over; null if no answer came. The delay is kept on disk for a restart. */
    private function poll(string $path): ?array
    {
        [$notBefore, $delay] = $this->state['polls'][$path] ?? [0, 1.0];
        usleep((int) (1e6 * min(max(0, $notBefore - microtime(true)), max($delay, 10))));
        $body = null;
        $rest = 0.0;
        try {
            $body = $this->attempt('GET', $path);
            $delay = ($body['pollDelayInMs'] ?? $delay * 1000) / 1000;
        } catch (Lost $lost) {
            say("GET $path: {$lost->getMessage()}");
            $rest = $lost->retryAfter;
        }
        $this->state['polls'][$path] = [microtime(true) + max($delay + 0.01, $rest), $delay];
        $this->save();
        return $body;
    }

    private function look(string $path): array
    {
        for ($turn = 0; $turn <= RETRIES; $turn++) {
            $body = $this->poll($path);
            if ($body !== null) return $body;
        }
        throw new GaveUp("$path could not be read");
    }

    // ---- Deals: payments and refunds, each remembered under its key before its first request is sent ----

    /** The key of the deal with this id; one that is not known yet is remembered. */
    private function keyOf(string $kind, string $id): string
    {
        foreach ($this->state['deals'] as $key => $deal)
            if ($deal['kind'] === $kind && strcasecmp($deal['id'] ?? '', $id) === 0) return $key;
        return $this->remember(['kind' => $kind, 'id' => $id, 'posId' => null]);
    }

    private function remember(array $deal): string
    {
        $key = guid();
        $this->state['deals'][$key] = $deal + ['id' => null, 'at' => time(), 'state' => null, 'amount' => null, 'decision' => null, 'partial' => false];
        $this->save();
        return $key;
    }

    private function &deal(string $key): array
    {
        return $this->state['deals'][$key];
    }

    private function path(string $key): string
    {
        return "/{$this->deal($key)['kind']}/{$this->deal($key)['id']}";
    }

    private function observe(string $key, array $body): string
    {
        $deal = &$this->deal($key);
        $deal['state'] = in_array($body['status'] ?? '', KNOWN, true) ? $body['status'] : 'Unknown';
        $deal['partial'] = ($body['partialCapturePossible'] ?? false) === true;
        if (isset($body['amount'])) $deal['amount'] = minor($body['amount']);
        $deal['currency'] = $body['currencyCode'] ?? $deal['currency'] ?? null;
        $this->save();
        return $deal['state'];
    }

    private function present(string $key): string
    {
        return $this->observe($key, $this->look($this->path($key)));
    }

    /** Polls until `done`, the end, or patience is over. Six polls without an answer cancel a payment: nobody knows of it. */
    private function follow(string $key, callable $done): array
    {
        $until = microtime(true) + 2 * $this->session['patienceMs'] / 1000;
        for ($silent = 0; $silent < 6; ) {
            $body = $this->poll($this->path($key));
            $silent = $body === null ? $silent + 1 : 0;
            if ($body !== null && (in_array($this->observe($key, $body), ENDED, true) || $done($body) || microtime(true) > $until)) return $body;
        }
        if ($this->deal($key)['kind'] === 'refunds') throw new GaveUp('six polls without an answer');
        return ['status' => $this->decide($key, 'cancel')];
    }

    /** Keeps the decision first, carries it out, and asks what is true when it was refused (409) or not answered. */
    private function decide(string $key, string $what, ?int $amount = null): string
    {
        $this->deal($key)['decision'] = [$what, $amount];
        $this->save();
        try {
            $this->call('POST', $this->path($key) . "/$what", $amount === null ? null : ['amount' => $amount / 100]);
            $this->deal($key)['state'] = $what === 'capture' ? 'Captured' : 'CancelledByClient';
        } catch (Refused | GaveUp $problem) {
            $refused = $problem instanceof Refused;
            if ($refused && $problem->status !== 409) throw $problem;
            $body = $refused ? $this->look($this->path($key)) : $this->poll($this->path($key));
            $wanted = $what === 'capture' ? PAID : CANCELLED;
            if ($body === null || !in_array($this->observe($key, $body), $wanted, true) || ($refused && $problem->apiCode === '1307')) throw $problem;
        }
        $this->save();
        return $this->deal($key)['state'];
    }

    private function startPayment(string $path, array $body): array
    {
        $key = $this->remember(['kind' => 'payments', 'posId' => $body['posId'], 'orderId' => $body['orderId']]);
        for ($turn = 0; $turn < 3; $turn++) {
            try {
                $id = $this->call('POST', $path, $body, $key, 'paymentId')['paymentId'];
                $this->deal($key)['id'] = $id;
                $this->save();
                return ['paymentId' => $id, 'orderId' => $body['orderId']];
            } catch (GaveUp $problem) {
                $this->withdraw($key); // it may stand all the same: find it and cancel it
                throw $problem;
            } catch (Refused $no) {
                if ($no->apiCode !== '1301') $this->drop($key, $no);
            }
            try {
                $this->cleanUp($body['posId']); // 1301: another payment blocks this PoS
            } catch (Refused | GaveUp $problem) {
                $this->drop($key, $problem);
            }
        }
        $this->drop($key, new Refused('this PoS is blocked by another payment', '1301'));
    }

    /** It never came to be. */
    private function drop(string $key, Exception $problem): never
    {
        unset($this->state['deals'][$key]);
        $this->save();
        throw $problem;
    }

    private function cleanUp(string $posId): void
    {
        foreach ($this->call('GET', '/payments?' . http_build_query(['posId' => $posId]), need: 'paymentIds')['paymentIds'] as $id) {
            $key = $this->keyOf('payments', $id);
            if (!in_array($this->present($key), ACTIVE, true)) continue; // Reserved ones don't block, and are somebody's money
            try {
                $this->decide($key, 'cancel');
            } catch (Refused $no) {
                if ($no->apiCode !== '1300') throw $no; // 1300: it has ended by itself meanwhile
            }
        }
    }

    /** A creating POST whose answer stayed lost: looks for what came of it and cancels that. `settle` tries again. */
    private function withdraw(string $key): void
    {
        $this->deal($key)['decision'] = ['cancel', null];
        $this->save();
        try {
            if ($this->find($key) !== null && in_array($this->present($key), [...ACTIVE, 'Reserved'], true)) $this->decide($key, 'cancel');
        } catch (Refused | GaveUp $problem) {
            say("left for settle: {$problem->getMessage()}");
        }
        if ($this->deal($key)['id'] !== null || time() - $this->deal($key)['at'] < 60) return; // after a minute it would have arrived
        unset($this->state['deals'][$key]);
        $this->save();
    }

    private function find(string $key): ?string
    {
        $deal = $this->deal($key);
        $query = http_build_query(only($deal, $deal['kind'] === 'payments' ? ['posId', 'orderId'] : ['paymentId']));
        $list = substr($deal['kind'], 0, -1) . 'Ids';
        $claimed = array_column($this->state['deals'], 'id');
        foreach ($this->call('GET', "/{$deal['kind']}?$query", need: $list)[$list] as $id) {
            if (in_array($id, $claimed, true)) continue;
            $body = $this->look("/{$deal['kind']}/$id");
            if (($body['refundOrderId'] ?? null) !== ($deal['refundOrderId'] ?? null)) continue;
            $this->deal($key)['id'] = $id;
            $this->save();
        }
        return $this->deal($key)['id'];
    }

    /** Keys of what has not ended. */
    private function unfinished(string $kind): array
    {
        return array_keys(array_filter($this->state['deals'], fn($deal) => $deal['kind'] === $kind && !in_array($deal['state'], ENDED, true)));
    }

    /** One more try at what was decided; the state last seen, if it fails again. */
    private function finish(string $key): void
    {
        try {
            if ($this->deal($key)['id'] === null) $this->withdraw($key);
            if (($this->state['deals'][$key]['id'] ?? null) === null) return;
            $state = $this->present($key);
            [$what, $amount] = $this->deal($key)['decision'];
            if ($state === 'Reserved' || (!in_array($state, ENDED, true) && $what === 'cancel')) $this->decide($key, $what, $amount);
        } catch (Refused | GaveUp $problem) {
            say("still hanging: {$problem->getMessage()}");
        }
    }

    /** What is told of a deal in the result of `recover` and `settle`. */
    private function tell(string $key, array &$result): void
    {
        $deal = $this->state['deals'][$key] ?? null;
        if (($deal['id'] ?? null) === null) return;
        $result[$deal['kind']][] = [substr($deal['kind'], 0, -1) . 'Id' => $deal['id'], 'state' => $deal['state'] ?? 'Unknown'];
    }

    // ---- The commands of the client protocol ----

    public function createPointOfSale(array $p): array
    {
        $ids = $this->call('GET', '/stores?' . http_build_query($this->session['store']), need: 'storeIds')['storeIds'];
        if (count($ids) !== 1) throw new Refused(count($ids) . ' stores fit');
        $name = $p['merchantPosId'] ?? 'till-' . substr(guid(), 0, 13);
        $body = ['merchantPosId' => $name, 'name' => 'Till ' . substr($name, -4), 'storeId' => $ids[0], ...only($p, POS_MEMBERS)];
        return $this->sendPos(['body' => $body, 'key' => guid(), 'posId' => null]);
    }

    private function sendPos(array $pos): array
    {
        $name = $pos['body']['merchantPosId'];
        $this->state['pos'][$name] = $pos;
        $this->save();
        try {
            $pos['posId'] = $this->call('POST', '/pointofsales', $pos['body'], $pos['key'], 'posId')['posId'];
        } catch (GaveUp $problem) {
            $pos['posId'] = $this->findPos($name); // its answers were lost, but it may stand
            if ($pos['posId'] === null) throw $problem;
        } catch (Refused $no) {
            if ($no->status === 409) $this->findPos($name); // taken: ask what stands there
            unset($this->state['pos'][$name]);
            $this->save();
            throw $no;
        }
        $this->state['pos'][$name] = $pos;
        $this->save();
        return ['posId' => $pos['posId'], 'merchantPosId' => $name, 'beaconId' => $this->beacon($pos)];
    }

    private function beacon(array $pos): string
    {
        return $pos['body']['beaconId'] ?? $this->call('GET', "/pointofsales/{$pos['posId']}", need: 'beaconId')['beaconId'];
    }

    private function findPos(string $name): ?string
    {
        return $this->call('GET', '/pointofsales?' . http_build_query(['merchantPosId' => $name]), need: 'posIds')['posIds'][0] ?? null;
    }

    public function deletePointOfSale(array $p): array
    {
        foreach ($this->unfinished('payments') as $key)
            if ($this->deal($key)['posId'] === $p['posId']) {
                $this->cleanUp($p['posId']);
                break;
            }
        try {
            $this->call('DELETE', "/pointofsales/{$p['posId']}");
        } catch (Refused $no) {
            if ($no->status !== 404) throw $no; // gone already: as good
        }
        $this->state['pos'] = array_filter($this->state['pos'], fn($pos) => $pos['posId'] !== $p['posId']);
        $this->save();
        return [];
    }

    public function awaitCheckin(array $p): array
    {
        $until = microtime(true) + 2 * $this->session['patienceMs'] / 1000;
        for ($silent = 0; $silent < 6; ) {
            $body = $this->poll("/pointofsales/{$p['posId']}/checkin");
            $silent = $body === null ? $silent + 1 : 0;
            $there = ($body['isUserCheckedIn'] ?? false) === true;
            if ($body !== null && ($there || microtime(true) > $until)) return ['isUserCheckedIn' => $there, ...only($body, ['loyaltyIds'])];
        }
        throw new GaveUp('six polls without an answer');
    }

    public function initiatePayment(array $p): array
    {
        return $this->startPayment('/payments', ['posId' => $p['posId'], 'orderId' => $p['orderId'] ?? guid(), ...charge($p)]);
    }

    public function preparePayment(array $p): array
    {
        return $this->startPayment('/payments/prepare', ['posId' => $p['posId'], 'orderId' => $p['orderId'] ?? guid()]);
    }

    public function awaitPairing(array $p): array
    {
        $key = $this->keyOf('payments', $p['paymentId']);
        $loyal = $p['loyalty'] ?? false;
        $body = $this->follow($key, fn($seen) => in_array($seen['status'] ?? '', ['Paired', 'IssuedToUser', 'Reserved'], true) && (!$loyal || isset($seen['loyaltyIds'])));
        return ['state' => $this->deal($key)['state'], ...only($body, ['loyaltyIds'])];
    }

    public function readyPayment(array $p): array
    {
        try {
            $this->call('POST', "/payments/{$p['paymentId']}/ready", charge($p));
        } catch (Refused $no) {
            if ($no->status === 409) $this->present($this->keyOf('payments', $p['paymentId']));
            throw $no;
        }
        return [];
    }

    public function awaitPayment(array $p): array
    {
        return $this->await('payments', $p['paymentId']);
    }

    public function awaitRefund(array $p): array
    {
        return $this->await('refunds', $p['refundId']);
    }

    private function await(string $kind, string $id): array
    {
        $key = $this->keyOf($kind, $id);
        if (!in_array($this->deal($key)['state'], ENDED, true)) $this->follow($key, fn($body) => ($body['status'] ?? '') === 'Reserved');
        ['state' => $state, 'partial' => $partial] = $this->deal($key);
        return ['state' => $state] + ($kind === 'payments' && $state === 'Reserved' ? ['partialCapturePossible' => $partial] : []);
    }

    public function capturePayment(array $p): array
    {
        $key = $this->keyOf('payments', $p['paymentId']);
        $deal = &$this->deal($key);
        $amount = minor($p['amount']);
        if ($deal['state'] !== 'Captured' && ($deal['state'] !== 'Reserved' || $deal['decision'] !== null)) $this->present($key);
        if ($deal['state'] === 'Captured' && ($deal['captured'] ?? $amount) === $amount) return ['state' => 'Captured'];
        if ($deal['state'] !== 'Reserved') throw new Refused("it is {$deal['state']}"); // never before Reserved was seen
        if ($amount > $deal['amount']) throw new Refused('more than was reserved');
        if ($amount < $deal['amount'] && !$deal['partial']) return ['state' => $this->decide($key, 'cancel')];
        $deal['captured'] = $amount;
        return ['state' => $this->decide($key, 'capture', $amount)];
    }

    public function cancelPayment(array $p): array
    {
        return $this->cancel('payments', $p['paymentId']);
    }

    public function cancelRefund(array $p): array
    {
        return $this->cancel('refunds', $p['refundId']);
    }

    private function cancel(string $kind, string $id): array
    {
        $key = $this->keyOf($kind, $id);
        $state = $this->deal($key)['state'];
        if (in_array($state, PAID, true)) throw new Refused('the money has moved');
        return ['state' => in_array($state, CANCELLED, true) ? $state : $this->decide($key, 'cancel')];
    }

    public function initiateRefund(array $p): array
    {
        $query = http_build_query(['orderId' => $p['orderId'] ?? '', 'state' => 'Captured']);
        $ids = isset($p['paymentId']) ? [$p['paymentId']] : $this->call('GET', "/payments?$query", need: 'paymentIds')['paymentIds'];
        if (count($ids) !== 1) throw new Refused(count($ids) . ' captured payments fit');
        $paymentKey = $this->keyOf('payments', $ids[0]);
        if ($this->deal($paymentKey)['state'] !== 'Captured' && $this->present($paymentKey) !== 'Captured') throw new Refused('only what was captured is refunded');
        $payment = $this->deal($paymentKey);
        $amount = minor($p['amount']);
        $earlier = 0;
        foreach ($this->state['deals'] as $deal)
            if (($deal['paymentId'] ?? null) === $ids[0] && !in_array($deal['state'], CANCELLED, true)) $earlier += $deal['amount'];
        if ($earlier + $amount > ($payment['captured'] ?? $payment['amount'])) throw new Refused('more than was captured');
        if (($payment['currency'] ?? $p['currencyCode']) !== $p['currencyCode']) throw new Refused('paid in another currency');
        $ref = ['paymentId' => $ids[0], 'refundOrderId' => $p['refundOrderId'] ?? guid()];
        $key = $this->remember(['kind' => 'refunds', 'posId' => $payment['posId'], 'amount' => $amount, ...$ref]);
        try {
            $id = $this->call('POST', '/refunds', [...$ref, 'amount' => $amount / 100, 'currencyCode' => $p['currencyCode']], $key, 'refundId')['refundId'];
            $this->deal($key)['id'] = $id;
        } catch (Refused $no) {
            if ($no->status === 409) $this->present($paymentKey); // a conflict: ask what is true
            $this->drop($key, $no);
        } catch (GaveUp $problem) {
            $this->deal($key)['decision'] = ['cancel', null]; // should it turn up later: 24 h on it would be paid out
            if ($this->find($key) === null) throw $problem;
            $this->deal($key)['decision'] = null;
        }
        $this->save();
        return ['refundId' => $this->deal($key)['id'], 'refundOrderId' => $ref['refundOrderId']];
    }

    public function captureRefund(array $p): array
    {
        $key = $this->keyOf('refunds', $p['refundId']);
        $state = $this->deal($key)['state'] === 'Reserved' ? 'Reserved' : $this->awaitRefund($p)['state'];
        if (in_array($state, PAID, true)) return ['state' => $state];
        if ($state !== 'Reserved') throw new Refused("it is $state");
        return ['state' => $this->decide($key, 'capture')];
    }

    /** What the till does when it starts: its PoS, then what a power cut has left. This till cancels what was still open. */
    public function recover(array $p): array
    {
        $result = ['payments' => [], 'refunds' => []];
        foreach ($this->state['pos'] as $name => $pos) {
            $found = $this->findPos((string) $name);
            if ($found !== null) $this->state['pos'][$name]['posId'] = $found;
            else $this->sendPos($pos['posId'] === null ? $pos : [...$pos, 'posId' => null, 'key' => guid()]);
            $this->beacon($this->state['pos'][$name]); // one that MobilePay made is asked for at every start
            if (count($this->state['pos']) === 1) $result['posId'] = $this->state['pos'][$name]['posId'];
        }
        $this->save();
        foreach ([...$this->unfinished('payments'), ...$this->unfinished('refunds')] as $key) {
            $deal = &$this->deal($key);
            try {
                $state = $deal['id'] === null ? null : $this->present($key);
            } catch (Refused | GaveUp) {
                $state = $deal['state'];
            }
            $forgotten = $deal['id'] === null || ($deal['kind'] === 'payments' && in_array($state, ACTIVE, true));
            if ($forgotten) $deal['decision'] ??= ['cancel', null];
            if ($deal['decision'] !== null) $this->finish($key);
            $this->tell($key, $result);
            unset($deal);
        }
        return $result;
    }

    /** The scheduled job: finishes what was decided and never got through; it decides nothing by itself. */
    public function settle(array $p): array
    {
        $result = ['payments' => [], 'refunds' => []];
        foreach (['payments', 'refunds'] as $kind)
            foreach ($this->unfinished($kind) as $key)
                if ($this->deal($key)['decision'] !== null) {
                    $this->finish($key);
                    $this->tell($key, $result);
                }
        return $result;
    }
}
