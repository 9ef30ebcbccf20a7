using static Flyball.Scheduling.Compose.Keys.KeyRule;

namespace Flyball.Scheduling.Compose.Keys;

/// <summary>The part of the key table below <c>x-route</c>.</summary>
internal static class RouteKeys
{
    /// <summary>The key itself, below a service.</summary>
    public const string Root = "x-route";

    /// <summary>Paths relative to <c>services.*</c>.</summary>
    public static IEnumerable<KeyRule> All =>
    [
        Supported(Root, "a map, or a list of maps; see [gateway.md](gateway.md)"),
        Supported("x-route.host"),
        Supported("x-route.path", "a beginning, or a template such as `/users/{id}`"),
        Supported("x-route.exact", "`true`: the path is the whole path"),
        Supported("x-route.methods", "", MergeRule.Set),
        .. Conditions("headers"),
        .. Conditions("query"),
        Supported("x-route.port", "a port's number or name"),
        Supported("x-route.protocol", "`http` (default), `h2c` or `tcp`"),
        Supported("x-route.listen", "the gateway's port of a `tcp` route"),
        Supported("x-route.timeout", "default 60 s"),
        Supported("x-route.try_timeout"),
        Supported(
            "x-route.wait", "how long a request waits while there is no instance; default 0, for `min: 0` `timeout`"),
        Supported("x-route.retries", "default 2"),
        Supported("x-route.max_body", "a size"),
        Supported("x-route.strip_prefix"),
        Supported("x-route.services", "several that share the requests", MergeRule.Replace),
        Supported("x-route.services.service"),
        Supported("x-route.services.port"),
        Supported("x-route.services.weight", "default 1"),
        Supported("x-route.rewrite"),
        Supported("x-route.rewrite.prefix"),
        Supported("x-route.rewrite.path"),
        Supported("x-route.rewrite.host"),
        .. Changes("request"),
        .. Changes("answer"),
        Supported("x-route.redirect"),
        Supported("x-route.redirect.scheme", "`http` or `https`"),
        Supported("x-route.redirect.host"),
        Supported("x-route.redirect.port"),
        Supported("x-route.redirect.path"),
        Supported("x-route.redirect.prefix"),
        Supported("x-route.redirect.status", "301, 302 (default), 303, 307 or 308"),
        Supported("x-route.answer"),
        Supported("x-route.answer.status", "default 200"),
        Supported("x-route.answer.body"),
        Supported("x-route.answer.headers"),
        Supported("x-route.balance", "a word as under `by`, or a map"),
        Supported(
            "x-route.balance.by", "`two_choices` (default), `round_robin`, `least_request`, `latency` or `hash`"),
        Supported("x-route.balance.hash", "`header:NAME`, `cookie:NAME` or `address`"),
        Supported("x-route.balance.slow_start", "how long a new instance gets less"),
        Supported("x-route.balance.sticky", "a cookie's name"),
        Supported("x-route.balance.sticky_for", "default the browser's session"),
        Supported("x-route.limits"),
        Supported("x-route.limits.connections", "requests at one instance at once"),
        Supported("x-route.limits.requests", "requests to the service at once"),
        Supported("x-route.limits.pending", "requests that wait for an instance; default 1024"),
        Supported("x-route.limits.adaptive", "`true`: as many as the latency allows"),
        Supported("x-route.mirror"),
        Supported("x-route.mirror.service"),
        Supported("x-route.mirror.port"),
        Supported("x-route.mirror.percent", "default 100"),
        Supported("x-route.fault"),
        Supported("x-route.fault.delay"),
        Supported("x-route.fault.delay_percent", "default 100"),
        Supported("x-route.fault.abort", "a status"),
        Supported("x-route.fault.abort_percent", "default 100"),
        .. Security,
    ];

    private static IEnumerable<KeyRule> Security =>
    [
        Supported("x-route.tls", "a word as under `certificate`, or a map"),
        Supported("x-route.tls.certificate", "`file` (default), `internal` or `acme`"),
        Supported("x-route.tls.redirect", "`true`: plain HTTP is sent to HTTPS"),
        Supported("x-route.tls.hsts", "how long browsers keep to HTTPS"),
        Supported("x-route.tls.client_ca", "a config with the authorities of client certificates"),
        Supported("x-route.tls.client", "`required` (default) or `optional`"),
        Supported("x-route.auth", "at least one of `keys`, `basic` and `jwt`"),
        Supported("x-route.auth.keys", "`true`, or a map"),
        Supported("x-route.auth.keys.header", "default `X-Api-Key`"),
        Supported("x-route.auth.basic", "`true`, or a map"),
        Supported("x-route.auth.basic.realm"),
        Supported("x-route.auth.jwt"),
        Supported("x-route.auth.jwt.key_set", "an address, or the set itself"),
        Supported("x-route.auth.jwt.algorithms", "default RS256, PS256 and ES256", MergeRule.Set),
        Supported("x-route.auth.jwt.issuer"),
        Supported("x-route.auth.jwt.audience", "one, or a list", MergeRule.Set),
        Supported("x-route.auth.jwt.leeway", "default 30 s"),
        Supported("x-route.auth.jwt.claims"),
        Supported("x-route.auth.jwt.claims.*", "a value, a list, or nothing for any", MergeRule.Set),
        Supported("x-route.auth.consumers", "names, and groups as `@group`", MergeRule.Set),
        Supported("x-route.rate_limit", "`100/s`, a map, or a list", MergeRule.Replace),
        Supported("x-route.rate_limit.requests"),
        Supported("x-route.rate_limit.per", "default 1 s"),
        Supported("x-route.rate_limit.burst", "default as many as `requests`"),
        Supported("x-route.rate_limit.by", "`route` (default), `address`, `consumer`, `key` or `header:NAME`"),
        Supported("x-route.cors", "an origin, a list of them, or a map"),
        Supported("x-route.cors.origins", "", MergeRule.Set),
        Supported("x-route.cors.methods", "default GET, HEAD and POST", MergeRule.Set),
        Supported("x-route.cors.headers", "", MergeRule.Set),
        Supported("x-route.cors.expose", "", MergeRule.Set),
        Supported("x-route.cors.credentials"),
        Supported("x-route.cors.max_age"),
        Supported("x-route.allow", "addresses and networks", MergeRule.Set),
        Supported("x-route.deny", "addresses and networks", MergeRule.Set),
        Supported("x-route.max_headers", "a size"),
    ];

    private static IEnumerable<KeyRule> Conditions(string of) =>
    [
        Supported($"x-route.{of}"),
        Supported($"x-route.{of}.*", "a value, or a map"),
        Supported($"x-route.{of}.*.exact"),
        Supported($"x-route.{of}.*.prefix"),
        Supported($"x-route.{of}.*.present", "`true`, or `false` for not there"),
    ];

    private static IEnumerable<KeyRule> Changes(string of) =>
    [
        Supported($"x-route.rewrite.{of}", "headers"),
        Supported($"x-route.rewrite.{of}.set"),
        Supported($"x-route.rewrite.{of}.add"),
        Supported($"x-route.rewrite.{of}.remove", "", MergeRule.Set),
    ];
}
