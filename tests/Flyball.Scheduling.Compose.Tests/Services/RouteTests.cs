using System.Text;
using Flyball.Contracts;

namespace Flyball.Scheduling.Compose.Tests.Services;

public sealed class RouteTests
{
    private const string Others = "  b: { image: x, expose: [8081] }\n";

    private static ComposeResult Compile(string route) =>
        Yml.Compile(Yml.ServiceText("expose: [8080]\nx-route:\n  " + route.Trim().Replace("\n", "\n  ")) + Others);

    private static string Json(string route)
    {
        ComposeResult result = Compile(route);
        Assert.Equal("", Yml.Errors(result));
        // Double quotes as single ones, so that what is expected can be read.
        return Encoding.UTF8.GetString(Kinds.Route.Encode(Assert.Single(result.Routes).Value)).Replace('"', '\'');
    }

    private static string Error(string route) => Yml.Errors(Compile(route));

    [Fact]
    public void Compile_PlainRoute_IsStoredAsByTheFirstRelease() => Assert.Equal(
        "{'format':1,'host':'h','pathPrefix':'/a','stripPrefix':true,'service':'shop.a','port':'http'," +
        "'protocol':'http','timeout':'00:00:05','retries':1,'bodyBytesMax':1024,'project':'shop'}",
        Json("{ host: H., path: /a/, strip_prefix: yes, timeout: 5s, retries: 1, max_body: 1k }"));

    [Fact]
    public void Compile_Match_IsRead() => Assert.Equal(
        "{'format':1,'pathPrefix':'/users/{id}','pathKind':'Template','methods':['GET','POST'],'headers':[" +
        "{'name':'x-canary','kind':'Exact','value':'1'},{'name':'x-v','kind':'Prefix','value':'2.'}," +
        "{'name':'cookie','kind':'Absent'}],'query':[{'name':'beta','kind':'Present'}],'stripPrefix':false," +
        "'service':'shop.a','port':'http','protocol':'http','timeout':'00:01:00','tryTimeout':'00:00:01'," +
        "'wait':'00:01:30','retries':2,'project':'shop'}",
        Json("""
            path: /users/{id}
            methods: [post, GET]
            headers: { x-canary: "1", x-v: { prefix: "2." }, cookie: { present: false } }
            query: { beta: { present: true } }
            try_timeout: 1s
            wait: 90s
            """));

    [Fact]
    public void Compile_ServicesAndMirror_AreOthersOfTheProject() => Assert.Equal(
        "{'format':1,'host':'h','pathPrefix':'/','stripPrefix':false,'service':'shop.a','targets':[" +
        "{'service':'shop.a','weight':9},{'service':'shop.b','port':'http','weight':1}],'protocol':'http'," +
        "'timeout':'00:01:00','retries':2,'mirror':{'service':'shop.b','percent':12.5},'project':'shop'}",
        Json("""
            host: h
            services: [ { service: a, weight: 9 }, { service: b, port: "8081" } ]
            mirror: { service: b, percent: 12.5% }
            """));

    [Theory]
    [InlineData("path: /x", true)]
    [InlineData("host: h", false)]
    public void Compile_ClientCa_NeedsAHost(string place, bool isRefused)
    {
        string errors = Yml.Errors(Yml.Compile(
            Yml.ServiceText($"expose: [8080]\nx-route: {{ {place}, tls: {{ client_ca: ca }} }}")
            + "configs:\n  ca: { content: none }\n"));
        Assert.Equal(isRefused, errors.Contains(
            "x-route.tls.client_ca: clients are asked for a certificate by host (give the route a host)",
            StringComparison.Ordinal));
    }

    [Fact]
    public void Compile_Rewrite_IsRead() => Assert.Contains(
        "'rewrite':{'path':'/u/{id}','host':'inner.test','request':{'set':[{'name':'X-A','value':'1'}]," +
        "'remove':['Cookie']},'answer':{'add':[{'name':'X-B','value':'2'}]}},",
        Json("""
            path: /users/{id}
            rewrite:
              path: /u/{id}
              host: inner.test
              request: { set: { X-A: "1" }, remove: [Cookie] }
              answer: { add: { X-B: "2" } }
            """), StringComparison.Ordinal);

    [Theory]
    [InlineData("{ host: h, redirect: { scheme: https, status: 301 } }",
        "'redirect':{'scheme':'https','status':301}")]
    [InlineData("{ path: /healthz, exact: true, answer: { body: ok } }",
        "'answer':{'status':200,'body':'ok'}")]
    [InlineData("{ path: /healthz, exact: true, answer: { body: ok } }", "'pathKind':'Exact'")]
    [InlineData("{ host: h, balance: least_request }", "'balance':{'kind':'LeastRequest'}")]
    [InlineData("{ host: h, balance: { hash: 'cookie:user', slow_start: 30s } }",
        "'balance':{'kind':'Hash','hashOf':'cookie:user','slowStart':'00:00:30'}")]
    [InlineData("{ host: h, balance: { sticky: seat, sticky_for: 1h } }",
        "'balance':{'kind':'TwoChoices','stickyCookie':'seat','stickyFor':'01:00:00'}")]
    [InlineData("{ host: h, limits: { requests: 100, pending: 0, adaptive: true } }",
        "'limits':{'requests':100,'pending':0,'adaptive':true}")]
    [InlineData("{ host: h, fault: { delay: 100ms, abort: 503, abort_percent: 10 } }",
        "'fault':{'delay':'00:00:00.1000000','delayPercent':100,'abort':503,'abortPercent':10}")]
    [InlineData("{ protocol: tcp, listen: 5432 }", "'protocol':'tcp','listen':5432")]
    public void Compile_Part_IsRead(string route, string expected) =>
        Assert.Contains(expected, Json(route), StringComparison.Ordinal);

    [Theory]
    [InlineData("{ host: h, headers: { 'a b': x } }", "x-route.headers.a b: 'a b' is no header's name")]
    [InlineData("{ host: h, headers: { a: { exact: x, prefix: y } } }",
        "x-route.headers.a: takes one of exact, prefix and present")]
    [InlineData("{ host: h, headers: { a: { equals: x } } }", "x-route.headers.a.equals: unknown key 'equals'")]
    [InlineData("{ path: '/a/{b' }", "x-route.path: '{b' is neither a segment nor a name in braces")]
    [InlineData("{ path: '/{*a}/b' }", "x-route.path: '{*a}' stands for the rest and must come last")]
    [InlineData("{ host: h, services: [ { service: c } ] }",
        "x-route.services[0].service: there is no service 'c'")]
    [InlineData("{ host: h, services: [ { service: b, port: '9' } ] }",
        "x-route.services[0].port: 'b' has no port '9'")]
    [InlineData("{ host: h, services: [ { service: b, weight: 0 } ] }",
        "x-route.services: needs a service whose weight is above 0")]
    [InlineData("{ path: /a, exact: true, strip_prefix: true }",
        "x-route.strip_prefix: only a path that is a beginning has a prefix to change")]
    [InlineData("{ path: '/a/{x}', rewrite: { path: '/{y}' } }",
        "x-route.rewrite.path: the route's path has no '{y}'")]
    [InlineData("{ path: /a, strip_prefix: true, rewrite: { prefix: /b } }",
        "x-route.rewrite.prefix: the path is changed in one way only")]
    [InlineData("{ host: h, rewrite: { request: { set: { Host: x } } } }",
        "x-route.rewrite.request.set.Host: 'Host' is the gateway's own to write")]
    [InlineData("{ host: h, rewrite: { answer: { add: { X: \"a\\nb\" } } } }",
        "x-route.rewrite.answer.add.X: must be printable ASCII without spaces around it")]
    [InlineData("{ host: h, redirect: { status: 301 } }", "x-route.redirect: would lead to itself")]
    [InlineData("{ host: h, redirect: { scheme: https, status: 304 } }",
        "x-route.redirect.status: 304 is not 301, 302, 303, 307 or 308")]
    [InlineData("{ host: h, redirect: { scheme: https }, limits: { requests: 1 } }",
        "x-route.limits: the route redirects and forwards nothing")]
    [InlineData("{ host: h, balance: hash }", "x-route.balance: hash of what?")]
    [InlineData("{ host: h, balance: { hash: body } }", "x-route.balance.hash: 'body' is nothing to hash")]
    [InlineData("{ host: h, balance: round }", "x-route.balance: 'round' is not one of")]
    [InlineData("{ protocol: tcp }", "x-route.protocol: a tcp route needs listen")]
    [InlineData("{ protocol: tcp, listen: 1, host: h }", "x-route.host: is about HTTP")]
    [InlineData("{ protocol: tcp, listen: 1, limits: { adaptive: true } }",
        "x-route.limits.adaptive: is about answers")]
    [InlineData("{ protocol: tcp, listen: 1, balance: { sticky: a } }", "x-route.balance.sticky: is about HTTP")]
    [InlineData("{ host: h, listen: 80 }", "x-route.listen: is for protocol: tcp")]
    [InlineData("{ host: h, wait: 2h }", "x-route.wait: must be at most 1h")]
    [InlineData("{ host: h, wait: 2s, answer: { status: 200 } }",
        "x-route.wait: the route answers by itself and forwards nothing")]
    [InlineData("{ host: h, try_timeout: 2m }", "x-route.try_timeout: must be shorter than timeout")]
    [InlineData("{ host: h, fault: { delay: 2m } }", "x-route.fault.delay: must be at most 1m")]
    [InlineData("{ host: h, fault: { abort: 200 } }", "x-route.fault.abort: '200' is no whole number from 400 to 599")]
    [InlineData("{ host: h, mirror: { service: b, percent: 101 } }",
        "x-route.mirror.percent: '101' is no percentage from 0 to 100")]
    [InlineData("[ { host: h }, { host: h } ]", "x-route: the route h / is also a route of 'a'")]
    [InlineData("[ { protocol: tcp, listen: 7 }, { protocol: tcp, listen: 7 } ]",
        "x-route: the route the port 7 is also a route of 'a'")]
    public void Compile_WrongPart_IsNamedWithItsLine(string route, string expected)
    {
        string errors = Error(route);

        Assert.StartsWith("compose.yaml:", errors, StringComparison.Ordinal);
        Assert.Contains("services.a." + expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_OnePlaceWithDifferentConditions_IsSeveralRoutes()
    {
        ComposeResult result = Compile("""
            - { host: h }
            - { host: h, headers: { x-canary: "1" }, services: [ { service: b } ] }
            - { host: h, methods: [POST] }
            """);

        Assert.Equal("", Yml.Errors(result));
        Assert.Equal(3, result.Routes.Count);
    }

    [Fact]
    public void Compile_Security_IsRead()
    {
        string json = Json("""
            host: h
            tls: { certificate: internal, redirect: true, hsts: 24h }
            auth:
              keys: { header: X-Key }
              basic: true
              jwt: { key_set: "https://id.test/keys", audience: shop, claims: { scope: [write, admin], email: } }
              consumers: [alice, "@gold"]
            rate_limit: [ 100/s, { requests: 5, per: 1m, burst: 2, by: "header:x-user" } ]
            cors: { origins: ["https://*.test"], methods: [put], credentials: true, max_age: 10m }
            allow: 10.0.0.0/8
            deny: [10.1.2.3, "2001:db8::/32"]
            max_headers: 4k
            """);

        Assert.Contains(
            "'tls':{'certificate':'Internal','redirect':true,'hsts':'1.00:00:00'}", json, StringComparison.Ordinal);
        Assert.Contains(
            "'auth':{'keys':{'header':'X-Key'},'basic':{'realm':'flyball'},'jwt':{'keySet':'https://id.test/keys'," +
            "'audiences':['shop'],'leeway':'00:00:30',", json, StringComparison.Ordinal);
        Assert.Contains("'consumers':['alice','@gold']", json, StringComparison.Ordinal);
        Assert.Contains("{'name':'scope','values':['write','admin']}", json, StringComparison.Ordinal);
        Assert.Contains("{'name':'email'}", json, StringComparison.Ordinal);
        Assert.Contains(
            "'rateLimits':[{'requests':100,'per':'00:00:01','by':'Route'},{'requests':5,'per':'00:01:00','burst':2," +
            "'by':'Header','header':'x-user'}]", json, StringComparison.Ordinal);
        Assert.Contains(
            "'cors':{'origins':['https://*.test'],'methods':['PUT'],'credentials':true,'maxAge':'00:10:00'}",
            json, StringComparison.Ordinal);
        Assert.Contains(
            "'addresses':{'allow':['10.0.0.0/8'],'deny':['10.1.2.3','2001:db8::/32']},'headerBytesMax':4096",
            json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls: internal", "a certificate is for a host")]
    [InlineData("{ host: \"*.h\", tls: acme }", "cannot prove a wildcard")]
    [InlineData("{ host: h, tls: selfmade }", "selfmade")]
    [InlineData("{ host: h, tls: { client: required } }", "whose certificates?")]
    [InlineData("auth: {}", "asks for nothing")]
    [InlineData("auth: { jwt: { issuer: x } }", "needs key_set")]
    [InlineData("auth: { jwt: { key_set: \"https://x/y\", algorithms: none } }", "'none' is no algorithm")]
    [InlineData("auth: { keys: { header: Authorization } }", "cannot carry a key")]
    [InlineData("rate_limit: 10/w", "is no limit")]
    [InlineData("rate_limit: { per: 1m }", "how many requests?")]
    [InlineData("rate_limit: { requests: 1, by: moon }", "nothing to count by")]
    [InlineData("cors: shop.test", "is no origin")]
    [InlineData("cors: { origins: \"*\", credentials: true }", "is not for every origin")]
    [InlineData("allow: 10.0.0.0/40", "neither an address nor a network")]
    [InlineData("{ protocol: tcp, listen: 5432, auth: { keys: true } }", "is about HTTP")]
    public void Compile_SecurityThatMakesNoSense_IsToldByItsKey(string route, string says) =>
        Assert.Contains(says, Error(route), StringComparison.Ordinal);
}
