<?php
/*
 * The adapter between poscert and a till in PHP (docs/client-protocol.md): put your own client in place of PosClient.php.
 * `php till.php` speaks JSON-RPC, one object a line, on stdin and stdout; stderr is its log. It polls for check-ins and has no callback.
 */
declare(strict_types=1);
ini_set('display_errors', 'stderr'); // a warning of PHP on stdout would be taken for an answer
require __DIR__ . '/PosClient.php';

const COMMANDS = [
    'createPointOfSale' => ['supportedBeaconTypes'], 'deletePointOfSale' => ['posId'], 'awaitCheckin' => ['posId'],
    'initiatePayment' => ['posId', 'amount', 'currencyCode'], 'preparePayment' => ['posId'], 'awaitPairing' => ['paymentId'],
    'readyPayment' => ['paymentId', 'amount', 'currencyCode'], 'awaitPayment' => ['paymentId'], 'capturePayment' => ['paymentId', 'amount'],
    'cancelPayment' => ['paymentId'], 'initiateRefund' => ['amount', 'currencyCode'], 'awaitRefund' => ['refundId'],
    'captureRefund' => ['refundId'], 'cancelRefund' => ['refundId'], 'recover' => [], 'settle' => [],
];

function handle(string $method, array $params): array
{
    static $till = null;
    if ($method === 'initialize') {
        $till = new PosClient($params);
        return ['protocol' => 1, 'name' => 'PHP example till', 'version' => $till->version, 'commands' => array_keys(COMMANDS), 'behaviours' => ['cancelsOnRestart']];
    }
    if ($method === 'shutdown') return [];
    if (!isset(COMMANDS[$method])) throw new BadMethodCallException("$method is not supported");
    $missing = array_diff(COMMANDS[$method], array_keys($params));
    if ($missing !== []) throw new InvalidArgumentException(implode(', ', $missing) . ' missing');
    return $till->$method($params);
}

function errorOf(Throwable $problem): array
{
    $code = match (true) {
        $problem instanceof Refused => 1,
        $problem instanceof GaveUp => 2,
        $problem instanceof BadMethodCallException => -32601,
        $problem instanceof InvalidArgumentException => -32602,
        default => -32603,
    };
    $apiCode = $problem instanceof Refused ? $problem->apiCode : null;
    return ['code' => $code, 'message' => $problem->getMessage(), 'data' => ['reason' => $problem->getMessage()] + ($apiCode === null ? [] : ['apiCode' => $apiCode])];
}

while (($line = fgets(STDIN)) !== false) {
    $request = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    $answer = ['jsonrpc' => '2.0', 'id' => $request['id'] ?? null];
    try {
        $answer['result'] = (object) handle($request['method'], $request['params'] ?? []);
    } catch (Throwable $problem) {
        $answer['error'] = errorOf($problem);
    }
    echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES), "\n"; // stdout belongs to the protocol: log to stderr
    fflush(STDOUT);
    if ($request['method'] === 'shutdown') break;
}
