<?php
/*
 * The adapter between poscert and your till: a start in PHP 8.1 with its curl extension.
 *
 * poscert starts it and writes one JSON object a line on its standard input: the command. The answer is one JSON object a line on its standard
 * output; everything else that you want to say goes to standard error. What is here onboards a point of sale, enough for the first cases to
 * pass. Put your own client in its place, command by command; the names in NOT_YET are still to be written. A complete one: examples/php in the
 * package of poscert.
 */
declare(strict_types=1);
ini_set('display_errors', 'stderr'); // a warning of PHP on stdout would be taken for an answer

const RETRIES = 2;
const NOT_YET = [
    'awaitCheckin' => 'poll GET /pointofsales/{posId}/checkin until a user is checked in',
    'initiatePayment' => 'POST /payments; cancel what blocks the PoS when the answer is 409 1301',
    'awaitPayment' => 'poll GET /payments/{paymentId} until it is Reserved or has ended',
    'capturePayment' => 'POST /payments/{paymentId}/capture, never more than the amount',
    'cancelPayment' => 'POST /payments/{paymentId}/cancel',
    'preparePayment' => 'POST /payments/prepare',
    'awaitPairing' => 'poll GET /payments/{paymentId} until it is Paired or has ended',
    'readyPayment' => 'POST /payments/{paymentId}/ready',
    'initiateRefund' => 'POST /refunds',
    'awaitRefund' => 'poll GET /refunds/{refundId} until it is Reserved or has ended',
    'captureRefund' => 'POST /refunds/{refundId}/capture',
    'cancelRefund' => 'POST /refunds/{refundId}/cancel',
    'settle' => 'finish the captures and cancels that never got through',
];

/** It can't be done: the API said no (4xx), or the till knows better. */
final class Refused extends Exception
{
    public function __construct(string $reason, public ?string $apiCode = null, public int $status = 0)
    {
        parent::__construct($reason);
    }
}
/** Retries are spent, the outcome is unknown. */
final class GaveUp extends Exception {}
/** One request without a usable answer: repeat it, same key, same body. */
final class NoAnswer extends Exception {}

function seconds(string $name, float $otherwise): float
{
    $text = getenv($name);
    return $text === false ? $otherwise : (float) $text;
}

function guid(): string
{
    $bytes = random_bytes(16);
    $bytes[6] = chr(0x40 | ord($bytes[6]) & 0x0f);
    $bytes[8] = chr(0x80 | ord($bytes[8]) & 0x3f);
    return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
}

function json(string $text): array
{
    $body = trim($text) === '' ? [] : json_decode($text, true);
    if (!is_array($body)) throw new NoAnswer('the answer is no JSON object');
    return $body;
}

final class Till
{
    private array $api;
    private string $file;
    private array $state = ['token' => null, 'until' => 0, 'pos' => []]; // what must outlive a power cut

    public function __construct(private array $session)
    {
        $this->api = $session['api'];
        $this->file = $session['stateDir'] . '/till.json';
        if (is_file($this->file)) $this->state = json_decode(file_get_contents($this->file), true, 512, JSON_THROW_ON_ERROR);
    }

    private function save(): void
    {
        $file = fopen($this->file . '.new', 'w');
        fwrite($file, json_encode($this->state, JSON_THROW_ON_ERROR));
        fsync($file);
        fclose($file);
        rename($this->file . '.new', $this->file);
    }

    // ---- talking to the API ----

    private function send(string $method, string $url, array $headers, ?string $body): array
    {
        $handle = curl_init($url);
        $wait = $method === 'GET' ? seconds('TILL_READ_TIMEOUT', 0.5) : seconds('TILL_WRITE_TIMEOUT', 2); // as documented
        curl_setopt_array($handle, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT_MS => (int) ($wait * 1000),
            CURLOPT_NOSIGNAL => true,
            CURLOPT_FORBID_REUSE => true,
            CURLOPT_HTTPHEADER => [...$headers, 'Expect:'],
        ]);
        if ($method !== 'GET') curl_setopt($handle, CURLOPT_POSTFIELDS, $body ?? '');
        if (isset($this->api['ca'])) curl_setopt($handle, CURLOPT_CAINFO, $this->api['ca']);
        $text = curl_exec($handle);
        if ($text === false) throw new NoAnswer(curl_error($handle));
        return [curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $text];
    }

    private function token(): string
    {
        if ($this->state['token'] !== null && time() < $this->state['until']) return $this->state['token'];
        $basic = base64_encode($this->api['clientId'] . ':' . $this->api['clientSecret']);
        $headers = ["Authorization: Basic $basic", 'Content-Type: application/x-www-form-urlencoded'];
        [$status, $text] = $this->send('POST', $this->api['authBaseUrl'] . '/connect/token', $headers, 'grant_type=client_credentials');
        if ($status >= 400 && $status < 500) throw new Refused("no token: HTTP $status", null, $status);
        if ($status !== 200) throw new NoAnswer("no token: HTTP $status");
        $body = json($text);
        $this->state['token'] = $body['access_token'];
        $this->state['until'] = time() + $body['expires_in'] / 2;
        $this->save();
        return $this->state['token'];
    }

    private function once(string $method, string $path, ?array $body, ?string $key): array
    {
        for ($turn = 0; $turn < 2; $turn++) {
            $headers = [
                'Authorization: Bearer ' . $this->token(),
                'X-MobilePay-Client-System-Version: ' . ($this->api['systemVersion'] ?? '1.0.0'),
                'X-MobilePay-Merchant-VAT-Number: ' . $this->api['merchantVat'],
            ];
            if ($key !== null) $headers[] = "X-MobilePay-Idempotency-Key: $key";
            if ($body !== null) $headers[] = 'Content-Type: application/json';
            $json = $body === null ? null : json_encode($body, JSON_THROW_ON_ERROR);
            [$status, $text] = $this->send($method, $this->api['baseUrl'] . $path, $headers, $json);
            if ($status !== 401) break;
            $this->state['token'] = null; // a refused token is renewed once
        }
        if ($status >= 400 && $status < 500) {
            $error = json_decode($text, true);
            throw new Refused("HTTP $status " . ($error['message'] ?? ''), isset($error['code']) ? (string) $error['code'] : null, $status);
        }
        if ($status < 200 || $status >= 300) throw new NoAnswer("HTTP $status");
        return json($text);
    }

    /** Repeats after network errors and 5xx, with the same key and body; never after a 4xx. */
    private function call(string $method, string $path, ?array $body = null, ?string $key = null): array
    {
        for ($repetition = 0; ; $repetition++) {
            try {
                return $this->once($method, $path, $body, $key);
            } catch (NoAnswer $error) {
                fwrite(STDERR, "$method $path: {$error->getMessage()}\n");
                if ($repetition === RETRIES) throw new GaveUp($error->getMessage());
                usleep((int) (1e6 * seconds('TILL_RETRY_DELAY', 0.25) * 2 ** $repetition));
            }
        }
    }

    // ---- the commands ----

    public function createPointOfSale(array $p): array
    {
        $stores = $this->call('GET', '/stores?' . http_build_query($this->session['store']))['storeIds'];
        if (count($stores) !== 1) throw new Refused(count($stores) . ' stores fit');
        unset($p['lane']); // not the API's: it says which of poscert's lanes this is
        $name = $p['merchantPosId'] ?? 'till-' . substr(guid(), 0, 13);
        $body = ['name' => 'Till ' . substr($name, -4), ...$p, 'merchantPosId' => $name, 'storeId' => $stores[0]];
        return $this->sendPos(['body' => $body, 'key' => guid(), 'posId' => null]);
    }

    private function sendPos(array $pos): array
    {
        $name = $pos['body']['merchantPosId'];
        $this->state['pos'][$name] = $pos;
        $this->save(); // key and body first: a retry after a power cut is the same request
        try {
            $pos['posId'] = $this->call('POST', '/pointofsales', $pos['body'], $pos['key'])['posId'];
        } catch (GaveUp $error) {
            $pos['posId'] = $this->findPos($name); // the answers were lost, but it may stand
            if ($pos['posId'] === null) throw $error;
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

    private function findPos(string $name): ?string
    {
        return $this->call('GET', '/pointofsales?' . http_build_query(['merchantPosId' => $name]))['posIds'][0] ?? null;
    }

    private function beacon(array $pos): string
    {
        return $pos['body']['beaconId'] ?? $this->call('GET', "/pointofsales/{$pos['posId']}")['beaconId'];
    }

    public function deletePointOfSale(array $p): array
    {
        try {
            $this->call('DELETE', "/pointofsales/{$p['posId']}");
        } catch (Refused $no) {
            if ($no->status !== 404) throw $no;
        }
        $this->state['pos'] = array_filter($this->state['pos'], fn($pos) => $pos['posId'] !== $p['posId']);
        $this->save();
        return [];
    }

    /** What the till does when it starts: finds its PoS, or creates it again. */
    public function recover(array $p): array
    {
        $result = [];
        foreach ($this->state['pos'] as $name => $pos) {
            $found = $this->findPos((string) $name);
            if ($found !== null) {
                $this->state['pos'][$name]['posId'] = $found;
                $this->beacon($this->state['pos'][$name]);
            } else {
                $this->sendPos($pos['posId'] === null ? $pos : [...$pos, 'posId' => null, 'key' => guid()]);
            }
            $result['posId'] = $this->state['pos'][$name]['posId'];
        }
        $this->save();
        return $result;
    }
}

// ---- the client protocol ----

const COMMANDS = ['createPointOfSale', 'deletePointOfSale', 'recover']; // add each command that you write

function handle(string $method, array $params): array
{
    static $till = null;
    if ($method === 'initialize') {
        $till = new Till($params);
        $version = $params['api']['systemVersion'] ?? '1.0.0'; // better: the version of your client, asked of itself
        return ['protocol' => 1, 'name' => 'Adapter in PHP', 'version' => $version, 'commands' => COMMANDS, 'behaviours' => []];
    }
    if ($method === 'shutdown') return [];
    if (!in_array($method, COMMANDS, true))
        throw new BadMethodCallException("$method is not written yet: " . (NOT_YET[$method] ?? 'the protocol does not know it'));
    return $till->$method($params);
}

while (($line = fgets(STDIN)) !== false) {
    $request = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    $answer = ['jsonrpc' => '2.0', 'id' => $request['id']];
    try {
        $answer['result'] = (object) handle($request['method'], $request['params'] ?? []);
    } catch (Throwable $problem) {
        $code = match (true) {
            $problem instanceof Refused => 1,
            $problem instanceof GaveUp => 2,
            $problem instanceof BadMethodCallException => -32601,
            default => -32603,
        };
        $data = ['reason' => $problem->getMessage()];
        if ($problem instanceof Refused && $problem->apiCode !== null) $data['apiCode'] = $problem->apiCode;
        $answer['error'] = ['code' => $code, 'message' => $problem->getMessage(), 'data' => $data];
    }
    echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES), "\n";
    fflush(STDOUT);
    if ($request['method'] === 'shutdown') break;
}
